// The composer, in the dock and as a page: recipients, text, files, draft, guard, send.
import { dropKept, setBusy } from "./busy";
import { command } from "./commands";
import { all, one } from "./dom";
import { Draft } from "./drafts";
import type { Writing } from "./editor";
import { type Doubt, showGuard } from "./guard";
import { htmx } from "./requests";
import type { Recipients } from "./recipients";
import { sendDraft } from "./sending";
import { showToast } from "./toast";
import type { Uploads } from "./uploads";
import { lastList } from "./whence";
import { say } from "./words";

export class Composer extends HTMLElement {
  #form!: HTMLFormElement;
  #draft!: Draft;
  #writing: Writing | null = null;
  #passed = "";
  #sending = false;

  connectedCallback(): void {
    this.#form = one<HTMLFormElement>("form", this)!;
    const status = one("[data-saved]", this)!;
    this.#draft = new Draft(this.dataset["saveUrl"]!, this.#form, (text) => { status.textContent = text; });
    this.#form.addEventListener("submit", (event) => { event.preventDefault(); void this.send(); });
    this.#form.addEventListener("input", () => this.#draft.touch());
    for (const name of ["dragover", "dragleave", "drop"]) {
      this.addEventListener(name, (event) => this.#drag(event as DragEvent));
    }
    one<HTMLInputElement>("input[type=file]", this)?.addEventListener("change", (event) => {
      const picker = event.target as HTMLInputElement;
      this.attach([...(picker.files ?? [])]);
      picker.value = "";
    });
    addEventListener("pagehide", this.#leave);
    setBusy(this, true);
    void this.#load().finally(() => setBusy(this, false));
  }

  disconnectedCallback(): void {
    removeEventListener("pagehide", this.#leave);
    if (this.#draft.dirty && !this.#sending) void this.#draft.save();
    this.#writing?.destroy();
  }

  #leave = (): void => { if (this.#draft.dirty) void this.#draft.save(); };

  async #load(): Promise<void> {
    const place = one(".editor", this)!;
    const field = one<HTMLTextAreaElement>("textarea[name=html]", this)!;
    const { write } = await import("./editor");
    if (!this.isConnected) return;
    place.replaceChildren();
    this.#writing = write({
      place,
      html: field.value,
      label: place.dataset["label"] ?? say("write_here"),
      placeholder: place.dataset["placeholder"] ?? say("write_here"),
      onChange: () => {
        field.value = this.#writing?.html() ?? "";
        this.#draft.touch();
      },
      onMove: () => this.#drawFormat(),
      onFiles: (files) => this.attach(files),
    });
    const to = this.line("to");
    if (to && to.recipients.length === 0) to.focus();
    else this.#writing.focus();
  }

  line(name: string): Recipients | null {
    return one<Recipients>(`fio-recipients[data-line="${name}"]`, this);
  }

  get uploads(): Uploads | null {
    return one<Uploads>("fio-uploads", this);
  }

  attach(files: File[]): void {
    this.uploads?.add(files);
  }

  #drag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.toggleAttribute("data-drop", event.type === "dragover");
    if (event.type === "drop") this.attach([...event.dataTransfer.files]);
  }

  format(button: HTMLElement): void {
    const name = button.dataset["format"]!;
    if (name !== "link") return this.#writing?.format(name);
    const address = this.#writing?.isOn("link") ? "" : prompt(say("link_prompt"), "https://");
    if (address !== null) this.#writing?.format("link", address);
  }

  #drawFormat(): void {
    for (const button of all("[data-format]", this)) {
      button.ariaPressed = String(this.#writing?.isOn(button.dataset["format"]!) ?? false);
    }
  }

  doubts(): Doubt[] {
    const found: Doubt[] = [];
    const add = (blocks: boolean, text: string, go?: () => void): void => { found.push({ blocks, text, go }); };
    const lines = ["to", "cc", "bcc"].map((name) => this.line(name)).filter((line) => line !== null);
    for (const line of lines) {
      line.finish();
      if (line.bad) add(true, say("bad_address", { name: line.bad.address }), () => line.focus());
    }
    if (lines.every((line) => line.recipients.length === 0)) {
      add(true, say("no_recipient"), () => this.line("to")?.focus());
    }
    if (this.uploads?.running) add(true, say("uploads_running"));
    const failed = this.uploads?.failed;
    if (failed) add(true, say("upload_failed", { name: one("[data-name]", failed)?.textContent ?? "" }));
    const subject = one<HTMLInputElement>("input[name=subject]", this);
    if (subject && subject.type !== "hidden" && !subject.value.trim()) {
      add(false, say("no_subject"), () => subject.focus());
    }
    const words = say("attach_words").split(",").map((word) => word.trim());
    const text = (this.#writing?.text() ?? "").toLowerCase();
    if (!this.uploads?.count && words.some((word) => text.includes(word))) {
      add(false, say("no_file"), () => one("input[type=file]", this)?.click());
    }
    return found;
  }

  async send(andDone = false, sendAt = ""): Promise<void> {
    if (this.#sending) return;
    const doubts = this.doubts();
    const asked = doubts.map((doubt) => doubt.text).join("\n");
    const blocked = doubts.some((doubt) => doubt.blocks);
    if (doubts.length > 0 && (blocked || asked !== this.#passed)) {
      this.#passed = asked;
      showGuard(one(".guard", this)!, doubts);
      doubts.find((doubt) => doubt.blocks)?.go?.();
      return;
    }
    this.#sending = this.inert = true;
    setBusy(this, true);
    this.#draft.dirty = true;
    const sent = (await this.#draft.save()) && (await sendDraft(this, this.#form, andDone, sendAt));
    if (!sent) this.#stay();
  }

  /** It was not sent: go on writing. */
  #stay(): void {
    this.#sending = this.inert = false;
    dropKept();
    setBusy(this, false);
    this.#writing?.focus();
    if (!this.#draft.stuck) showToast({ text: say("send_failed"), trouble: true });
  }

  refuse(doubts: Doubt[]): void {
    showGuard(one(".guard", this)!, doubts);
  }

  /** The draft is sent or thrown away: nothing more to save. */
  settle(): void {
    this.#sending = true;
    this.#draft.stop();
  }

  async close(): Promise<void> {
    await this.#draft.save();
    this.leave();
  }

  leave(): void {
    const url = this.dataset["closeUrl"]!;
    const dock = this.closest("#dock");
    if (!dock) return location.assign(lastList() ?? url);
    const gone = htmx.ajax("GET", url, { target: dock, swap: "outerHTML", source: dock });
    void gone.finally(() => setBusy(this, false));
  }
}

customElements.define("fio-composer", Composer);

function nearest(source: HTMLElement | null): Composer | null {
  return source?.closest<Composer>("fio-composer") ?? one<Composer>("fio-composer");
}

command("compose", (source) => {
  if (!source) one('a[data-command="compose"]')?.click();
  return !source;
});
command("send", (source) => { const own = nearest(source); void own?.send(); return !!own; });
command("send-done", (source) => { const own = nearest(source); void own?.send(true); return !!own; });
command("attach", (source) => { one("input[type=file]", nearest(source) ?? document)?.click(); });
command("format", (source) => { if (source) nearest(source)?.format(source); });
command("format-bar", (source) => {
  const bar = one(".format", nearest(source) ?? document);
  const open = bar?.toggleAttribute("data-open") ?? false;
  if (source) source.ariaPressed = String(open);
});
command("more-lines", (source) => {
  const line = one(`.line[data-line="${source?.dataset["line"]}"]`, nearest(source) ?? document);
  if (!line || !source) return false;
  line.hidden = false;
  source.remove();
  one<HTMLElement>("fio-recipients", line)?.focus();
  return true;
});
command("close-composer", (source) => { void nearest(source)?.close(); });
command("escape", (source) => {
  const own = source?.closest<Composer>("fio-composer");
  void own?.close();
  return !!own;
});
