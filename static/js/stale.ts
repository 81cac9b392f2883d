// A part that was asked for before something changed, and came after it, replaces the element that
// still had to be asked for anew: htmx drops what waits on an element that is gone. Ask again.
import { fetchPart } from "./requests";

let changed = 0;
interface Asked { begun?: number }

document.addEventListener("fio:stale", () => { changed = performance.now(); });
document.addEventListener("htmx:before:request", (event) => {
  ((event as CustomEvent).detail.ctx as Asked).begun = performance.now();
});
document.addEventListener("htmx:before:response", (event) => {
  const part = event.target;
  const url = part instanceof HTMLElement && part.id && part.getAttribute("hx-get");
  if (!url) return;
  const { begun } = (event as CustomEvent).detail.ctx as Asked;
  part.addEventListener("htmx:finally:request", () => {
    const next = part.isConnected ? null : document.getElementById(part.id);
    if (next && (begun ?? changed) < changed) void fetchPart(url, next, part.getAttribute("hx-swap") ?? "outerHTML");
  }, { once: true });
});
