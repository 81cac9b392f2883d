// Buttons that make a text bold, a list, a link: above a note, a template, a signature, a mail.
import { all } from "./dom";
import { command } from "./commands";
import type { Writing } from "./editor";
import { askForLink } from "./hyperlink";

/** A link asks for its address beside the caret, where it is also taken away. */
export function format(writing: Writing | null, name: string): void {
  if (!writing) return;
  if (name === "link") askForLink(writing);
  else writing.format(name);
}

/** By key, in whatever one writes in. */
command("format-link", (source) => {
  const host = source?.closest("fio-composer, fio-note, fio-wording") ?? document.querySelector("fio-composer");
  const button = host?.querySelector<HTMLElement>('[data-format="link"]');
  button?.click();
  return !!button;
});

/** Press the buttons of what is on where the caret stands. */
export function mark(host: HTMLElement, writing: Writing | null): void {
  for (const button of all("[data-format]", host)) {
    button.ariaPressed = String(writing?.isOn(button.dataset["format"]!) ?? false);
  }
}
