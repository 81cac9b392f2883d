// The text of a template or a signature: an editor with fields and pictures, kept in a form.
import { all, one } from "./dom";
import type { Writing } from "./editor";
import { send } from "./requests";
import { trouble } from "./toast";
import { say } from "./words";

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
      onMove: () => this.#mark(),
      onFiles: () => undefined,
      onPictures: (files) => void this.#pictures(files),
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
    for (const button of all("[data-note-format]", this)) {
      button.addEventListener("click", () => this.#format(button.dataset["noteFormat"]!));
    }
  }

  #last: EventTarget | null = null;

  #format(name: string): void {
    const isLinked = name === "link" && this.#writing?.isOn("link");
    const address = name === "link" && !isLinked ? prompt(say("link_prompt"), "https://") : "";
    if (address !== null) this.#writing?.format(name, address);
  }

  #mark(): void {
    for (const button of all("[data-note-format]", this)) {
      button.ariaPressed = String(this.#writing?.isOn(button.dataset["noteFormat"]!) ?? false);
    }
  }

  async #pictures(files: File[]): Promise<void> {
    for (const file of files) {
      const body = new FormData();
      body.set("file", file);
      const { ok, data } = await send(this.dataset["uploadUrl"]!, body);
      if (ok) this.#writing?.addPicture(String(data["uid"]), file.name);
      else trouble("server_trouble");
    }
  }
}

customElements.define("fio-wording", Wording);
