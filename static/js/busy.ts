// While the dock or a form changes, an editor loads, or a mail is on its way to the server, single keys
// wait: what they would meet is about to go. Z is kept, and pressed again as soon as there is what it stops.
import { one } from "./dom";

const BUSY = ["#dock", "#reading", "#work-form", "fio-composer", "fio-note"].map((busy) => `${busy}[aria-busy="true"]`).join();

let kept: (() => void) | null = null;

export const isBusy = (): boolean => one(BUSY) !== null;

export function setBusy(element: HTMLElement | null, busy: boolean): void {
  if (busy) element?.setAttribute("aria-busy", "true");
  else element?.removeAttribute("aria-busy");
  if (!busy) release();
}

/** Run this when the dock is at rest again; the last one counts. */
export function whenFree(run: () => void): void {
  kept = run;
}

/** What was waited for will not come. */
export function dropKept(): void {
  kept = null;
}

function release(): void {
  if (!kept || isBusy()) return;
  const run = kept;
  kept = null;
  run();
}

/** A part that is only brought up to date is morphed: what stands in it stays, and so do its keys. */
function changing(event: Event): HTMLElement | null {
  const { target, swap } = ((event as CustomEvent).detail?.ctx ?? {}) as { target?: unknown; swap?: string };
  if (swap?.endsWith("Morph")) return null;
  const element = typeof target === "string" ? one(target) : target;
  return element instanceof HTMLElement && /^(?:dock|work-form)$/.test(element.id) ? element : null;
}

document.addEventListener("htmx:before:request", (event) => {
  const place = changing(event);
  if (place) setBusy(place, true);
});
document.addEventListener("htmx:finally:request", (event) => {
  const place = changing(event);
  if (place) setBusy(place, false);
  else release();
});
document.addEventListener("htmx:after:settle", release);
