// A draft saves itself: soon after a change, once at a time, and never over somebody else's change.
import { later } from "./dom";
import { send } from "./requests";
import { say } from "./words";

const SOON = 1200;
const AGAIN = 5000;

/** The id within the address where a draft is kept. */
export const uidOf = (url = ""): string => /drafts\/([0-9a-f-]{36})\//.exec(url)?.[1] ?? "";

export class Draft {
  dirty = false;
  stuck = false;
  #saving: Promise<boolean> | null = null;
  #soon = later(() => void this.save(), SOON);

  constructor(
    private readonly url: string,
    private readonly form: HTMLFormElement,
    private readonly status: (text: string) => void,
  ) {}

  touch(): void {
    this.dirty = true;
    if (!this.stuck) this.#soon.call();
  }

  stop(): void {
    this.#soon.stop();
    this.dirty = false;
  }

  /** True when the server has everything; waits for a save under way. */
  async save(): Promise<boolean> {
    this.#soon.stop();
    if (this.#saving) await this.#saving;
    if (!this.dirty) return !this.stuck;
    this.#saving = this.#post();
    const saved = await this.#saving;
    this.#saving = null;
    return saved;
  }

  async #post(): Promise<boolean> {
    this.dirty = false;
    this.status(say("saving"));
    const { ok, status, data } = await send(this.url, new FormData(this.form));
    if (ok) {
      const version = this.form.elements.namedItem("version") as HTMLInputElement | null;
      if (version) version.value = String(data["version"] ?? version.value);
      this.status(say("saved", { time: String(data["time"] ?? "") }));
      return true;
    }
    this.dirty = true;
    if (status === 409) {
      this.stuck = true;
      this.status(say("draft_conflict"));
      return false;
    }
    this.status(say("not_saved"));
    window.setTimeout(() => this.dirty && this.#soon.call(), AGAIN);
    return false;
  }
}
