// Parts of a page that know their own address and the topics that make them stale.
import { all, later } from "./dom";
import { list, refreshList } from "./list";
import { fetchPart } from "./requests";

const waiting = new Set<HTMLElement>();
const asked = new WeakSet<HTMLElement>();
const flush = later(() => {
  const parts = [...waiting].filter((part) => part.isConnected);
  waiting.clear();
  for (const part of parts) void refresh(part);
}, 250);

async function refresh(part: HTMLElement): Promise<void> {
  if (part === list()) return refreshList();
  const url = part.dataset["partUrl"];
  if (!url || isKept(part)) return;
  asked.add(part);
  await fetchPart(withRows(url, part), part, part.dataset["partSwap"] ?? "outerMorph").finally(() => asked.delete(part));
}

/** What somebody is typing stays; saving it tells whether another was faster. Then the part catches up. */
function isKept(part: Element): boolean {
  const isEdited = !!part.querySelector("[data-editing], details[open] > [data-typing]:focus-within") || isTyped(part);
  if (isEdited) for (const end of ["htmx:after:swap", "focusout"]) part.addEventListener(end, catchUp, { once: true });
  return isEdited;
}

/** Something stands in a form for what is new, and is not sent. */
function isTyped(part: Element): boolean {
  const fields = part.querySelectorAll<HTMLInputElement>("[data-typing] input:not([type=hidden])");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

function catchUp(event: Event): void {
  const part = event.currentTarget as HTMLElement;
  for (const end of ["htmx:after:swap", "focusout"]) part.removeEventListener(end, catchUp);
  waiting.add(part);
  flush.call();
}

// Somebody may have begun to type after the part was asked for
document.addEventListener("htmx:before:swap", (event) => {
  const { target, sourceElement } = (event as CustomEvent).detail.ctx as { target?: unknown; sourceElement?: unknown };
  if (target !== sourceElement || !(target instanceof HTMLElement) || !asked.has(target)) return;
  if (isKept(target)) event.preventDefault();
});

/** A list is asked for with as many rows as it shows: `data-part-rows` says what a row is. */
function withRows(url: string, part: HTMLElement): string {
  const row = part.dataset["partRows"];
  if (!row) return url;
  const asked = new URL(url, location.href);
  asked.searchParams.set("rows", String(part.querySelectorAll(row).length));
  return asked.pathname + asked.search;
}

/** Ask again, soon and once, for every part that listens to this topic. */
export function refreshParts(topic: string): void {
  for (const part of all(`[data-live~="${CSS.escape(topic)}"]`)) waiting.add(part);
  flush.call();
}

export function refreshEverything(): void {
  for (const part of all("[data-live]")) waiting.add(part);
  flush.call();
}
