// The calendar: arrows walk from activity to activity and day to day, with Alt an activity moves; so it does by drag.
import { all, isTyping, one } from "./dom";
import { htmx } from "./requests";

const days = (): HTMLElement[] => all(".cal-day");
const items = (day: HTMLElement): HTMLElement[] => all(".cal-item", day);

function put(item: HTMLElement, day: HTMLElement | undefined): void {
  const url = item.dataset["url"];
  if (!url || !day || day.contains(item)) return;
  const row = item.closest("li");
  if (row) one("ul", day)?.append(row);
  item.focus();
  void htmx.ajax("POST", url, { values: { day: day.dataset["day"] ?? "" }, swap: "none", target: document.body });
}

/** The next activity in this direction: within its day, or the nearest day that has one. */
function walk(item: HTMLElement, key: string): HTMLElement | undefined {
  const every = days();
  const at = every.findIndex((day) => day.contains(item));
  const own = items(every[at]!);
  const step = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  if (key === "ArrowUp" || key === "ArrowDown") {
    const next = own[own.indexOf(item) + step];
    if (next) return next;
  }
  for (let place = at + step; place >= 0 && place < every.length; place += step) {
    const there = items(every[place]!);
    if (there.length > 0) return there[step < 0 && key === "ArrowUp" ? there.length - 1 : 0];
  }
  return undefined;
}

function move(item: HTMLElement, key: string): void {
  const every = days();
  const at = every.findIndex((day) => day.contains(item));
  const weeks = one(".cal")?.dataset["layout"] === "month";
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: weeks ? -7 : 0, ArrowDown: weeks ? 7 : 0 }[key];
  if (by) put(item, every[at + by]);
}

document.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || !one(".cal")) return;
  if (isTyping(event.target) || one("[popover]:popover-open")) return;
  const item = (document.activeElement as Element | null)?.closest<HTMLElement>(".cal-item");
  if (event.altKey) {
    if (!item) return;
    event.preventDefault();
    move(item, event.key);
    return;
  }
  const next = item ? walk(item, event.key) : one(".cal-item");
  if (!next) return;
  event.preventDefault();
  next.focus();
});

let lifted: HTMLElement | null = null;
function clear(): void {
  for (const each of all(".cal-day[data-over]")) each.removeAttribute("data-over");
}
document.addEventListener("dragstart", (event) => {
  lifted = (event.target as Element).closest?.<HTMLElement>(".cal-item[data-url]") ?? null;
  if (!lifted) return;
  lifted.dataset["lifted"] = "";
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const day = lifted && (event.target as Element).closest?.<HTMLElement>(".cal-day");
  if (!day) return;
  event.preventDefault();
  if (day.hasAttribute("data-over")) return;
  clear();
  day.dataset["over"] = "";
});
document.addEventListener("drop", (event) => {
  const day = lifted && (event.target as Element).closest?.<HTMLElement>(".cal-day");
  if (!lifted || !day) return;
  event.preventDefault();
  put(lifted, day);
});
document.addEventListener("dragend", () => {
  clear();
  lifted?.removeAttribute("data-lifted");
  lifted = null;
});
