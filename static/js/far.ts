// A list that was scrolled for long keeps only what is near: rows far above give their height to
// an empty block, and are asked for again on the way back. Nothing is dropped while rows are
// checked, since what is checked is what is seen.
import { all, one } from "./dom";
import { list, rows } from "./list";
import { fetchPart, htmx } from "./requests";

const MOST = 500;
const KEPT = 400;
const PAGE = 200;
const NEAR = 1500;

const pane = (): HTMLElement | null => one("#list-scroll");
const above = (): HTMLElement | null => one("#above");
const heightOf = (element: Element): number => element.getBoundingClientRect().height;

/** Where the rows that are shown begin; nothing while they begin at the top. */
export const edge = (): string => above()?.dataset["edge"] ?? "";

let coming = false;
const watch = new IntersectionObserver(
  (entries) => { if (entries.some((entry) => entry.isIntersecting)) void comeBack(); },
  { root: pane(), rootMargin: `${NEAR}px` },
);

function block(): HTMLElement {
  const found = above();
  if (found) return found;
  const made = document.createElement("div");
  made.id = "above";
  list()?.before(made);
  watch.observe(made);
  return made;
}

function resize(place: HTMLElement, height: number, count: number): void {
  place.style.blockSize = `${Math.max(0, height)}px`;
  place.dataset["count"] = String(Math.max(0, count));
}

/** Let go of what is far above. */
function drop(): void {
  const every = rows();
  const keep = every.at(-KEPT);
  const last = every.at(-KEPT - 1);
  const first = list()?.firstElementChild;
  const view = pane()?.getBoundingClientRect();
  if (every.length <= MOST || !keep || !last || !first || !view) return;
  if (list()?.hasAttribute("data-checking") || last.getBoundingClientRect().bottom > view.top - NEAR) return;
  const place = block();
  const gone = every.slice(0, -KEPT);
  const high = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
  place.dataset["edge"] = last.dataset["at"] ?? "";
  resize(place, heightOf(place) + high, Number(place.dataset["count"] ?? 0) + gone.length);
  for (const element of [...list()!.children]) {
    if (element === keep) break;
    element.remove();
  }
}

/** The rows far below go the same way; the mark that asks for them stands there already, or is made. */
function trim(): void {
  const far = rows().slice(MOST);
  const last = rows()[MOST - 1];
  const address = list()?.dataset["url"];
  if (far.length === 0 || !last || !address || list()?.hasAttribute("data-checking")) return;
  while (last.nextElementSibling) last.nextElementSibling.remove();
  const url = new URL(address, location.href);
  url.searchParams.set("after", last.dataset["at"] ?? "");
  url.searchParams.set("day", all(".group h3", list()!).at(-1)?.textContent ?? "");
  const more = document.createElement("li");
  more.className = "more meta";
  more.id = "more";
  more.setAttribute("hx-get", url.pathname + url.search);
  more.setAttribute("hx-trigger", "intersect once root:#list-scroll rootMargin:600px");
  more.setAttribute("hx-swap", "outerHTML");
  last.after(more);
  htmx.process(more);
}

/** Ask for rows that were dropped, until the empty block is out of sight. */
async function comeBack(): Promise<void> {
  if (coming) return;
  coming = true;
  while (isNear() && (await load())) trim();
  coming = false;
}

function isNear(): boolean {
  const place = above()?.getBoundingClientRect();
  const view = pane()?.getBoundingClientRect();
  return !!place && !!view && edge() !== "" && place.bottom > view.top - NEAR;
}

async function load(): Promise<boolean> {
  const place = above();
  const target = list();
  const address = target?.dataset["url"];
  if (!place || !target || !address) return false;
  const url = new URL(address, location.href);
  url.searchParams.set("before", edge());
  url.searchParams.set("rows", String(PAGE));
  const first = rows()[0];
  const [count, high] = [rows().length, heightOf(target)];
  await fetchPart(url.pathname + url.search, target, "afterbegin");
  const mark = one("#above-edge");
  if (!mark) return false;
  place.dataset["edge"] = mark.dataset["edge"] ?? "";
  mark.remove();
  unite(first);
  const isTop = edge() === "";
  const left = isTop ? 0 : heightOf(place) - (heightOf(target) - high);
  resize(place, left, isTop ? 0 : Number(place.dataset["count"] ?? 0) - (rows().length - count));
  return rows().length > count;
}

/** A day that went on over the edge has one heading, the upper one; so has a conversation. */
function unite(first: HTMLElement | undefined): void {
  const seen = new Set<string>();
  for (const element of rows()) {
    if (seen.has(element.id)) element.remove();
    seen.add(element.id);
  }
  const heading = first?.previousElementSibling;
  if (!heading?.matches(".group")) return;
  const twins = all(".group", list()!).filter((each) => each.id === heading.id);
  if (twins.length > 1) heading.remove();
}

document.addEventListener("htmx:after:settle", () => { if (!coming) drop(); });
