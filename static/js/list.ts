// The list of conversations: one row is reachable by Tab, arrows of J and K move it, rows open beside.
import { command } from "./commands";
import { all, copyOf, one } from "./dom";
import { fetchPart, htmx } from "./requests";

let active = "";
let open = one("#reading")?.dataset["thread"] ?? "";
let loading: Promise<void> = Promise.resolve();
let pending = 0;
let turns = 0;

export const list = (): HTMLElement | null => one("#threads");
export const rows = (): HTMLElement[] => all(".thread", list() ?? document.createElement("ul"));
export const row = (uid: string): HTMLElement | null => one(`#t-${CSS.escape(uid)}`);
/** Others' mail, shared with the member: nothing is done to it from here. */
export const isReadOnly = (element: Element | null): boolean => element?.hasAttribute("data-reads-only") ?? false;
export const uidOf = (element: Element | null): string => element?.id.slice(2) ?? "";
export const openUid = (): string => open;
export const linkOf = (element: Element | null): HTMLAnchorElement | null =>
  element?.querySelector<HTMLAnchorElement>(".thread-link") ?? null;

export function activeRow(): HTMLElement | null {
  return (active && row(active)) || (open && row(open)) || rows()[0] || null;
}

export function activate(element: HTMLElement | null, focus = true): void {
  for (const link of all(".thread-link[tabindex='0']", list() ?? document)) link.tabIndex = -1;
  for (const other of all(".thread[data-focus]")) delete other.dataset["focus"];
  active = uidOf(element);
  const link = linkOf(element);
  if (!element || !link) return;
  link.tabIndex = 0;
  element.dataset["focus"] = "";
  if (focus) link.focus();
}

/** What the server does not know about rows: which is open, which can be tabbed to, its check. */
export function dress(): void {
  for (const element of rows()) {
    const link = linkOf(element)!;
    const isOpen = uidOf(element) === open;
    element.toggleAttribute("aria-current", isOpen);
    if (isOpen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.tabIndex = -1;
    if (one(".thread-check", element) || isReadOnly(element)) continue;
    const check = copyOf("thread-check");
    if (!check) continue;
    const who = one(".thread-from .ell", element)?.textContent ?? "";
    one("[role=checkbox]", check)?.setAttribute("aria-label", `${check.dataset["word"]} ${who}`);
    element.append(check);
  }
  activate(activeRow(), false);
}

/** What ends when the row that is being opened is there; null while none is. */
export const opening = (): Promise<void> | null => (pending > 0 ? loading : null);

/** One at a time: of rows asked for meanwhile the last one counts. */
async function load(link: HTMLAnchorElement, push: boolean, isWanted: () => boolean): Promise<void> {
  await loading.catch(() => undefined);
  const reading = one("#reading");
  if (!isWanted() || !reading) return;
  const slow = setTimeout(() => one("#reading #messages")?.replaceChildren(copyOf("bones") ?? ""), 200);
  // Asked for by the row: behind the list it would wait while that is asked for anew
  const source = link.isConnected ? link : list()!;
  await htmx.ajax("GET", link.href, { target: reading, swap: "outerHTML", source, push: String(push) });
  clearTimeout(slow);
}

export async function openRow(element: HTMLElement | null, focusSubject = true, push = true): Promise<void> {
  const link = linkOf(element);
  if (!element || !link || !one("#reading")) return link ? location.assign(link.href) : undefined;
  open = uidOf(element);
  activate(element, false);
  dress();
  const turn = ++turns;
  pending += 1;
  loading = load(link, push, () => turn === turns);
  await loading.finally(() => { pending -= 1; });
  if (turn !== turns || open !== uidOf(element)) return;
  if (focusSubject) one("#subject")?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("fio:opened", { detail: { uid: open, row: element } }));
}

export function closeThread(push = true): boolean {
  const reading = one("#reading[data-open]");
  const empty = copyOf("reading-empty");
  if (!reading || !empty) return false;
  const was = row(open);
  open = "";
  turns += 1;
  reading.replaceWith(empty);
  const address = list()?.dataset["url"];
  if (push && address) history.pushState({ htmx: true }, "", address);
  dress();
  activate(was ?? activeRow());
  return true;
}

export function step(by: 1 | -1): boolean {
  const every = rows();
  const at = every.indexOf(activeRow() as HTMLElement);
  const to = active || open ? every[at + by] : every[0];
  if (!to) return every.length > 0;
  if (open) void openRow(to, false).then(() => uidOf(to) === open && activate(to));
  else activate(to);
  return true;
}

/** Ask for as many rows as are shown, and morph them in: place, focus and checks stay. */
export async function refreshList(): Promise<void> {
  const element = list();
  if (!element?.dataset["url"]) return;
  const url = new URL(element.dataset["url"], location.href);
  url.searchParams.set("rows", String(Math.min(500, Math.max(50, rows().length))));
  // Rows that were dropped above stay so; the others come as the page after those
  const above = one("#above")?.dataset["edge"];
  if (above) url.searchParams.set("after", above);
  await fetchPart(url.pathname + url.search, element, above ? "innerMorph" : "outerMorph");
}

document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("#threads .thread-link");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!one("#reading")) return;
  event.preventDefault();
  void openRow(link.closest<HTMLElement>(".thread"));
});
document.addEventListener("focusin", (event) => {
  const element = (event.target as Element).closest<HTMLElement>("#threads .thread");
  if (element && uidOf(element) !== active) activate(element, false);
});
document.addEventListener("keydown", (event) => {
  if (!(event.target as Element).closest?.("#threads .thread-link")) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
  const every = rows();
  const to = by && every[every.indexOf(activeRow() as HTMLElement) + by];
  if (!to) return;
  event.preventDefault();
  activate(to);
});

// Back and forward between conversations need no new page, only the part beside the list.
document.addEventListener("htmx:before:history:restore", (event) => {
  const here = location.pathname + location.search;
  const address = list()?.dataset["url"];
  if (!address || !one("#reading")) return;
  const target = rows().find((element) => linkOf(element)!.getAttribute("href") === here);
  if (target) void openRow(target, true, false);
  else if (here === address && open) closeThread(false);
  else return;
  event.preventDefault();
});

command("next", () => step(1));
command("previous", () => step(-1));
command("open", () => { void openRow(activeRow()); });
command("back", () => closeThread());
command("escape", () => closeThread());
command("refresh-list", () => { void refreshList(); });

document.addEventListener("htmx:after:settle", (event) => {
  if ((event.target as Element).closest?.("#threads, .pane-list, #main")) {
    // While rows are being opened it is known already which one it will be
    if (pending === 0) open = one("#reading[data-open]")?.dataset["thread"] ?? "";
    dress();
  }
});
if (list()) dress();

