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

type Holds = (line: Doubt) => boolean;

/** The box above the send bar. A line goes as soon as it is no longer so; new ones come with sending. */
export class Guard {
  #lines: Doubt[] = [];
  #holds: Holds = () => true;

  constructor(private readonly place: HTMLElement) {}

  show(lines: Doubt[], holds: Holds = () => true, head = ""): void {
    this.#lines = lines;
    this.#holds = holds;
    this.place.hidden = lines.length === 0;
    if (this.place.hidden) return;
    const blocking = lines.filter((doubt) => doubt.blocks).length;
    const count = blocking || lines.length;
    one("[data-head]", this.place)!.textContent = head || say(blocking ? "guard_fix" : "guard_check", { count });
    one("[data-again]", this.place)!.hidden = blocking > 0;
    one("ul", this.place)!.replaceChildren(...lines.slice(0, 5).map(drawn));
  }

  hide(): void {
    this.show([]);
  }

  /** Something was changed: what was told because of it is over. */
  review(): void {
    if (this.place.hidden) return;
    const left = this.#lines.filter(this.#holds);
    if (left.length < this.#lines.length) this.show(left, this.#holds);
  }
}

function drawn(doubt: Doubt): HTMLElement {
  const line = copyOf("doubt-template")!;
  line.querySelector("use")!.setAttribute("href", doubt.blocks ? "#i-cross" : "#i-info");
  one("[data-mark]", line)!.className = doubt.blocks ? "bad" : "warn";
  one("[data-text]", line)!.textContent = doubt.text;
  const button = one("button", line)!;
  if (doubt.word) button.textContent = doubt.word;
  if (doubt.go) button.addEventListener("click", doubt.go);
  else button.remove();
  return line;
}
