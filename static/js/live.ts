// Live updates: the server says what changed, the page asks for the part. Comes back by itself.
import { announce } from "./announce";
import { one } from "./dom";
import { type News, tell } from "./notices";
import { refreshEverything, refreshParts } from "./parts";
import { signedOut } from "./requests";
import { showToast } from "./toast";
import { say } from "./words";

const url = document.body.dataset["eventsUrl"];
const FIRST = 1000;
const LONGEST = 30_000;
const SLEEP_AFTER = 5 * 60_000;

let source: EventSource | null = null;
let pause = FIRST;
let missed = false;
let timer = 0;
let nap = 0;

function show(state: "good" | "warn"): void {
  const place = one("[data-live-state]");
  if (!place) return;
  one(".dot", place)!.dataset["state"] = state;
  one("[data-word]", place)!.textContent = place.dataset[state] ?? "";
}

function hear(event: MessageEvent<string>): void {
  const word = JSON.parse(event.data || "{}") as News;
  if (!word.topic) return;
  if (word.tells) document.body.dataset["tells"] = word.tells;
  document.dispatchEvent(new CustomEvent("fio:live", { detail: word }));
  if (word.topic === "everything") refreshEverything();
  else refreshParts(word.topic);
  if (word.quiet) return;
  const isTold = tell(word);
  if (word.why && !isTold) showToast({ text: say(`notice_${word.why}`, { subject: word.subject ?? "" }) });
  if (word.new) announce(say("new_mail", { count: word.new }));
}

/** A stream says only that it is over. Whoever has no access any more is not left before old mail. */
function askWhether(): void {
  void fetch(location.href, { method: "HEAD" }).then(signedOut).catch(() => undefined);
}

function connect(): void {
  clearTimeout(timer);
  source?.close();
  if (!url) return;
  // What changed between the making of this page and now would never be heard otherwise.
  source = new EventSource(`${url}?age=${Math.ceil(performance.now())}`);
  source.onopen = () => {
    pause = FIRST;
    show("good");
    if (missed) refreshEverything();
    missed = false;
  };
  source.onmessage = hear;
  source.onerror = () => {
    source?.close();
    if (!missed) askWhether();
    missed = true;
    show("warn");
    timer = window.setTimeout(connect, pause * (0.75 + Math.random() / 2));
    pause = Math.min(LONGEST, pause * 2);
  };
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(nap);
  if (document.hidden) {
    nap = window.setTimeout(() => {
      source?.close();
      source = null;
      missed = true;
    }, SLEEP_AFTER);
  } else if (!source || source.readyState === EventSource.CLOSED) connect();
});
addEventListener("online", connect);
addEventListener("pagehide", () => source?.close());
connect();
