// The composer, in the dock and as a page: recipients, text, files, draft, guard, send.
import { takeAhead } from "./ahead";
import { dropKept, setBusy } from "./busy";
import { Aids, type Brought } from "./aids";
import { isTyping, later, one } from "./dom";
import { Draft, newUid, uidOf } from "./drafts";
import type { Writing } from "./editor";
import { format, mark } from "./formatting";
import { type Doubt, Guard } from "./guard";
import { addPictures } from "./pictures";
import { fetchPart, htmx } from "./requests";
import type { Recipients } from "./recipients";
import { type Asked, sendDraft } from "./sending";
import type { Subject } from "./subject";
import { showToast } from "./toast";
import type { Uploads } from "./uploads";
import { lastList } from "./whence";
import { say } from "./words";

const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

export class Composer extends HTMLElement {
  #form!: HTMLFormElement;
  #draft!: Draft;
  #writing: Writing | null = null;
  #aids!: Aids;
  #guard!: Guard;
  #passed = new Set<string>();
  #sending = false;
  #inSubject = false;
  #asked = false;
  // A time that was chosen holds while the guard asks
  #later = "";

  connectedCallback(): void {
    this.#form = one<HTMLFormElement>("form", this)!;
    this.#guard = new Guard(one(".guard", this)!);
    const status = one("[data-saved]", this)!;
    this.#draft = new Draft(this.dataset["saveUrl"]!, this.#form, (text) => { status.textContent = status.title = text; }, (name) => this.#overtaken(name));
    this.#form.addEventListener("submit", (event) => { event.preventDefault(); void this.send(); });
    this.#form.addEventListener("input", () => { this.#draft.touch(); this.#guard.review(); });
    for (const name of ["dragover", "dragleave", "drop"]) {
      this.addEventListener(name, (event) => this.#drag(event as DragEvent));
    }
    one<HTMLInputElement>("input[type=file]", this)?.addEventListener("change", (event) => {
      const picker = event.target as HTMLInputElement;
      this.attach([...(picker.files ?? [])]);
      picker.value = "";
    });
    this.#aids = new Aids(this, this.#form);
    one<HTMLSelectElement>("select[name=mailbox]", this)?.addEventListener("change", () => this.#signAgain());
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
    const [{ write }] = await Promise.all([import("./editor"), this.#aids.load()]);
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
        this.#guard.review();
      },
      onMove: () => this.#drawFormat(),
      onFiles: (files) => this.attach(files),
      onPictures: (files) => void this.addPictures(files),
      fields: this.#aids,
      picture: (uid) => `${this.dataset["pictureUrl"]!}${uid}/`,
      snippet: (name) => this.#expanded(name),
      offers: {
        "@": (typed) => this.#aids.people(typed, (person) => {
          this.line("to")?.add(person);
          this.#writing?.replaceTyped(`<a href="mailto:${encodeURI(person.address)}">@${escaped(person.name || person.address)}</a> `);
        }),
        "/": (typed) => this.#aids.templates(typed, (url) => { this.#writing?.replaceTyped(""); void this.useTemplate(url); }),
        "{": (typed) => this.#aids.offered(typed, (name) => this.#writing?.insertField(name)),
      },
    });
    this.#form.addEventListener("input", (event) => {
      if ((event.target as Element).closest("[data-line=to]")) this.#asking.call();
    });
    this.addEventListener("focusin", (event) => {
      const at = event.target as Element;
      if (!at.closest("button, .menu")) this.#inSubject = !!at.closest("fio-subject");
    });
    if (this.subject) this.subject.onEnter = () => this.resume();
    this.subject?.start(this.#aids);
    const ahead = takeAhead();
    // Whoever was quicker than the editor writes on where he is
    if (isTyping(document.activeElement) && this.contains(document.activeElement)) return;
    const to = this.line("to");
    if (to && to.recipients.length === 0) to.begin(ahead);
    else this.#writing.begin(ahead);
  }

  #asking = later(() => void this.#aids.load().then(() => {
    this.#writing?.redraw();
    this.subject?.draw();
  }), 500);

  #signAgain(): void {
    const box = String(new FormData(this.#form).get("mailbox") ?? "");
    this.#writing?.sign(this.#aids.signature(box), this.#aids.wasSigned);
    this.#aids.wasSigned = !!this.#aids.signature(box);
    this.#asking.call();
  }

  addPictures(files: File[]): Promise<void> {
    return addPictures(files, this.dataset["uploadUrl"]!, this.#writing);
  }

  /** The subject is taken where there is none yet; the text stands where the caret is. */
  async useTemplate(url: string): Promise<void> {
    const found = await this.#aids.template(url);
    if (!found) return;
    this.#writing?.insert(found.html);
    this.#bring(found);
    this.#draft.touch();
  }

  #expanded(name: string): string | undefined {
    const brought = this.#aids.brought(name);
    if (brought) this.#bring(brought);
    return this.#aids.snippet(name);
  }

  /** A template brings its files, and its subject where there is none. */
  #bring(found: Brought): void {
    const subject = one<HTMLInputElement>("input[name=subject]", this);
    if (subject && subject.type !== "hidden" && !subject.value.trim()) subject.value = found.subject;
    this.subject?.draw();
    for (const file of found.files) this.uploads?.keep(file);
  }

  /** Where one wrote last: in the subject, else in the text. */
  insertField(name: string): void {
    if (this.#inSubject) this.subject?.insertField(name);
    else this.#writing?.insertField(name);
  }

  get subject(): Subject | null {
    return one<Subject>("fio-subject", this);
  }

  /** The draft is kept first: the page of the template takes its words from there. */
  async saveAsTemplate(url: string): Promise<void> {
    this.#draft.dirty = true;
    if (!(await this.#draft.save())) return;
    location.assign(`${url}?draft=${uidOf(this.dataset["saveUrl"])}`);
  }

  get aids(): Aids {
    return this.#aids;
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
    format(this.#writing, button.dataset["format"]!);
  }

  #drawFormat(): void {
    const tools = one(".table-tools", this);
    if (tools) tools.hidden = !this.#writing?.isOn("table");
    mark(this, this.#writing);
  }

  /** What is to be seen before it is sent; `finish` takes what stands half typed for an address. */
  doubts(finish = true): Doubt[] {
    const found: Doubt[] = [];
    const add = (blocks: boolean, text: string, go?: () => void): void => { found.push({ blocks, text, go }); };
    const lines = ["to", "cc", "bcc"].map((name) => this.line(name)).filter((line) => line !== null);
    for (const line of lines) {
      if (finish) line.finish();
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
      add(false, say("no_subject"), () => this.subject?.focus());
    }
    // What is passed on speaks for itself, and so does a file
    const isBare = this.#writing?.isEmpty() && !this.uploads?.count;
    if (isBare && !one("input[name=kind][value=forward]", this)) add(false, say("no_words"), () => this.resume());
    const words = say("attach_words").split(",").map((word) => word.trim());
    const text = (this.#writing?.text() ?? "").toLowerCase();
    if (!this.uploads?.count && words.some((word) => text.includes(word))) {
      add(false, say("no_file"), () => one("input[type=file]", this)?.click());
    }
    return found;
  }

  async send(andDone = false, sendAt = this.#later): Promise<void> {
    if (this.#sending) return;
    this.#later = sendAt;
    const doubts = this.doubts();
    if (doubts.some(({ blocks, text }) => blocks || !this.#passed.has(text))) {
      for (const { text } of doubts) this.#passed.add(text);
      this.#guard.show(doubts, (line) => this.doubts(false).some(({ text }) => text === line.text));
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
    this.resume();
    if (!this.#draft.stuck && !this.#asked) showToast({ text: say("send_failed"), trouble: true });
    this.#asked = false;
  }

  /** The server asks: shown once, and the next press of Send goes on. It asks about whom it is to. */
  ask(asked: Asked[]): void {
    for (const { code } of asked) this.#pass(code);
    this.#asked = true;
    const to = this.#people;
    this.#guard.show(asked.map(({ message, url }) => ({
      blocks: false, text: message, word: say("see_it"), go: url ? () => void window.open(url, "_blank", "noopener") : undefined,
    })), () => to === this.#people);
  }

  get #people(): string {
    return ["to", "cc", "bcc"].flatMap((name) => this.line(name)?.recipients ?? []).map(({ address }) => address).join(" ");
  }

  /** Back into the text, where the caret stood. */
  resume(): void {
    this.#writing?.resume();
  }

  /** Somebody answered meanwhile: held, until the writer says what becomes of it. */
  hold({ code, message }: Asked): void {
    this.#pass(code);
    this.#asked = true;
    const edit = (): void => { this.#guard.hide(); this.resume(); };
    this.#guard.show([
      { blocks: true, text: message, word: say("send_anyway"), go: () => void this.send() },
      { blocks: false, text: say("held_edit"), word: say("edit_it"), go: edit },
      { blocks: false, text: say("held_discard"), word: say("discard_it"), go: () => one('[data-command="discard"]', this)?.click() },
    ], undefined, say("guard_held"));
  }

  /** Somebody was quicker: what stands can be looked at, what stands here can be kept beside it. */
  #overtaken(name: string): void {
    this.#asked = true;
    this.#guard.show([
      { blocks: true, text: name ? say("draft_colleague", { name }) : say("draft_other"), word: say("draft_show"), go: () => void this.#show() },
      { blocks: false, text: say("draft_mine"), word: say("draft_keep"), go: () => void this.#keepMine() },
    ], undefined, say("draft_held"));
  }

  async #show(): Promise<void> {
    const url = this.dataset["draftUrl"]!;
    this.settle();
    const dock = this.closest("#dock");
    if (!dock) return location.assign(url);
    await fetchPart(url, dock);
  }

  async #keepMine(): Promise<void> {
    const [old, made] = [uidOf(this.dataset["saveUrl"]), newUid()];
    for (const name of ["saveUrl", "sendUrl", "draftUrl"]) this.dataset[name] = this.dataset[name]!.replace(old, made);
    const discard = one('[data-command="discard"]', this);
    if (discard) discard.dataset["url"] = this.dataset["saveUrl"]!;
    one("[data-whose]", this)?.remove();
    this.#guard.hide();
    this.#asked = false;
    await this.#draft.move(this.dataset["saveUrl"]!);
    this.resume();
  }

  #pass(code: string): void {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "passed";
    field.value = code;
    this.#form.append(field);
  }

  /** It cannot be sent like this, at the time that was chosen neither. */
  refuse(doubts: Doubt[]): void {
    this.#asked = true;
    this.#later = "";
    this.#guard.show(doubts, () => false);
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
