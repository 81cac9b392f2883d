// The list somebody came from: a page of its own, closed or undone, leads back there.
import { one } from "./dom";

const KEPT = "fio:list";

/** Remember the list this page shows. */
export function remember(): void {
  const address = one("#threads")?.dataset["url"];
  if (address) sessionStorage.setItem(KEPT, address);
}

const workspace = (path: string): string => path.split("/")[1] ?? "";

/** The address of the last list of this workspace, or null. */
export function lastList(): string | null {
  const address = sessionStorage.getItem(KEPT);
  return address && workspace(address) === workspace(location.pathname) ? address : null;
}

/** An address of a conversation that remembers the last list, as the rows of that list do. */
export function within(address: string): string {
  const list = lastList();
  if (!list) return address;
  const from = new URL(list, location.origin);
  const to = new URL(address, location.origin);
  const [, , ...path] = from.pathname.split("/").filter(Boolean);
  for (const name of ["q", "person", "unread"]) {
    const value = from.searchParams.get(name);
    if (value !== null) to.searchParams.set(name, value);
  }
  if (path[0] === "mailbox" && path[1]) to.searchParams.set("mailbox", path[1]);
  const folder = path.at(-1);
  if (folder && folder !== "inbox") to.searchParams.set("in", folder);
  return to.pathname + to.search;
}

remember();
document.addEventListener("htmx:after:settle", remember);
