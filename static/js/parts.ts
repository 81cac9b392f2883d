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
  if (url) await fetchPart(url, part, part.dataset["partSwap"] ?? "outerMorph");
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
