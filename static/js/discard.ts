// Throwing a draft away can be taken back, like everything else, also on the page that follows.
import { setBusy } from "./busy";
import { command } from "./commands";
import type { Composer } from "./composer";
import { refreshParts } from "./parts";
import { send } from "./requests";
import { showToast, trouble } from "./toast";
import { say } from "./words";

const KEPT = "fio:discarded";

async function restore(url: string): Promise<void> {
  const { ok } = await send(url, new FormData());
  if (ok) refreshParts("drafts");
  else trouble("undo_failed");
}

function offer(restoreUrl: string): void {
  const action = { label: say("undo"), run: () => void restore(restoreUrl) };
  showToast({ text: say("discarded"), icon: "trash", ...(restoreUrl ? { action } : {}) });
  refreshParts("drafts");
}

async function discard(composer: Composer, url: string): Promise<void> {
  const wholePage = composer.closest("#dock") === null;
  composer.settle();
  composer.inert = true;
  setBusy(composer, true);
  // What takes its place must not be told of it any more
  const { ok, data } = await send(url, new FormData(), "DELETE");
  const restoreUrl = String(data["restore_url"] ?? "");
  if (!ok) trouble("server_trouble");
  else if (wholePage) sessionStorage.setItem(KEPT, restoreUrl);
  else offer(restoreUrl);
  composer.leave();
}

command("discard", (source) => {
  const composer = source?.closest<Composer>("fio-composer");
  const url = source?.dataset["url"];
  if (composer && url) void discard(composer, url);
  return !!(composer && url);
});

const kept = sessionStorage.getItem(KEPT);
sessionStorage.removeItem(KEPT);
if (kept !== null) offer(kept);
