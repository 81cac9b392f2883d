// The sheet of keys, and dialogs that close by a press outside.
import { command } from "./commands";
import { all, one } from "./dom";
import { closeOverlays } from "./preferences";

command("help", () => {
  const sheet = one<HTMLDialogElement>("#help");
  if (sheet && !sheet.open) sheet.showModal();
});
command("close-dialog", (source) => source?.closest("dialog")?.close());
command("escape", () => closeOverlays());

for (const sheet of all<HTMLDialogElement>("dialog.sheet")) {
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
}
