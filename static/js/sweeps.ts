// Something done to all of a list: the server does it in the background and says how far it is.
import { one } from "./dom";
import { send } from "./requests";
import { refreshParts } from "./parts";
import { allChosen, clearChecks } from "./selection";
import { showToast, trouble } from "./toast";
import { say } from "./words";

/** True where all of the list is chosen: then it is begun here, and nothing else is to be done. */
export function swept(verb: string, said: [string, string][] = []): boolean {
  const url = allChosen();
  if (!url) return false;
  const body = new FormData();
  body.set("verb", verb);
  for (const [name, value] of said) body.set(name, value);
  clearChecks();
  void send(url, body).then(({ ok }) => {
    if (!ok) return trouble("triage_failed");
    showToast({ text: say("swept") });
    document.body.dispatchEvent(new CustomEvent("fio:swept"));
  });
  return true;
}

// The list changes while the server goes on
let was = false;
document.addEventListener("htmx:after:settle", () => {
  const busy = one("#sweeps")?.hasAttribute("data-busy") ?? false;
  if (busy || was) refreshParts("threads");
  was = busy;
});
