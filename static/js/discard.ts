// Throwing a draft away can be taken back, like everything else.
import { command } from "./commands";
import type { Composer } from "./composer";
import { refreshParts } from "./parts";
import { send } from "./requests";
import { showToast, trouble } from "./toast";
import { say } from "./words";

command("discard", (source) => {
  const composer = source?.closest<Composer>("fio-composer");
  const url = source?.dataset["url"];
  if (!composer || !url) return false;
  composer.settle();
  composer.leave();
  void send(url, new FormData(), "DELETE").then(({ ok, data }) => {
    if (!ok) return trouble("server_trouble");
    refreshParts("drafts");
    const restoreUrl = String(data["restore_url"] ?? "");
    const undo = async (): Promise<void> => {
      const { ok: back } = await send(restoreUrl, new FormData());
      if (back) refreshParts("drafts");
      else trouble("undo_failed");
    };
    showToast({
      text: say("discarded"), icon: "trash",
      ...(restoreUrl ? { action: { label: say("undo"), run: () => void undo() } } : {}),
    });
  });
  return true;
});
