// Menus are popovers: placed by their button, walked with the arrows.
import { all, isTyping, one } from "./dom";

const SHEETS = "(max-width: 40rem)";

/** By its button, a card or a place in a text; with `sheet` the style sheet places it on a phone. */
export function place(menu: HTMLElement, by: Pick<DOMRect, "left" | "right" | "top" | "bottom">, sheet = true): void {
  if (sheet && matchMedia(SHEETS).matches) return void menu.style.removeProperty("inset");
  const { offsetWidth: wide, offsetHeight: high } = menu;
  const top = by.bottom + high + 8 < innerHeight ? by.bottom + 4 : Math.max(8, by.top - high - 4);
  const left = by.left + wide + 8 < innerWidth ? by.left : Math.max(8, by.right - wide);
  menu.style.inset = `${top}px auto auto ${left}px`;
}

function buttons(menu: Element): HTMLElement[] {
  const id = CSS.escape(menu.id);
  return all(`[popovertarget="${id}"], [data-command][aria-controls="${id}"]`);
}

/** Beside its button; one without, or with `data-free`, is placed by whoever opens it. */
function settle(menu: HTMLElement): void {
  const own = menu.hasAttribute("data-free") ? [] : buttons(menu);
  const button = own.find((each) => each === document.activeElement) ?? own[0];
  if (button) place(menu, button.getBoundingClientRect());
  enter(menu);
}

/** The keys are the menu's from now on; the event that says it opened comes later than the next key. */
export function enter(menu: HTMLElement): void {
  if (!menu.contains(document.activeElement)) (begin(menu) ?? items(menu)[0])?.focus({ preventScroll: true });
}

/** Open the menu a button controls with what `fill` puts there; once more closes it. */
export async function openFilled(button: HTMLElement, fill: (menu: HTMLElement) => Promise<void> | void): Promise<void> {
  const menu = document.getElementById(button.getAttribute("aria-controls") ?? "");
  if (!menu) return;
  if (menu.matches(":popover-open")) return menu.hidePopover();
  await fill(menu);
  menu.showPopover();
  settle(menu);
}

function items(menu: Element): HTMLElement[] {
  return all('[role^="menuitem"]:not([aria-disabled="true"])', menu);
}

/** The field of a menu in which one types. */
const begin = (menu: Element): HTMLElement | null => menu.querySelector<HTMLElement>("input[autofocus]");

document.addEventListener("toggle", (event) => {
  const menu = event.target as HTMLElement;
  if (!menu.matches?.(".menu[popover]")) return;
  const open = (event as ToggleEvent).newState === "open";
  for (const button of buttons(menu)) button.ariaExpanded = String(open);
  if (open) settle(menu);
}, true);

document.addEventListener("htmx:after:swap", (event) => {
  const menu = (event.target as Element).closest?.<HTMLElement>(".menu:popover-open");
  if (menu) settle(menu);
});

/** The item that shows this key: while a menu is open, the map of the page rests. */
function keyed(list: HTMLElement[], event: KeyboardEvent): HTMLElement | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return undefined;
  const pressed = (event.shiftKey && /\p{L}/u.test(event.key) ? "shift " : "") + event.key.toLowerCase();
  return list.find((item) => one(".kbd", item)?.textContent?.trim().toLowerCase() === pressed);
}

document.addEventListener("keydown", (event) => {
  const menu = (event.target as Element).closest?.(".menu[popover]");
  if (!menu) return;
  const list = items(menu);
  const item = keyed(list, event);
  if (item) {
    event.preventDefault();
    return item.click();
  }
  const at = list.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
  if (to === undefined || list.length === 0) return;
  event.preventDefault();
  list[(to + list.length) % list.length]?.focus();
});

document.addEventListener("click", (event) => {
  const item = (event.target as Element).closest('[role^="menuitem"]');
  item?.closest<HTMLElement>(".menu[popover]")?.hidePopover();
});
