// A table of records: J and K walk it, X checks, the bulk bar shows while something is checked.
import { announce } from "./announce";
import { command } from "./commands";
import { all, one } from "./dom";
import { say } from "./words";

const table = (): HTMLElement | null => one("[data-table]");
const rows = (): HTMLElement[] => all("[data-table] tbody tr[data-uid]");
const boxes = (): HTMLInputElement[] => all<HTMLInputElement>('#rows input[name="uid"]');
let anchor: HTMLElement | null = null;

function here(): HTMLElement | null {
  return (document.activeElement as Element | null)?.closest<HTMLElement>("[data-table] tr[data-uid]") ?? null;
}

function draw(): void {
  for (const box of boxes()) box.closest("tr")?.toggleAttribute("data-checked", box.checked);
  const count = boxes().filter((box) => box.checked).length;
  const bar = one("#table-bulk");
  const tools = one("#table-tools");
  if (bar) bar.hidden = count === 0;
  if (tools) tools.hidden = count > 0;
  const merge = one('[data-does="merge-two"]');
  if (merge) merge.hidden = count !== 2;
  const text = one("#table-count");
  if (text) text.textContent = say("selected", { count });
}

function step(by: 1 | -1): boolean {
  if (!table()) return false;
  const every = rows();
  const at = every.indexOf(here() as HTMLElement);
  const to = at < 0 ? every[0] : every[at + by];
  if (to) one("a", to)?.focus();
  return true;
}

function check(row: HTMLElement | null, on?: boolean): boolean {
  const box = row && one<HTMLInputElement>('input[name="uid"]', row);
  if (!box) return false;
  box.checked = on ?? !box.checked;
  anchor = row;
  draw();
  announce(say("selected", { count: boxes().filter((each) => each.checked).length }));
  return true;
}

function checkAll(on: boolean): boolean {
  if (!table()) return false;
  for (const box of boxes()) box.checked = on;
  draw();
  return true;
}

document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (!box.matches?.('#rows input[name="uid"]')) return;
  anchor = box.closest("tr");
  draw();
});
document.addEventListener("click", (event) => {
  const box = event.target as HTMLInputElement;
  if (!event.shiftKey || !anchor || !box.matches?.('#rows input[name="uid"]')) return;
  const every = rows();
  const [a, b] = [every.indexOf(anchor), every.indexOf(box.closest("tr")!)];
  for (const row of every.slice(Math.min(a, b), Math.max(a, b) + 1)) one<HTMLInputElement>("input", row)!.checked = box.checked;
  draw();
});
// What was asked of many is done: its menu would keep the keys, Z among them
document.addEventListener("fio:said", () => {
  if (!one("#table-bulk")) return;
  for (const menu of all("#table-bulk .menu:popover-open")) menu.hidePopover();
});
let checked: string[] = [];
document.addEventListener("htmx:before:swap", () => { checked = boxes().filter((box) => box.checked).map((box) => box.value); });
document.addEventListener("htmx:after:settle", () => {
  for (const box of boxes()) if (checked.includes(box.value)) box.checked = true;
  draw();
});

command("next", () => step(1));
command("previous", () => step(-1));
command("check", () => check(here()));
command("extend-next", () => (here() ? check(here(), true) && step(1) && check(here(), true) : false));
command("extend-previous", () => (here() ? check(here(), true) && step(-1) && check(here(), true) : false));
command("check-all", () => checkAll(true));
command("check-none", () => checkAll(false));
command("escape", () => boxes().some((box) => box.checked) && checkAll(false));
command("merge-two", () => {
  const [stays, other] = rows().filter((row) => one<HTMLInputElement>('input[name="uid"]', row)?.checked);
  const button = one('[data-does="merge-two"]');
  if (!stays || !other || !button || button.hidden) return false;
  location.assign(`${one<HTMLAnchorElement>(".table-name", stays)!.pathname}merge/?with=${other.dataset["uid"]}`);
  return true;
});
command("trash", () => {
  if (!table()) return false;
  if (!boxes().some((box) => box.checked)) check(here(), true);
  one('[data-does="trash"]')?.click();
  return true;
});
