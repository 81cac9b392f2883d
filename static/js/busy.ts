// While the dock changes, or a mail is on its way to the server, single keys wait: what they
// would meet is about to go. Z is kept, and pressed again as soon as there is what it stops.
import { one } from "./dom";

const BUSY = '#dock[aria-busy="true"], fio-composer[aria-busy="true"]';

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

function dockOf(event: Event): HTMLElement | null {
  const target = (event as CustomEvent).detail?.ctx?.target as unknown;
  const element = typeof target === "string" ? one(target) : target;
  return element instanceof HTMLElement && element.id === "dock" ? element : null;
}

document.addEventListener("htmx:before:request", (event) => {
  const dock = dockOf(event);
  if (dock) setBusy(dock, true);
});
document.addEventListener("htmx:finally:request", (event) => {
  const dock = dockOf(event);
  if (dock) setBusy(dock, false);
  else release();
});
document.addEventListener("htmx:after:settle", release);
