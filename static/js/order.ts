// Lists that people put in order: by dragging a row, or with the arrows on its grip. The server is told
// the whole order, as `uid` once a row, when a row has come to rest.
import { announce } from "./announce";
import { all, later, one } from "./dom";
import { send } from "./requests";
import { trouble } from "./toast";
import { say } from "./words";

const listOf = (at: Element): HTMLElement | null => at.closest<HTMLElement>("[data-ordered]");
const rowOf = (at: Element): HTMLElement | null => at.closest<HTMLElement>("[data-ordered] > [data-uid]");
const rows = (list: HTMLElement): HTMLElement[] => all(":scope > [data-uid]", list);

async function tell(list: HTMLElement): Promise<void> {
  if (!list.dataset["ordered"]) return; // a form says the order itself when it is sent
  const body = new FormData();
  for (const row of rows(list)) body.append("uid", row.dataset["uid"]!);
  if (!(await send(list.dataset["ordered"]!, body)).ok) trouble("order_failed");
}

let moved: HTMLElement | null = null;
const telling = later(() => { if (moved) void tell(moved); moved = null; }, 500);

document.addEventListener("keydown", (event) => {
  const grip = (event.target as Element).closest?.<HTMLElement>("[data-grip]");
  const row = grip && rowOf(grip);
  const list = row && listOf(row);
  if (!grip || !row || !list || event.ctrlKey || event.metaKey || event.altKey) return;
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const every = rows(list);
  const other = every[every.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  grip.focus();
  moved = list;
  telling.call();
  announce(say("position", { at: rows(list).indexOf(row) + 1, total: every.length }));
});
addEventListener("pagehide", () => { if (moved) telling.now(); });

let lifted: HTMLElement | null = null;
document.addEventListener("dragstart", (event) => {
  const grip = (event.target as Element).closest?.("[data-grip]");
  const row = grip && rowOf(grip);
  if (!row) return;
  lifted = row;
  row.dataset["lifted"] = "";
  event.dataTransfer?.setDragImage(row, 16, 16);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  event.dataTransfer?.setData("text/plain", one("b, .field-name", row)?.textContent ?? "");
});
document.addEventListener("dragover", (event) => {
  const over = lifted && rowOf(event.target as Element);
  if (!lifted || !over || listOf(over) !== listOf(lifted)) return;
  event.preventDefault();
  if (over === lifted) return;
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(lifted);
  else over.after(lifted);
});
document.addEventListener("drop", (event) => {
  if (lifted && listOf(event.target as Element) === listOf(lifted)) event.preventDefault();
});
document.addEventListener("dragend", () => {
  const list = lifted && listOf(lifted);
  lifted?.removeAttribute("data-lifted");
  lifted = null;
  if (list) void tell(list);
});
