// Finding a record to link: beside an open conversation, or for all that are checked; linking what was just made.
import { command, perform } from "./commands";
import { one } from "./dom";
import { checkedUids } from "./selection";
import { openMenu } from "./snooze";
import { sweep } from "./sweeps";
import { say } from "./words";

let meant: string[] = [];

/** Shift L presses the button; a button that asks for a form itself only needs the place open. */
function opens(does: "link" | "merge" | "block", source: HTMLElement | null): boolean {
  const facts = one("#facts");
  const button = facts && one<HTMLButtonElement>(`[data-does=${does}]`, facts);
  if (!facts || !button) return false;
  if (!facts.checkVisibility()) perform("facts");
  if (!source?.hasAttribute("hx-get")) button.click();
  return true;
}
command("link", (source) => opens("link", source));
// What is checked goes before what is open
command("link", (source) => {
  const found = one("#link-menu");
  meant = checkedUids();
  if (!found || meant.length === 0 || source?.closest("#facts, #reading")) return false;
  void openMenu(found, source, found.dataset["url"] ?? "");
  return true;
});
command("link-put", (source) => {
  const record = source?.closest("#link-menu") ? source.dataset["record"] : "";
  if (!source || !record || meant.length === 0) return false;
  one("#link-menu")?.hidePopover();
  const name = source.dataset["name"] ?? "";
  void sweep("link", [["record", record]], meant, (count) => say("linked", { count, name }));
  return true;
});
command("merge", (source) => opens("merge", source));
command("block", (source) => opens("block", source));

document.addEventListener("fio:made", (event) => {
  const form = one<HTMLFormElement>("#link-made");
  const about = form && one<HTMLInputElement>("input[name=about]", form);
  if (!form || !about) return;
  about.value = (event as CustomEvent<{ about: string }>).detail.about;
  form.requestSubmit();
});
