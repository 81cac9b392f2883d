// Labels: L opens them, letters narrow them or name a new one, a choice puts it on or takes it off.
import { command } from "./commands";
import { all, one } from "./dom";
import { openUid } from "./list";
import { refreshParts } from "./parts";
import { send } from "./requests";
import { clearChecks } from "./selection";
import { openMenu } from "./snooze";
import { showToast, trouble } from "./toast";
import { swept } from "./sweeps";
import { targets } from "./triage";
import { say } from "./words";

let meant: string[] = [];

const menu = (): HTMLElement | null => one("#label-menu");

async function post(uids: string[], said: Record<string, string>, quiet = false): Promise<void> {
  const body = new FormData();
  for (const uid of uids) body.append("thread", uid);
  for (const [name, value] of Object.entries(said)) body.set(name, value);
  const { ok, data } = await send(menu()?.dataset["url"] ?? "", body);
  if (!ok) {
    const text = ((data["errors"] ?? []) as { message: string }[])[0]?.message;
    return text ? showToast({ text, trouble: true }) : trouble(quiet ? "undo_failed" : "triage_failed");
  }
  refreshParts("threads");
  if (openUid()) refreshParts(`thread:${openUid()}`);
  if (quiet) return;
  const changed = data["changed"] as string[];
  const back: Record<string, string> = { label: String(data["label"]), ...(said["off"] ? {} : { off: "1" }) };
  const run = (): void => { if (changed.length > 0) void post(changed, back, true); };
  showToast({ text: String(data["text"]), icon: "label", action: { label: say("undo"), run } });
}

command("label", (source) => {
  const uids = targets(source);
  const found = menu();
  if (uids.length === 0 || !found) return false;
  meant = uids;
  const asked = uids.slice(0, 100).map((uid) => `thread=${uid}`).join("&");
  void openMenu(found, source, `${found.dataset["url"]!}?${asked}`);
  return true;
});
command("label-put", (source) => {
  if (!source?.closest("#label-menu") || meant.length === 0) return false;
  const typed = one<HTMLInputElement>("#label-find")?.value.trim() ?? "";
  menu()?.hidePopover();
  const known = source.dataset["label"];
  if (known && swept(source.dataset["off"] ? "unlabel" : "label", [["label", known]], meant)) return true;
  clearChecks();
  const said = source.hasAttribute("data-new") ? { name: typed } : { label: source.dataset["label"]! };
  void post(meant, source.dataset["off"] ? { ...said, off: "1" } : said);
  return true;
});

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.id !== "label-find") return;
  const typed = field.value.trim();
  const choices = all("#label-list [data-label]");
  for (const choice of choices) choice.hidden = !plain(choice.dataset["name"]!).includes(plain(typed));
  const fresh = one("#label-list [data-new]")!;
  fresh.hidden = !typed || choices.some((choice) => plain(choice.dataset["name"]!) === plain(typed));
  one(".ell", fresh)!.textContent = say("make_label", { name: typed });
});
document.addEventListener("keydown", (event) => {
  const field = event.target as HTMLElement;
  if (field.id !== "label-find" || event.isComposing) return;
  const first = all("#label-list .menu-item").find((item) => !item.hidden);
  if (event.key === "Enter") first?.click();
  else if (event.key === "ArrowDown") first?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
