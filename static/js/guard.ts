// Before sending: what blocks, and what only asks. Each line is one sentence and one button.
import { copyOf, one } from "./dom";
import { say } from "./words";

export interface Doubt {
  text: string;
  blocks: boolean;
  go?: (() => void) | undefined;
  /** What its button says, where it is not "Fix". */
  word?: string;
}

export function showGuard(place: HTMLElement, doubts: Doubt[], head = ""): void {
  place.hidden = doubts.length === 0;
  if (place.hidden) return;
  const blocking = doubts.filter((doubt) => doubt.blocks).length;
  const count = blocking || doubts.length;
  one("[data-head]", place)!.textContent = head || say(blocking ? "guard_fix" : "guard_check", { count });
  const lines = doubts.slice(0, 5).map((doubt) => {
    const line = copyOf("doubt-template")!;
    line.querySelector("use")!.setAttribute("href", doubt.blocks ? "#i-cross" : "#i-info");
    one("[data-mark]", line)!.className = doubt.blocks ? "bad" : "warn";
    one("[data-text]", line)!.textContent = doubt.text;
    const button = one("button", line)!;
    if (doubt.word) button.textContent = doubt.word;
    if (doubt.go) button.addEventListener("click", doubt.go);
    else button.remove();
    return line;
  });
  one("ul", place)!.replaceChildren(...lines);
}
