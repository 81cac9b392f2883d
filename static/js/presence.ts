// Who else is here: the page says that it reads or writes, at once when that changes, and every
// ten seconds; it asks who else does when it hears so, and while somebody is shown.
import { one } from "./dom";
import { refreshParts } from "./parts";
import { send } from "./requests";

const EVERY = 10_000;
const SOON = 400;

let at = "";
let said = "";

const place = (): HTMLElement | null => one("#reading[data-open] #presence");

function state(): string {
  return one("#dock fio-composer") ? "writing" : "reading";
}

function tell(url: string, what: string): void {
  const body = new FormData();
  body.set("state", what);
  void send(url, body);
}

function look(always: boolean): void {
  const part = place();
  const url = document.hidden ? "" : part?.dataset["partUrl"] ?? "";
  const now = url ? state() : "";
  if (at && at !== url) tell(at, "gone");
  if (url && (always || at !== url || said !== now)) tell(url, now);
  if (url && (at !== url || (always && part?.childElementCount))) refreshParts(part!.dataset["live"]!);
  at = url;
  said = now;
}

let timer = 0;
function soon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => look(false), SOON);
}

window.setInterval(() => look(true), EVERY);
document.addEventListener("htmx:after:settle", soon);
document.addEventListener("visibilitychange", soon);
addEventListener("pagehide", () => { if (at) tell(at, "gone"); });
look(false);
