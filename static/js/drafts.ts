// A draft saves itself: soon after a change, once at a time, and never over somebody else's change.
import { later } from "./dom";
import { send } from "./requests";
import { say } from "./words";

const SOON = 1200;
const AGAIN = 5000;

/** The id within the address where a draft is kept. */
export const uidOf = (url = ""): string => /drafts\/([0-9a-f-]{36})\//.exec(url)?.[1] ?? "";

/** A name for a draft: as random as the server makes them, also where the page has no TLS. */
export function newUid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The page of a new mail is found again by its draft: a reload brings it back. */
function keepInAddress(uid: string): void {
  if (uid && location.pathname.endsWith("/inbox/compose/")) history.replaceState(history.state, "", `?draft=${uid}`);
}

export class Draft {
  dirty = false;
  stuck = false;
  #saving: Promise<boolean> | null = null;
  #soon = later(() => void this.save(), SOON);

  constructor(
    private url: string,
    private readonly form: HTMLFormElement,
    private readonly status: (text: string) => void,
    private readonly overtaken: (name: string) => void,
  ) {}

  /** What is written here is a draft of its own from now on. */
  move(url: string): Promise<boolean> {
    this.url = url;
    this.#version("0");
    this.stuck = false;
    this.dirty = true;
    return this.save();
  }

  #version(version: string): void {
    const field = this.form.elements.namedItem("version") as HTMLInputElement | null;
    if (field) field.value = version;
  }

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
      if (data["version"]) this.#version(String(data["version"]));
      this.status(say("saved", { time: String(data["time"] ?? "") }));
      keepInAddress(uidOf(this.url));
      return true;
    }
    this.dirty = true;
    if (status === 409 || status === 404) {
      this.stuck = true;
      this.status(say("draft_conflict"));
      this.overtaken(String(data["name"] ?? ""));
      return false;
    }
    this.status(say("not_saved"));
    window.setTimeout(() => this.dirty && this.#soon.call(), AGAIN);
    return false;
  }
}
