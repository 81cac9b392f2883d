// Snooze: H opens the times, a choice puts what is checked, open or focused aside, a toast takes it back.
import { command } from "./commands";
import { one } from "./dom";
import { momentIn } from "./later";
import { activeRow, row } from "./list";
import { place } from "./menu";
import { refreshParts } from "./parts";
import { fetchPart, send } from "./requests";
import { clearChecks } from "./selection";
import { showToast, trouble } from "./toast";
import { swept } from "./sweeps";
import { change, targets } from "./triage";
import { say } from "./words";

let meant: string[] = [];

const menu = (): HTMLElement | null => one("#snooze-menu");

/** Opens the menu that `data-url` fills, by the button or by the row that is meant. */
export async function openMenu(found: HTMLElement, source: HTMLElement | null, url: string): Promise<void> {
  if (found.matches(":popover-open")) return found.hidePopover();
  await fetchPart(url, found, "innerHTML");
  found.showPopover();
  const beside = source?.checkVisibility() ? source : one("#reading[data-open] .bar") ?? activeRow() ?? document.body;
  place(found, beside.getBoundingClientRect());
  one("input[autofocus], [role=menuitem]", found)?.focus();
}

interface Answer { text?: string; again?: string[] }

async function post(uids: string[], said: [string, string][]): Promise<Answer | null> {
  const body = new FormData();
  for (const uid of uids) body.append("thread", uid);
  for (const [name, value] of said) body.append(name, value);
  const { ok, data } = await send(menu()?.dataset["url"] ?? "", body);
  if (ok) for (const topic of ["side", "threads"]) void refreshParts(topic);
  return ok ? (data as Answer) : null;
}

async function put(verb: "snooze" | "unsnooze", uids: string[], said: [string, string][]): Promise<void> {
  const restore = change(verb, uids);
  clearChecks();
  const answer = await post(uids, said);
  if (!answer) {
    restore();
    return trouble("triage_failed");
  }
  const text = answer.text || say("unsnooze", { count: uids.length });
  const back: [string, string][] = answer.again?.length
    ? answer.again.map((each) => ["again", each])
    : [["wake", "1"]];
  const undo = async (): Promise<void> => {
    restore();
    row(uids[0] ?? "")?.focus();
    if (!(await post(uids, back))) trouble("undo_failed");
  };
  showToast({ text, icon: "snooze", action: { label: say("undo"), run: () => void undo() } });
}

command("snooze", (source) => {
  const uids = targets(source);
  const found = menu();
  if (uids.length === 0 || !found) return false;
  meant = uids;
  void openMenu(found, source, found.dataset["url"] ?? "");
  return true;
});
command("snooze-until", (source) => {
  const found = source?.closest<HTMLElement>("#snooze-menu");
  if (!found || meant.length === 0) return false;
  const at = source?.dataset["at"] ?? momentIn(found);
  if (!at) return true;
  const said: [string, string][] = [["until", at]];
  if (one<HTMLInputElement>("[name=unless_answered]", found)?.checked) said.push(["unless_answered", "1"]);
  found.hidePopover();
  if (!swept("snooze", said, meant)) void put("snooze", meant, said);
  return true;
});
command("unsnooze", (source) => {
  const uids = targets(source);
  if (uids.length === 0 || !menu()) return false;
  if (!source?.closest(".thread, #reading") && swept("unsnooze", [], uids)) return true;
  void put("unsnooze", uids, [["wake", "1"]]);
  return true;
});
