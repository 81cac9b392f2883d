// The subject of a mail or a template: a plain line until a field stands in it, which is shown as a chip.
// Fields are offered after {, as in the text; what is sent and saved is always what the input holds.
import { one } from "./dom";
import type { Fields } from "./editor_nodes";
import type { Line } from "./line";
import { type Choice, Offer } from "./offer";

const WRITTEN = /\{\{\s*[a-z_]+\.[a-z0-9_]+\s*(?:\|\s*["“”][^"“”]*["“”]\s*)?\}\}/g;

export interface Source extends Fields {
  offered: (typed: string, take: (name: string) => void) => Choice[];
}

export class Subject extends HTMLElement {
  #input!: HTMLInputElement;
  #line: Line | null = null;
  #source: Source | null = null;
  #offer: Offer | null = null;
  #loading = false;

  connectedCallback(): void {
    this.#input = one<HTMLInputElement>("input[name=subject]", this)!;
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("blur", () => this.#offer?.close());
    this.#input.addEventListener("keydown", (event) => {
      if (this.#offer?.key(event, this.#before) || event.key !== "Enter" || event.isComposing) return;
      if (event.ctrlKey || event.metaKey || !this.onEnter) return;
      event.preventDefault(); // a line that ends sends nothing
      this.onEnter();
    });
    const label = one<HTMLLabelElement>(`label[for="${CSS.escape(this.#input.id)}"]`);
    label?.addEventListener("click", () => { if (this.#line) this.focus(); });
  }

  disconnectedCallback(): void { this.#line?.destroy(); }

  /** Where Enter leads; without it the form is sent as any other. */
  onEnter: (() => void) | null = null;

  /** From now on fields are known. */
  start(source: Source): void {
    this.#source = source;
    this.#offer = new Offer(this, this.dataset["offers"] ?? "", { "{": (typed) => source.offered(typed, (name) => this.#put(name)) });
    this.draw();
  }

  get #name(): string {
    const label = one(`label[for="${CSS.escape(this.#input.id)}"]`);
    return label?.firstChild?.textContent?.trim() ?? "";
  }

  get #before(): string {
    return this.#input.value.slice(0, this.#input.selectionStart ?? 0);
  }

  /** What the mail that is answered says in braces is no field. */
  get #hasField(): boolean {
    const said = new Set(this.dataset["said"]?.match(WRITTEN));
    return (this.#input.value.match(WRITTEN) ?? []).some((each) => !said.has(each));
  }

  #typed(): void {
    if (this.#line) return;
    const { left, right, top, bottom } = this.#input.getBoundingClientRect();
    void this.#offer?.look(this.#before, { left, right, top, bottom });
    this.draw();
  }

  /** In the place of what was typed to find it. */
  #put(name: string): void {
    const at = this.#input.selectionStart ?? 0;
    this.#input.setRangeText(`{{ ${name} }}`, at - (this.#offer?.length ?? 0), at, "end");
    if (this.#offer) this.#offer.length = 0;
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  insertField(name: string): void {
    if (this.#line) return this.#line.insertField(name);
    const { selectionStart, selectionEnd } = this.#input;
    this.#input.setRangeText(`{{ ${name} }}`, selectionStart ?? 0, selectionEnd ?? 0, "end");
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  override focus(): void {
    if (this.#line) this.#line.focus();
    else this.#input.focus();
  }

  /** The values of fields have changed, or the subject was set from elsewhere. */
  draw(): void {
    if (this.#line) return this.#line.draw(this.#input.value);
    if (this.#source && !this.#loading && this.#hasField) void this.#grow();
  }

  async #grow(): Promise<void> {
    this.#loading = true;
    const { writeLine } = await import("./line");
    if (!this.isConnected) return;
    const input = this.#input;
    const isHere = document.activeElement === input;
    const at = this.#before.replace(WRITTEN, "x").length;
    const place = document.createElement("div");
    place.className = "input subject-line";
    input.after(place);
    input.hidden = true;
    this.#line = writeLine({
      place,
      text: input.value,
      label: this.#name,
      offers: this.dataset["offers"] ?? "",
      most: input.maxLength,
      source: this.#source!,
      onChange: (text) => {
        input.value = text;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      },
      onEnter: () => this.onEnter?.(),
    });
    if (isHere) this.#line.focus(at);
  }
}

customElements.define("fio-subject", Subject);
