// Buttons that make a text bold, a list, a link: above a note, a template, a signature, a mail.
import { all } from "./dom";
import type { Writing } from "./editor";
import { say } from "./words";

/** A link asks for its address; pressed within one it takes the link away. */
export function format(writing: Writing | null, name: string): void {
  const asks = name === "link" && !writing?.isOn("link");
  const address = asks ? prompt(say("link_prompt"), "https://") : "";
  if (address !== null) writing?.format(name, address);
}

/** Press the buttons of what is on where the caret stands. */
export function mark(host: HTMLElement, writing: Writing | null): void {
  for (const button of all("[data-format]", host)) {
    button.ariaPressed = String(writing?.isOn(button.dataset["format"]!) ?? false);
  }
}
