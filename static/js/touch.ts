// On a touch screen a long press on a row checks it, and while rows are checked a tap does as well.
import { perform } from "./commands";
import { checkedUids } from "./selection";

/** So long a finger rests before it means more than a tap, in milliseconds. */
const LONG = 450;
/** A finger that went farther scrolls, in pixels. */
const FAR = 10;

let timer = 0;
let from = { x: 0, y: 0 };
/** The press has checked its row; the click and the menu that follow mean nothing more. */
let held = false;

const rowOf = (event: Event): HTMLElement | null =>
  (event.target as Element).closest?.<HTMLElement>("#threads .thread:has(> .thread-check)") ?? null;

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointerdown", (event) => {
  const row = rowOf(event);
  clearTimeout(timer);
  held = false;
  if (!row || event.pointerType !== "touch") return;
  from = { x: event.clientX, y: event.clientY };
  timer = window.setTimeout(() => {
    held = true;
    navigator.vibrate?.(10);
    perform("check", row);
  }, LONG);
});
document.addEventListener("pointermove", (event) => {
  if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > FAR) clearTimeout(timer);
});
for (const name of ["pointerup", "pointercancel", "scroll"]) {
  document.addEventListener(name, () => clearTimeout(timer), true);
}
document.addEventListener("contextmenu", (event) => {
  if (held && rowOf(event)) stop(event);
}, true);
document.addEventListener("click", (event) => {
  const row = rowOf(event);
  if (!row) return;
  const was = held;
  held = false;
  if (was) return stop(event);
  const isTap = (event as PointerEvent).pointerType === "touch";
  if (!isTap || checkedUids().length === 0 || (event.target as Element).closest(".thread-check")) return;
  stop(event);
  perform("check", row);
}, true);
