// Boards of deals and projects, and a deal's own page: moved by drag, by arrows and M, by 1 to 9; won,
// lost, opened again. `data-moves` on the board is the word that moves a card: stage, month,
// phase; `data-closes` is what W makes of it: won or done.
import { command, perform } from "./commands";
import { all, isTyping, one } from "./dom";
import { enter, place } from "./menu";
import { htmx } from "./requests";

const columns = (): HTMLElement[] => all("#board .column");
// What lies in a fixed column can be taken out of it, and nothing put into it
const open = (column: HTMLElement | undefined | null): boolean => !!column && !column.hasAttribute("data-fixed");
const linkOf = (card: Element | null): HTMLElement | null => card && one(".deal-link", card);
let chosen: HTMLElement | null = null;
// One after the other: htmx drops the third of three that are asked for at once
let last: Promise<unknown> = Promise.resolve();
let pending = 0;
let moves = 0;

/** The card with the focus or the pointer's last choice; on a deal's own page its head. */
function deal(): HTMLElement | null {
  const focused = (document.activeElement as Element | null)?.closest<HTMLElement>(".deal");
  if (focused) return focused;
  if (chosen?.isConnected) return chosen;
  return one("[data-deal]");
}

function post(card: HTMLElement, what: string, values: Record<string, string>): boolean {
  const here = location.pathname.split("/").slice(0, 3).join("/");
  const url = `${here}/${card.dataset["uid"]}/${what}/`;
  const version = card.dataset["version"] ?? "";
  const sent = { version, ...values };
  // The next thing done to it before the board is drawn anew is done to what this makes of it
  if (version) card.dataset["version"] = String(Number(version) + 1);
  pending += 1;
  moves += 1;
  last = last
    .then(() => htmx.ajax("POST", url, { values: sent, swap: "none", target: document.body }))
    .finally(() => {
      pending -= 1;
      catchUp();
    });
  return true;
}

function moveTo(card: HTMLElement | null, stage: string): boolean {
  if (!card || !stage) return false;
  const column = columns().find((each) => each.dataset["stage"] === stage);
  if (column && card.closest(".column") === column) return true;
  const focused = card.contains(document.activeElement);
  if (column) one(".column-body", column)?.prepend(card);
  if (focused) linkOf(card)?.focus();
  return post(card, one("[data-moves]")?.dataset["moves"] ?? "stage", { to: stage });
}

function close(card: HTMLElement | null, how: string, reason = ""): boolean {
  if (!card) return false;
  if (card.matches(".deal")) {
    const next = (card.nextElementSibling ?? card.previousElementSibling) as HTMLElement | null;
    linkOf(next)?.focus();
    card.remove();
  }
  return post(card, "closure", { as: how, reason });
}

/** A menu beside the card it is about; menu.ts places those that have a button. */
function openMenu(id: string, card: HTMLElement): boolean {
  const menu = document.getElementById(id);
  if (!menu) return false;
  chosen = card;
  menu.showPopover();
  place(menu, card.getBoundingClientRect());
  enter(menu);
  return true;
}

command("move", (source) => {
  const card = source?.closest<HTMLElement>(".deal") ?? deal();
  return !!card && card.matches(".deal") && openMenu("move-menu", card);
});
command("move-to", (source) => moveTo(deal(), source?.dataset["stage"] ?? ""));
for (let number = 1; number <= 9; number += 1) {
  command(`stage-${number}`, () => {
    const column = columns()[number - 1];
    return open(column) && moveTo(deal(), column!.dataset["stage"] ?? "");
  });
}
command("won", () => close(deal(), one("[data-closes]")?.dataset["closes"] ?? "won"));
command("cancel", () => close(deal(), "cancelled"));
command("lost", () => {
  const card = deal();
  const dialog = one<HTMLDialogElement>("#lost-dialog");
  if (!card || !dialog || dialog.open) return !!card && !!dialog;
  chosen = card;
  dialog.showModal();
  return true;
});
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const dialog = form.closest<HTMLDialogElement>("#lost-dialog");
  if (!dialog) return;
  event.preventDefault();
  const said = new FormData(form);
  const own = String(said.get("own") ?? "").trim();
  dialog.close();
  close(chosen?.isConnected ? chosen : deal(), "lost", own || String(said.get("reason") ?? ""));
  form.reset();
});
command("reopen", () => close(deal(), "open"));
command("new", () => {
  const button = one("[data-does=new]");
  button?.click();
  return !!button;
});

function walk(from: HTMLElement, key: string): HTMLElement | null {
  const lists = columns().map((column) => all(".deal", column));
  const x = lists.findIndex((cards) => cards.includes(from));
  const y = lists[x]?.indexOf(from) ?? -1;
  if (key === "ArrowUp" || key === "ArrowDown") return lists[x]?.[y + (key === "ArrowUp" ? -1 : 1)] ?? null;
  const by = key === "ArrowLeft" ? -1 : 1;
  for (let at = x + by; at >= 0 && at < lists.length; at += by) {
    const cards = lists[at]!;
    if (cards.length > 0) return cards[Math.min(y, cards.length - 1)] ?? null;
  }
  return null;
}

document.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow") || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!one("#board") || isTyping(event.target) || one("[popover]:popover-open")) return;
  const card = (document.activeElement as Element | null)?.closest<HTMLElement>(".deal");
  const to = card ? walk(card, event.key) : one("#board .deal");
  if (!to) return;
  event.preventDefault();
  linkOf(to)?.focus();
});
command("next", () => stepDown("ArrowDown"));
command("previous", () => stepDown("ArrowUp"));
function stepDown(key: string): boolean {
  if (!one("#board")) return false;
  const card = (document.activeElement as Element | null)?.closest<HTMLElement>(".deal");
  linkOf(card ? walk(card, key) : one("#board .deal"))?.focus();
  return true;
}

// Drag: the card lifts and leaves a dashed slot where it would land; Won and Lost wait below.
let lifted: HTMLElement | null = null;
const slot = document.createElement("div");
slot.className = "slot";

function over(event: DragEvent): HTMLElement | null {
  return (event.target as Element).closest?.<HTMLElement>(".column:not([data-fixed]), [data-drop]") ?? null;
}
function clear(): void {
  slot.remove();
  for (const each of all("[data-over]")) each.removeAttribute("data-over");
}

document.addEventListener("dragstart", (event) => {
  const card = (event.target as Element).closest?.<HTMLElement>(".deal");
  const drops = one("#drops");
  if (!card || !drops) return;
  lifted = card;
  card.dataset["lifted"] = "";
  event.dataTransfer?.setData("text/plain", linkOf(card)?.textContent ?? "");
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  // Shown a moment later: what changes the page at once ends the drag in Chromium
  setTimeout(() => { drops.hidden = false; one("#board-hints")?.toggleAttribute("hidden", true); });
});
// News waits while a card is held: drawing the board anew would take it out of one's hand. And a
// board asked for before a move was done shows the card where it no longer is: it is asked for again.
let held = false;
let waiting = false;
const busy = (): boolean => !!lifted || held || pending > 0;
interface Asked { moves?: number }
function guard(event: Event, asked: Asked, isOld: boolean): void {
  asked.moves = moves;
  if (!busy() && !isOld) return;
  event.preventDefault();
  waiting = true;
  catchUp();
}
document.addEventListener("htmx:before:request", (event) => {
  if ((event.target as Element).id === "board") guard(event, (event as CustomEvent).detail.ctx, false);
});
document.addEventListener("htmx:before:response", (event) => {
  const ctx = (event as CustomEvent).detail.ctx as Asked;
  if ((event.target as Element).id === "board") guard(event, ctx, ctx.moves !== moves);
});
function catchUp(): void {
  if (!waiting || busy()) return;
  waiting = false;
  // A moment later: what is being asked for has first to end
  setTimeout(() => document.body.dispatchEvent(new CustomEvent("fio:stale", { bubbles: true })));
}
document.addEventListener("pointerdown", (event) => {
  held = event.button === 0 && !!(event.target as Element).closest?.("#board .deal");
});
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => {
    held = false;
    catchUp();
  });
}
document.addEventListener("dragover", (event) => {
  const place = lifted && over(event);
  if (!place || !lifted) return;
  event.preventDefault();
  if (place.hasAttribute("data-over")) return;
  clear();
  place.dataset["over"] = "";
  if (place.matches(".column") && !place.contains(lifted)) one(".column-body", place)?.prepend(slot);
});
document.addEventListener("drop", (event) => {
  const place = lifted && over(event);
  const card = lifted;
  clear();
  if (!place || !card) return;
  event.preventDefault();
  chosen = card;
  const how = place.dataset["drop"];
  if (how === "lost") perform("lost");
  else if (how) close(card, how);
  else moveTo(card, place.dataset["stage"] ?? "");
  letGo();
});
function letGo(): void {
  if (!lifted) return;
  clear();
  lifted.removeAttribute("data-lifted");
  lifted = null;
  catchUp();
  const drops = one("#drops");
  if (drops) drops.hidden = true;
  one("#board-hints")?.toggleAttribute("hidden", false);
}
// A card taken off the board tells nobody that its drag ended; the pointer moves again only then
document.addEventListener("dragend", letGo);
document.addEventListener("pointermove", letGo);
