// Where a link in a text leads: asked for beside the caret, changed and taken away there.
import type { Writing } from "./editor";
import { copyOf, one } from "./dom";
import { place } from "./menu";
import { say } from "./words";

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const MAIL = /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/;

/** What was typed as an address: `fio.example` is meant as https, `ana@fio.example` as a mail. */
export function addressOf(typed: string): string {
  const text = typed.trim();
  if (!text || /^https?:\/*$/i.test(text)) return "";
  if (MAIL.test(text)) return `mailto:${text}`;
  return SCHEME.test(text) ? text : `https://${text.replace(/^\/+/, "")}`;
}

/** Only what a mail may lead to. */
const isFit = (address: string): boolean => /^(?:https?:\/\/[^\s/]\S*|mailto:\S+@\S+|tel:\S+)$/i.test(address);

export function askForLink(writing: Writing): void {
  one("#link-menu")?.remove();
  const menu = copyOf("link-template");
  if (!menu) return;
  const at = writing.caret();
  document.body.append(menu);
  const field = one<HTMLInputElement>("input", menu)!;
  const wrong = one("[data-error]", menu)!;
  const before = writing.link();
  field.value = before;
  one('[data-link="away"]', menu)!.hidden = !before;
  const end = (address?: string): void => {
    menu.hidePopover();
    if (address === undefined) writing.refocus();
    else writing.format("link", address);
  };
  menu.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = addressOf(field.value);
    wrong.textContent = isFit(address) ? "" : say("link_wrong");
    field.ariaInvalid = String(!isFit(address));
    if (isFit(address)) end(address);
    else field.focus();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end();
  });
  one('[data-link="away"]', menu)!.addEventListener("click", () => end(""));
  menu.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState === "closed") menu.remove();
  });
  menu.showPopover();
  place(menu, at);
  field.focus();
  field.select();
}
