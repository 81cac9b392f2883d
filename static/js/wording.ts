// The text of a template or a signature: an editor with fields and pictures, kept in a form.
import { all, one } from "./dom";
import type { Writing } from "./editor";
import { format, mark } from "./formatting";
import { addPictures } from "./pictures";

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
      [...choose.options].find((option) => option.value === name)?.textContent ?? name;
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
      picture: (uid) => `${this.dataset["pictureUrl"]!}${uid}/`,
    });
    choose.addEventListener("change", () => {
      const subject = this.closest("form")?.elements.namedItem("subject");
      const into = subject === this.#last ? (subject as HTMLInputElement) : null;
      if (into) into.setRangeText(`{{ ${choose.value} }}`, into.selectionStart ?? 0, into.selectionEnd ?? 0, "end");
      else if (choose.value) this.#writing?.insertField(choose.value);
      choose.value = "";
    });
    this.closest("form")?.addEventListener("focusin", (event) => {
      if (event.target !== choose) this.#last = event.target;
    });
    for (const button of all("[data-format]", this)) {
      button.addEventListener("click", () => format(this.#writing, button.dataset["format"]!));
    }
  }

  #last: EventTarget | null = null;

}

customElements.define("fio-wording", Wording);
