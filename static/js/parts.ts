// Parts of a page that know their own address and the topics that make them stale.
import { all, later } from "./dom";
import { list, refreshList } from "./list";
import { fetchPart } from "./requests";

const waiting = new Set<HTMLElement>();
const flush = later(() => {
  const parts = [...waiting].filter((part) => part.isConnected);
  waiting.clear();
  for (const part of parts) void refresh(part);
}, 250);

async function refresh(part: HTMLElement): Promise<void> {
  if (part === list()) return refreshList();
  const url = part.dataset["partUrl"];
  // What somebody is typing stays; saving it tells whether another was faster
  if (!url || part.querySelector("[data-editing]")) return;
  await fetchPart(withRows(url, part), part, part.dataset["partSwap"] ?? "outerMorph");
}

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
