// Menus are popovers: placed by their button, walked with the arrows.
import { all } from "./dom";

function place(menu: HTMLElement): void {
  if (menu.hasAttribute("data-free")) return; // whoever opens it places it
  const button = document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]:focus`)
    ?? document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!button || matchMedia("(max-width: 40rem)").matches) {
    menu.style.removeProperty("inset");
    return;
  }
  const from = button.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = menu;
  const fitsBelow = from.bottom + high + 8 < innerHeight;
  const top = fitsBelow ? from.bottom + 4 : Math.max(8, from.top - high - 4);
  const left = from.left + wide + 8 < innerWidth ? from.left : Math.max(8, from.right - wide);
  menu.style.inset = `${top}px auto auto ${left}px`;
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
  for (const button of all(`[popovertarget="${CSS.escape(menu.id)}"]`)) button.ariaExpanded = String(open);
  if (!open) return;
  place(menu);
  (begin(menu) ?? items(menu)[0])?.focus({ preventScroll: true });
}, true);

document.addEventListener("htmx:after:swap", (event) => {
  const menu = (event.target as Element).closest?.<HTMLElement>(".menu:popover-open");
  if (!menu) return;
  place(menu);
  (begin(menu) ?? items(menu)[0])?.focus();
});

document.addEventListener("keydown", (event) => {
  const menu = (event.target as Element).closest?.(".menu[popover]");
  if (!menu) return;
  const list = items(menu);
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
