// Settings: a switch saves at once and says so; a button can copy a line.
import { command } from "./commands";
import { send } from "./requests";
import { showToast, trouble } from "./toast";
import { say } from "./words";

command("switch", (source) => {
  if (!source) return false;
  const on = source.ariaChecked !== "true";
  const set = (value: boolean): void => { source.ariaChecked = String(value); };
  const save = async (value: boolean): Promise<void> => {
    set(value);
    const body = new FormData();
    body.set(source.dataset["name"]!, value ? "on" : "");
    if ((await send(source.dataset["url"]!, body)).ok) return;
    set(!value);
    trouble("switch_failed");
  };
  void save(on);
  showToast({ text: say("switch_saved"), action: { label: say("undo"), run: () => void save(!on) } });
  return true;
});

command("copy", (source) => {
  const text = source?.dataset["text"] ?? "";
  void navigator.clipboard.writeText(text).then(() => showToast({ text: say("copied") }));
});
