// Beside an open conversation: finding a record to link, and linking what was just made there.
import { command, perform } from "./commands";
import { one } from "./dom";

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
command("merge", (source) => opens("merge", source));
command("block", (source) => opens("block", source));

document.addEventListener("fio:made", (event) => {
  const form = one<HTMLFormElement>("#link-made");
  const about = form && one<HTMLInputElement>("input[name=about]", form);
  if (!form || !about) return;
  about.value = (event as CustomEvent<{ about: string }>).detail.about;
  form.requestSubmit();
});
