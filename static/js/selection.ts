// Checked rows: X, Shift J and K, * A, or the box; the bulk bar takes the place of the filters.
import { announce } from "./announce";
import { command } from "./commands";
import { one } from "./dom";
import { activate, activeRow, isReadOnly, list, row, rows as shown, uidOf } from "./list";
import { figure, say } from "./words";

const checked = new Set<string>();
/** What can be chosen. */
const rows = (): HTMLElement[] => shown().filter((element) => !isReadOnly(element));
let anchor = "";
let matching = false;

/** Where something is done to all of the list, when all of it is chosen; else "". */
export const allChosen = (): string => (matching ? one("#bulk-all")?.dataset["url"] ?? "" : "");

/** Every row is checked and the list is longer: all of it can be chosen. */
function drawAll(count: number): void {
  const offer = one<HTMLButtonElement>("#bulk-all");
  const open = list()?.hasAttribute("data-total-open") ?? false;
  const total = Math.max(Number(list()?.dataset["total"] ?? 0), open ? count : 0);
  const more = total > count || (open && one("#more", list()!) !== null);
  if (count < rows().length || !more) matching = false;
  if (!offer) return;
  offer.hidden = count === 0 || count < rows().length || !more;
  offer.disabled = matching;
  offer.textContent = matching ? say("all_chosen") : say(open ? "all_matching_open" : "all_matching", { count: total });
}

export const checkedUids = (): string[] => rows().map(uidOf).filter((uid) => checked.has(uid));

function draw(): void {
  for (const element of rows()) {
    const on = checked.has(uidOf(element));
    element.toggleAttribute("data-checked", on);
    const box = one("[role=checkbox]", element);
    if (box) box.ariaChecked = String(on);
  }
  const count = checkedUids().length;
  list()?.toggleAttribute("data-checking", count > 0);
  const bar = one("#bulk");
  const tools = one("#list-tools");
  if (bar) bar.hidden = count === 0;
  if (tools) tools.hidden = count > 0;
  drawAll(count);
  const isCounted = matching && !list()?.hasAttribute("data-total-open");
  drawCount(isCounted ? Number(list()?.dataset["total"]) : count);
}

function drawCount(count: number): void {
  const text = one("#bulk-count");
  if (!text) return;
  text.textContent = say("selected", { count });
  text.dataset["count"] = figure(count);
  text.title = text.textContent;
}

export function clearChecks(): boolean {
  if (checked.size === 0) return false;
  checked.clear();
  matching = false;
  draw();
  return true;
}

function toggle(element: HTMLElement | null, on?: boolean): void {
  if (!element || isReadOnly(element)) return;
  const uid = uidOf(element);
  if (on ?? !checked.has(uid)) checked.add(uid);
  else checked.delete(uid);
  anchor = uid;
  draw();
  announce(say("selected", { count: checked.size }));
}

function extendTo(element: HTMLElement): void {
  const every = rows();
  const [a, b] = [every.indexOf(row(anchor) as HTMLElement), every.indexOf(element)];
  for (const each of every.slice(Math.min(a, b), Math.max(a, b) + 1)) checked.add(uidOf(each));
  draw();
}

function extend(by: 1 | -1): boolean {
  const every = rows();
  const from = activeRow();
  const to = every[every.indexOf(from as HTMLElement) + by];
  if (!from || !to || isReadOnly(from)) return false;
  checked.add(uidOf(from));
  checked.add(uidOf(to));
  activate(to);
  draw();
  return true;
}

command("check", (source) => toggle(source?.closest<HTMLElement>(".thread") ?? activeRow()));
command("check-all", () => {
  const every = rows();
  const full = checkedUids().length === every.length;
  for (const element of every) {
    if (full) checked.delete(uidOf(element));
    else checked.add(uidOf(element));
  }
  draw();
});
command("check-matching", () => {
  matching = true;
  draw();
  announce(say("all_chosen"));
});
command("check-none", () => clearChecks());
command("extend-next", () => extend(1));
command("extend-previous", () => extend(-1));
command("escape", () => clearChecks());

document.addEventListener("click", (event) => {
  const box = (event.target as Element).closest<HTMLElement>("#threads .thread-check");
  const element = box?.closest<HTMLElement>(".thread");
  if (!box || !element) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.shiftKey && anchor) extendTo(element);
  else toggle(element);
}, true);
document.addEventListener("keydown", (event) => {
  const box = (event.target as Element).closest?.<HTMLElement>("#threads .thread-check");
  if (!box || (event.key !== " " && event.key !== "Enter")) return;
  event.preventDefault();
  toggle(box.closest<HTMLElement>(".thread"));
});
document.addEventListener("htmx:after:settle", (event) => {
  if ((event.target as Element).closest?.("#threads, .pane-list, #main")) draw();
});

