// A reminder of the open conversation, if nobody answers: its menu of times, and the way back.
import { command } from "./commands";
import { one } from "./dom";
import { refreshParts } from "./parts";
import { send } from "./requests";
import { openMenu } from "./snooze";
import { showToast, trouble } from "./toast";
import { say } from "./words";

async function post(url: string, thread: string, said: [string, string]): Promise<void> {
  const body = new FormData();
  body.set(...said);
  const { ok, data } = await send(url, body);
  if (!ok) return trouble("server_trouble");
  refreshParts(`thread:${thread}`);
  const back: [string, string] = data["was"] ? ["until", String(data["was"])] : ["forget", "1"];
  const run = (): void => void post(url, thread, back);
  showToast({ text: String(data["text"]), icon: "bell", action: { label: say("undo"), run } });
}

command("remind", (source) => {
  const menu = one("#snooze-menu");
  const url = one("#reading [data-remind-url]")?.dataset["remindUrl"];
  if (!menu || !url) return false;
  void openMenu(menu, source, url);
  return true;
});
command("remind-at", (source) => {
  const within = source?.closest<HTMLElement>("[data-url]");
  if (!within) return false;
  const at = source?.dataset["at"] ?? one<HTMLInputElement>("[data-own-at]", within)?.value ?? "";
  one("#snooze-menu")?.hidePopover();
  void post(within.dataset["url"]!, within.dataset["thread"] ?? "", ["until", at]);
  return true;
});
command("remind-not", (source) => {
  const url = source?.dataset["url"];
  if (url) void post(url, source.dataset["thread"] ?? "", ["forget", "1"]);
  return !!url;
});
