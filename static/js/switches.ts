// Settings: a switch saves at once and says so; a button can copy a line, or what an element says.
import { command } from "./commands";
import { all } from "./dom";
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
  const parts = source?.dataset["copies"];
  const shown = parts ? all(`#${parts} pre`).map((part) => part.textContent).join("\n\n") : "";
  const text = source?.dataset["text"] ?? shown;
  void navigator.clipboard.writeText(text).then(() => showToast({ text: say("copied") }));
});
