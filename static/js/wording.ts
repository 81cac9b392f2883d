// The text of a template or a signature: an editor with fields and pictures, kept in a form.
import { has } from "./aids";
import { all, one } from "./dom";
import type { Writing } from "./editor";
import { format, mark } from "./formatting";
import type { Choice } from "./offer";
import { addPictures } from "./pictures";
import type { Subject } from "./subject";

class Wording extends HTMLElement {
  #writing: Writing | null = null;

  connectedCallback(): void {
    void this.#load(one<HTMLTextAreaElement>("textarea", this)!);
  }

  disconnectedCallback(): void { this.#writing?.destroy(); }

  async #load(field: HTMLTextAreaElement): Promise<void> {
    const { write } = await import("./editor");
    if (!this.isConnected) return;
    const place = one(".wording-place", this)!;
    const choose = one<HTMLSelectElement>("[data-insert-field]", this)!;
    const label = (name: string): string =>
      [...choose.options].find((option) => option.value === name)?.dataset["title"] ?? name;
    const offered = (typed: string, take: (name: string) => void): Choice[] => [...choose.options]
      .filter(({ value, text, parentElement }) => value && has(`${text} ${parentElement?.getAttribute("label")} ${value}`, typed))
      .map(({ value, text, parentElement }) => ({ label: text, meta: (parentElement as HTMLOptGroupElement).label, take: () => take(value) }));
    this.#writing = write({
      place,
      html: field.value,
      label: place.dataset["label"]!,
      placeholder: place.dataset["placeholder"]!,
      onChange: () => { field.value = this.#writing?.html() ?? ""; },
      onMove: () => mark(this, this.#writing),
      onFiles: () => undefined,
      onPictures: (files) => void addPictures(files, this.dataset["uploadUrl"]!, this.#writing),
      fields: { label, value: () => null },
      offers: { "{": (typed) => offered(typed, (name) => this.#writing?.insertField(name)) },
      picture: (uid) => `${this.dataset["pictureUrl"]!}${uid}/`,
    });
    const form = this.closest("form");
    const subject = form && one<Subject>("fio-subject", form);
    if (subject) subject.onEnter = () => this.#writing?.resume();
    subject?.start({ label, value: () => null, offered });
    let last: Element | null = null;
    choose.addEventListener("change", () => {
      if (choose.value && last?.closest("fio-subject")) subject?.insertField(choose.value);
      else if (choose.value) this.#writing?.insertField(choose.value);
      choose.value = "";
    });
    form?.addEventListener("focusin", (event) => {
      if (event.target !== choose) last = event.target as Element;
    });
    for (const button of all("[data-format]", this)) {
      button.addEventListener("click", () => format(this.#writing, button.dataset["format"]!));
    }
  }
}

customElements.define("fio-wording", Wording);
