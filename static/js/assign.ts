// Whose it is: Shift A opens who works in the mailbox, a choice is told and can be taken back.
import { command } from "./commands";
import { one } from "./dom";
import { refreshParts } from "./parts";
import { send } from "./requests";
import { clearChecks } from "./selection";
import { openMenu } from "./snooze";
import { swept } from "./sweeps";
import { showToast, trouble } from "./toast";
import { targets } from "./triage";
import { say } from "./words";

let meant: string[] = [];

const menu = (): HTMLElement | null => one("#assign-menu");

function changed(): void {
  for (const topic of ["side", "threads", ...meant.map((uid) => `thread:${uid}`)]) refreshParts(topic);
}

async function takeBack(url: string): Promise<void> {
  if ((await send(url, new FormData())).ok) changed();
  else trouble("undo_failed");
}

command("assign", (source) => {
  const found = menu();
  meant = targets(source);
  if (!found || meant.length === 0) return false;
  const asked = new URL(found.dataset["url"]!, location.href);
  for (const uid of meant) asked.searchParams.append("thread", uid);
  void openMenu(found, source, asked.pathname + asked.search);
  return true;
});
command("assign-to", (source) => {
  const found = source?.closest<HTMLElement>("#assign-menu");
  if (!found || !source) return false;
  const body = new FormData();
  body.set("to", source.dataset["to"] ?? "");
  for (const uid of meant) body.append("thread", uid);
  found.hidePopover();
  if (swept("assign", [["to", source.dataset["to"] ?? ""]], meant)) return true;
  void send(found.dataset["url"]!, body).then(({ ok, status, data }) => {
    if (status === 422) return showToast({ text: String(data["text"] ?? ""), trouble: true });
    if (!ok) return trouble("server_trouble");
    clearChecks();
    changed();
    const url = String(data["undo"] ?? "");
    showToast({
      text: String(data["text"] ?? ""),
      icon: "person",
      ...(url ? { action: { label: say("undo"), run: () => void takeBack(url) } } : {}),
    });
  });
  return true;
});
