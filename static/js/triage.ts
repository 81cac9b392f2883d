// Done, archive, trash, read: the row changes first, the server hears after, a toast undoes it.
import { command } from "./commands";
import { all, copyOf, one } from "./dom";
import { activate, activeRow, closeThread, isReadOnly, list, openRow, openUid, row, rows, uidOf } from "./list";
import { refreshParts } from "./parts";
import { checkedUids, clearChecks } from "./selection";
import { send } from "./requests";
import { showToast, trouble, undoLast } from "./toast";
import { swept, takeBack, type Said } from "./sweeps";
import { say } from "./words";

const INVERSE: Record<string, string> = {
  done: "undone", undone: "done", archive: "unarchive", unarchive: "archive",
  trash: "untrash", untrash: "trash", spam: "unspam", unspam: "spam", read: "unread", unread: "read",
};
const ICON: Record<string, string> = {
  done: "done", archive: "archive", trash: "trash", spam: "spam", read: "mail", unread: "unread",
};

export type Restore = () => void;

const triageUrl = (): string => one("[data-triage-url]")?.dataset["triageUrl"] ?? "";

/** The open conversation, where one reads it only: nothing is done to it but by its mailbox. */
const readOnly = (): string => (one("#reading [data-reads-only]") ? openUid() : "");

export function targets(source: HTMLElement | null): string[] {
  const inRow = source?.closest<HTMLElement>(".thread");
  if (inRow) return isReadOnly(inRow) ? [] : [uidOf(inRow)];
  const inReading = source?.closest<HTMLElement>("#reading");
  if (inReading) return readOnly() ? [] : [inReading.dataset["thread"]!];
  const many = checkedUids();
  if (many.length > 0) return many;
  const uid = openUid() || uidOf(activeRow());
  return uid && uid !== readOnly() && !isReadOnly(row(uid)) ? [uid] : [];
}

/** The list is so much longer, or shorter. */
function count(by: number): void {
  const data = list()?.dataset;
  if (data?.["total"]) data["total"] = String(Number(data["total"]) + by);
  document.dispatchEvent(new CustomEvent("fio:triaged"));
}

function takeOut(elements: HTMLElement[]): Restore {
  const places = elements.map((element) => ({ element, next: element.nextElementSibling?.id ?? "" }));
  for (const element of elements) element.remove();
  count(-elements.length);
  return () => {
    count(elements.length);
    // Last first, so that a row taken out with its neighbour finds it again. The list may have
    // been asked for anew meanwhile.
    for (const { element, next } of places.toReversed()) {
      if (document.getElementById(element.id)) continue;
      const after = next && document.getElementById(next);
      if (after) after.before(element);
      else list()?.append(element);
    }
  };
}

function markRead(elements: HTMLElement[], unread: boolean): Restore {
  if (unread) came = "";
  const changed = elements.filter((element) => element.hasAttribute("data-unread") !== unread);
  for (const element of changed) element.toggleAttribute("data-unread", unread);
  return () => { for (const element of changed) element.toggleAttribute("data-unread", !unread); };
}

/** Where the eye goes when the open or focused row leaves: the next one, else the one before. */
function neighbour(leaving: HTMLElement[]): HTMLElement | null {
  const every = rows();
  const at = every.indexOf(leaving.at(-1) as HTMLElement);
  const stays = (element: HTMLElement): boolean => !leaving.includes(element);
  return every.slice(at + 1).find(stays) ?? every.slice(0, Math.max(at, 0)).findLast(stays) ?? null;
}

export function change(verb: string, uids: string[]): Restore {
  const elements = uids.map(row).filter((element) => element !== null);
  if (verb === "read" || verb === "unread") return markRead(elements, verb === "unread");
  const leaves = list()?.dataset["removes"]?.split(" ").includes(verb) ?? false;
  const wasOpen = uids.includes(openUid());
  if (!leaves) return () => undefined;
  const next = neighbour(elements);
  const restore = takeOut(elements);
  const wide = matchMedia("(min-width: 56.01rem)").matches;
  if (wasOpen && next && wide) void openRow(next, false).then(() => activate(next));
  else if (wasOpen) closeThread();
  else if (elements.length > 0) activate(next);
  return restore;
}

interface Answer { undo: string; text: string }

/** Where to undo it, "" where nobody will, and words for it; null where the server did not take it. */
export async function post(verb: string, uids: string[], said: Said): Promise<Answer | null> {
  const body = new FormData();
  body.set("verb", verb);
  for (const [name, value] of said) body.set(name, value);
  for (const uid of uids) body.append("thread", uid);
  const { ok, data } = await send(triageUrl(), body);
  if (ok) void refreshParts("side");
  return ok ? { undo: String(data["undo"] ?? ""), text: String(data["text"] ?? "") } : null;
}

export async function triage(verb: string, uids: string[], quiet = false): Promise<void> {
  if (uids.length === 0 || !triageUrl()) return;
  const restore = change(verb, uids);
  clearChecks();
  const answer = post(verb, uids, quiet ? [["quiet", "1"]] : []);
  const url = answer.then((told) => told?.undo ?? "");
  if (!quiet) {
    showToast({
      text: say(verb, { count: uids.length }),
      icon: ICON[verb] ?? "undo",
      action: { label: say("undo"), run: () => void undo(url, uids, restore) },
    });
  }
  if ((await answer) !== null) return;
  restore();
  if (!quiet) trouble("triage_failed");
}

/** The rows stand again where they stood, and the server makes exactly that of them. */
export async function undo(url: Promise<string> | string, uids: string[], restore: Restore): Promise<void> {
  restore();
  const first = row(uids[0] ?? "");
  if (first) activate(first);
  // Where to take it back is in the answer: who leaves before it is asked to stay, or the undo is lost
  const stay = (event: Event): void => event.preventDefault();
  addEventListener("beforeunload", stay);
  const where = await Promise.resolve(url).finally(() => removeEventListener("beforeunload", stay));
  await takeBack(where);
}

for (const verb of Object.keys(INVERSE)) {
  command(verb, (source) => {
    const uids = targets(source);
    if (uids.length === 0 || !triageUrl()) return false;
    // The key that finishes also takes back, where the list shows what is finished.
    const back = list()?.dataset["removes"]?.split(" ").includes(INVERSE[verb]!);
    const said = back && !source ? INVERSE[verb]! : verb;
    if (!source?.closest(".thread, #reading") && swept(said, [], uids)) return true;
    void triage(back && !source ? INVERSE[verb]! : verb, uids);
    return true;
  });
}
command("undo", () => undoLast());
document.addEventListener("fio:opened", (event) => {
  const { uid, row: element } = (event as CustomEvent<{ uid: string; row: HTMLElement }>).detail;
  if (element.hasAttribute("data-unread")) void triage("read", [uid], true);
});

// Mail that comes into the conversation one looks at is read as it comes; what one marks unread stays so
let shown = "";
let came = "";
function readOn(): void {
  const uid = one("#reading[data-open]")?.dataset["thread"] ?? "";
  const last = `${uid} ${all("#messages .msg").at(-1)?.id ?? ""}`;
  if (uid && shown.startsWith(uid) && shown !== last) came = uid;
  shown = last;
  if (!came || came !== uid || !document.hasFocus() || !row(uid)?.hasAttribute("data-unread")) return;
  came = "";
  void triage("read", [uid], true);
}
document.addEventListener("htmx:after:settle", readOn);
addEventListener("focus", readOn);

// A conversation opened by its address, without a click on its row, is read as well.
const opened = one("#reading[data-open][data-unread]")?.dataset["thread"];
if (opened) void triage("read", [opened], true);

// Four actions stand over the time of the row under the pointer; one set serves every row.
function showActs(element: HTMLElement): void {
  if (one(".thread-acts", element)) return;
  for (const other of all(".thread-acts")) other.remove();
  const acts = isReadOnly(element) ? null : copyOf("thread-acts");
  if (acts) element.append(acts);
}
for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, (event) => {
    const element = (event.target as Element).closest<HTMLElement>("#threads .thread");
    if (element && (event as PointerEvent).pointerType !== "touch") showActs(element);
  });
}
