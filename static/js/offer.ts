// What is offered while one types: people after @, templates after /, fields after {. Chosen by keys or
// by a click; Esc leaves the words as they are.
import { place } from "./menu";

export interface Choice {
  label: string;
  meta?: string;
  take: () => void;
}
export type Source = (typed: string) => Promise<Choice[]> | Choice[];

const MARK = /(?:^|\s)([@/{])([\p{L}\p{N}.' -]{0,30})$/u;
const MOST = 8;

export class Offer {
  #menu: HTMLElement;
  #choices: Choice[] = [];
  #at = 0;
  #turn = 0;
  #refused = "";
  // What stands in the menu belongs to fewer letters than are typed, and the key that takes came before
  #isAsking = false;
  #isTaken = false;

  constructor(
    private readonly host: HTMLElement,
    label: string,
    private readonly sources: Partial<Record<string, Source>>,
  ) {
    this.#menu = document.createElement("div");
    this.#menu.className = "menu";
    this.#menu.popover = "manual";
    this.#menu.setAttribute("role", "listbox");
    this.#menu.setAttribute("aria-label", label);
    this.#menu.id = `offer-${Math.random().toString(36).slice(2)}`;
    host.append(this.#menu);
  }

  /** How many letters before the caret belong to what is chosen, its mark among them. */
  length = 0;

  async look(before: string, caret: { left: number; right: number; bottom: number; top: number }): Promise<void> {
    const [, mark = "", typed = ""] = MARK.exec(before) ?? [];
    const source = this.sources[mark];
    const turn = ++this.#turn;
    if (!source || before === this.#refused || / {2}$/.test(before)) return this.close();
    this.length = typed.length + 1;
    this.#isAsking = true;
    const found = (await source(typed)).slice(0, MOST);
    if (turn !== this.#turn) return;
    this.#isAsking = false;
    if (found.length === 0) return this.close();
    this.#choices = found;
    if (this.#isTaken) return this.#take(0);
    this.#draw();
    this.#menu.showPopover();
    place(this.#menu, caret, false);
  }

  #draw(): void {
    this.#menu.replaceChildren(...this.#choices.map((choice, at) => {
      const item = document.createElement("div");
      item.className = "menu-item";
      item.id = `${this.#menu.id}-${at}`;
      item.setAttribute("role", "option");
      const name = document.createElement("span");
      name.className = "ell";
      name.textContent = choice.label;
      item.append(name);
      if (choice.meta) {
        const meta = document.createElement("span");
        meta.className = "meta ell";
        meta.textContent = choice.meta;
        item.append(meta);
      }
      item.addEventListener("mousedown", (event) => { event.preventDefault(); this.#take(at); });
      return item;
    }));
    this.#point(0);
  }

  #point(at: number): void {
    this.#at = (at + this.#choices.length) % this.#choices.length;
    [...this.#menu.children].forEach((item, n) => {
      item.ariaSelected = String(n === this.#at);
      item.toggleAttribute("data-active", n === this.#at);
    });
    this.#menu.children[this.#at]?.scrollIntoView({ block: "nearest" });
    this.#typing?.setAttribute("aria-activedescendant", `${this.#menu.id}-${this.#at}`);
  }

  get #typing(): Element | null {
    return this.host.querySelector("[contenteditable], input");
  }

  #take(at: number): void {
    const choice = this.#choices[at];
    this.close();
    choice?.take();
  }

  get open(): boolean {
    return this.#menu.matches(":popover-open");
  }

  close(): void {
    this.#turn += 1;
    this.#isAsking = this.#isTaken = false;
    if (this.open) this.#menu.hidePopover();
    this.#typing?.removeAttribute("aria-activedescendant");
  }

  /** True when the key was for what is offered. */
  key(event: KeyboardEvent, before: string): boolean {
    if (!this.open || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "ArrowDown") this.#point(this.#at + 1);
    else if (event.key === "ArrowUp") this.#point(this.#at - 1);
    else if (event.key === "Enter" || event.key === "Tab") {
      if (this.#isAsking) this.#isTaken = true;
      else this.#take(this.#at);
    }
    else if (event.key === "Escape") {
      this.#refused = before;
      this.close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
