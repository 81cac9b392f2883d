// The calendar: arrows walk from activity to activity and day to day, with Alt an activity moves; so it does by drag.
import { all, isTyping, one } from "./dom";
import { htmx } from "./requests";

const days = (): HTMLElement[] => all(".cal-day");
const items = (day: HTMLElement): HTMLElement[] => all(".cal-item", day);

function put(item: HTMLElement, day: HTMLElement | undefined, time = ""): void {
  const url = item.dataset["url"];
  if (!url || !day || (day.contains(item) && (!time || time === item.dataset["clock"]))) return;
  const row = item.closest("li");
  if (row && !day.contains(item)) one(item.dataset["clock"] ? "ul:last-of-type" : "ul", day)?.append(row);
  if (time) item.dataset["clock"] = time;
  item.focus();
  const values = { day: day.dataset["day"] ?? "", time };
  void htmx.ajax("POST", url, { values, swap: "none", target: document.body });
}

const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** Half an hour earlier or later, within its day. */
function shift(item: HTMLElement, by: number): void {
  const day = item.closest<HTMLElement>(".cal-day") ?? undefined;
  const [hours, minutes] = (item.dataset["clock"] ?? "").split(":").map(Number);
  if (hours === undefined || minutes === undefined) return;
  const to = hours * 60 + minutes + by;
  if (to >= 0 && to < 24 * 60) put(item, day, clock(to));
}

/** The half hour of a week's grid that the pointer is over, or nothing beside it. */
function timeAt(day: HTMLElement, event: DragEvent): string {
  const grid = (event.target as Element).closest?.<HTMLElement>(".cal-hours");
  if (!grid || getComputedStyle(grid).display !== "grid") return "";
  const box = grid.getBoundingClientRect();
  const rows = all(".cal-slot", grid).length * 2;
  const row = Math.min(rows - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * rows)));
  return day.contains(grid) ? clock(Number(grid.dataset["from"] ?? 0) * 60 + row * 30) : "";
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
  else if (!weeks && (key === "ArrowUp" || key === "ArrowDown")) shift(item, key === "ArrowUp" ? -30 : 30);
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
  put(lifted, day, timeAt(day, event));
});
document.addEventListener("dragend", () => {
  clear();
  lifted?.removeAttribute("data-lifted");
  lifted = null;
});
