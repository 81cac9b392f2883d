// What is typed before the editor that was asked for stands, by R, A, F, M or N or a click, is written into it.
import { isBusy } from "./busy";

const ASKS = '[data-does="reply"], [data-does="reply-all"], [data-does="forward"], [data-does="note"]';

let typed = "";
let isAsked = false;

/** An editor was asked for: letters are meant for it from now on. */
export function expectText(): void {
  if (!isAsked) typed = "";
  isAsked = true;
}

/** True where a key is kept for the editor that comes. */
export function keptAhead(event: KeyboardEvent): boolean {
  isAsked &&= isBusy();
  if (!isAsked) return false;
  if (event.key === "Backspace") typed = [...typed].slice(0, -1).join("");
  else if (event.key === "Enter") typed += "\n";
  else if ([...event.key].length === 1) typed += event.key;
  return true;
}

/** What was typed so far, once. */
export function takeAhead(): string {
  const text = isAsked ? typed : "";
  typed = "";
  isAsked = false;
  return text;
}

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest(ASKS)) expectText();
}, true);
