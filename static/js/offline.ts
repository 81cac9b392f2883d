// Says when the network is away, and when it is back.
import { announce } from "./announce";
import { say } from "./words";

function show(): void {
  const notice = document.getElementById("offline");
  if (notice) notice.hidden = navigator.onLine;
}

addEventListener("offline", () => { show(); announce(say("offline")); });
addEventListener("online", () => { show(); announce(say("online")); });
show();
