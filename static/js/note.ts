// A note being written: the rich text editor, its format buttons, and names offered after an @.
import { takeAhead } from "./ahead";
import { setBusy } from "./busy";
import { all, one } from "./dom";
import type { Writing } from "./editor";
import { format, mark } from "./formatting";
import { htmx } from "./requests";
import { say } from "./words";

const MOST = 6;

class Note extends HTMLElement {
  #writing: Writing | null = null;

  connectedCallback(): void {
    const field = one<HTMLTextAreaElement>("textarea", this)!;
    field.hidden = true;
    setBusy(this, true);
    void this.#load(field).finally(() => setBusy(this, false));
    this.addEventListener("keydown", (event) => this.#choose(event), true);
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      this.closest("form")?.requestSubmit();
    });
  }

  disconnectedCallback(): void { this.#writing?.destroy(); }

  async #load(field: HTMLTextAreaElement): Promise<void> {
    const place = one(".note-place", this)!;
    const { write } = await import("./editor");
    if (!this.isConnected) return;
    const form = this.closest("form");
    const kept = `unsent:${form?.getAttribute("action")}`;
    form?.addEventListener("submit", () => sessionStorage.removeItem(kept));
    // What was being written when its page was left is gone on with
    field.value ||= sessionStorage.getItem(kept) ?? "";
    const keep = (): void => {
      field.value = this.#writing?.html() ?? "";
      if (place.textContent?.trim()) sessionStorage.setItem(kept, field.value);
      else sessionStorage.removeItem(kept);
      this.#offer();
    };
    this.#writing = write({
      place,
      html: field.value,
      label: place.dataset["label"] ?? say("write_here"),
      placeholder: place.dataset["placeholder"] ?? say("write_here"),
      onChange: keep,
      onMove: () => mark(this, this.#writing),
      onFiles: () => undefined,
    });
    for (const button of all("[data-format]", this)) {
      button.addEventListener("click", () => format(this.#writing, button.dataset["format"]!));
    }
    this.#writing.begin(takeAhead());
  }

  /** Names that begin with what stands after the last @ before the caret. */
  #offer(): void {
    const place = one(".note-names", this)!;
    const range = getSelection();
    const before = range?.anchorNode?.textContent?.slice(0, range.anchorOffset) ?? "";
    const typed = /(?:^|\s)@([\p{L}.' -]{0,30})$/u.exec(before)?.[1];
    const every = (this.dataset["names"] ?? "").split("|").filter(Boolean);
    const fits = typed === undefined ? [] : every.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
    place.replaceChildren(...fits.slice(0, MOST).map((name) => this.#button(name, typed ?? "")));
    place.firstElementChild?.toggleAttribute("data-on", true);
    place.hidden = place.childElementCount === 0 || (fits.length === 1 && fits[0] === typed);
  }

  /** While names are offered, arrows walk them, Enter and Tab take one, Escape puts them away. */
  #choose(event: KeyboardEvent): void {
    const place = one(".note-names", this)!;
    if (place.hidden || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const names = all<HTMLElement>("button", place);
    const at = Math.max(0, names.findIndex((each) => each.hasAttribute("data-on")));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const to = (at + (event.key === "ArrowDown" ? 1 : names.length - 1)) % names.length;
      names.forEach((each, index) => each.toggleAttribute("data-on", index === to));
    } else if (event.key === "Enter" || event.key === "Tab") names[at]?.click();
    else if (event.key === "Escape") place.hidden = true;
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #button(name: string, typed: string): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.textContent = `@${name}`;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      one<HTMLElement>("[contenteditable]", this)?.focus();
      // What was typed of it goes, for it may be in small letters
      for (const _letter of typed) getSelection()?.modify("extend", "backward", "character");
      document.execCommand("insertText", false, `${name} `);
      button.parentElement!.hidden = true;
    });
    return button;
  }
}

customElements.define("fio-note", Note);

// The tab that is shown is marked, and T goes to the next one; a file that was added shows the files.
document.addEventListener("htmx:before:request", (event) => {
  const source = (event.target as Element).closest?.<HTMLElement>("#record-tabs .tab, [data-shows]");
  if (!source) return;
  const shown = source.dataset["shows"] ? one(`#tab-${source.dataset["shows"]}`) : source;
  for (const tab of all("#record-tabs .tab")) tab.toggleAttribute("aria-current", tab === shown);
  shown?.setAttribute("aria-current", "true");
});

export function nextTab(): boolean {
  const tabs = all("#record-tabs .tab");
  const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
  const next = tabs[(at + 1) % tabs.length];
  if (next) htmx.trigger(next, "click");
  return !!next;
}
