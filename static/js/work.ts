// The form that opens above a list or a record's history: the focus goes into it, Esc closes it, the focus comes back.
import { command } from "./commands";
import { one } from "./dom";
import { nextTab } from "./note";

const slot = (): HTMLElement | null => one("#work-form");
let opener: Element | null = null;

function close(): boolean {
  const place = slot();
  if (!place?.firstElementChild) return false;
  place.replaceChildren();
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  opener = null;
  return true;
}

command("close-form", close);
command("escape", close);
/** On a record's page N writes a note, A plans an activity, T shows the next tab. */
function press(does: string): boolean {
  const button = one(`.quick [data-does=${does}]`);
  button?.click();
  return !!button;
}
command("note", () => press("note"));
command("reply-all", () => press("activity"));
command("next-tab", nextTab);

document.addEventListener("htmx:before:request", (event) => {
  const source = event.target as Element;
  if (source.closest?.('[hx-target="#work-form"]')) opener = source;
});
document.addEventListener("htmx:after:swap", () => {
  const field = one("#work-form [autofocus]");
  if (!field || slot()?.contains(document.activeElement)) return;
  field.focus();
  // What is proposed gives way to what is typed
  if (field instanceof HTMLInputElement && field.name === "name") field.select();
  slot()?.scrollIntoView({ block: "nearest" });
});
