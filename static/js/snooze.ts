// Snooze: H opens the times, a choice puts what is checked, open or focused aside, a toast takes it back.
import { command } from "./commands";
import { one } from "./dom";
import { momentIn } from "./later";
import { activeRow } from "./list";
import { place } from "./menu";
import { refreshParts } from "./parts";
import { fetchPart } from "./requests";
import { clearChecks } from "./selection";
import { showToast, trouble } from "./toast";
import { swept, type Said } from "./sweeps";
import { change, post, targets, undo } from "./triage";
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

async function put(verb: "snooze" | "unsnooze", uids: string[], said: Said): Promise<void> {
  const restore = change(verb, uids);
  clearChecks();
  const answer = await post(verb, uids, said);
  if (!answer) {
    restore();
    return trouble("triage_failed");
  }
  refreshParts("threads");
  const text = answer.text || say("unsnooze", { count: uids.length });
  const run = (): void => void undo(answer.undo, uids, restore);
  showToast({ text, icon: "snooze", action: { label: say("undo"), run } });
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
  const said: Said = [["until", at]];
  if (one<HTMLInputElement>("[name=unless_answered]", found)?.checked) said.push(["unless_answered", "1"]);
  found.hidePopover();
  if (!swept("snooze", said, meant)) void put("snooze", meant, said);
  return true;
});
command("unsnooze", (source) => {
  const uids = targets(source);
  if (uids.length === 0 || !menu()) return false;
  if (!source?.closest(".thread, #reading") && swept("unsnooze", [], uids)) return true;
  void put("unsnooze", uids, []);
  return true;
});
