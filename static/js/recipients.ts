// A line of recipients: typed addresses become pills, known people are proposed by the server.

import { all, copyOf, later, one } from "./dom";
import { hue, initials } from "./faces";
import { fetchPart } from "./requests";
import { say } from "./words";

const FULL = /^[^\s@<>]+@[^\s@<>.]+(?:\.[^\s@<>.]+)+$/;

export interface Recipient {
  name: string;
  address: string;
}

/** Split what was typed or pasted: "Ana <ana@x.org>, bo@y.org; …" */
export function split(text: string): Recipient[] {
  const parts = text.match(/(?:"[^"]*"|[^,;\n])+/g) ?? [];
  return parts.map((part) => part.trim()).filter(Boolean).map((part) => {
    const [, name = "", inside] = /^(.*?)<([^>]*)>\s*$/.exec(part) ?? [];
    return { name: name.trim().replace(/^"|"$/g, ""), address: (inside ?? part).trim() };
  });
}

class Recipients extends HTMLElement {
  #input!: HTMLInputElement;
  #value!: HTMLInputElement;
  #menu!: HTMLElement;
  #ask = later(() => this.#suggest(), 120);

  connectedCallback(): void {
    this.#input = one<HTMLInputElement>("input:not([type=hidden])", this)!;
    this.#value = one<HTMLInputElement>("input[type=hidden]", this)!;
    this.#menu = one(".menu", this)!;
    for (const each of split(this.#value.value)) this.#pill(each);
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("paste", (event) => this.#paste(event));
    this.#input.addEventListener("blur", () => setTimeout(() => this.#leave(), 150));
    this.addEventListener("click", (event) => this.#click(event));
  }

  get recipients(): Recipient[] {
    return all(".pill", this).map((pill) => ({
      name: pill.dataset["name"] ?? "", address: pill.dataset["address"] ?? "",
    }));
  }

  get bad(): Recipient | null {
    return this.recipients.find(({ address }) => !FULL.test(address)) ?? null;
  }

  override focus(): void {
    this.#input.focus();
  }

  /** Write here, after what was typed before this stood. */
  begin(typed: string): void {
    this.focus();
    if (!typed) return;
    this.#input.value += typed;
    this.#typed();
  }

  add(recipient: Recipient): void {
    const known = this.recipients.some((each) => each.address.toLowerCase() === recipient.address.toLowerCase());
    if (recipient.address && !known) this.#pill(recipient);
    this.#changed();
  }

  /** What stands half typed counts too. */
  finish(): void {
    for (const each of split(this.#input.value)) this.add(each);
    this.#input.value = "";
  }

  #pill({ name, address }: Recipient): void {
    const pill = copyOf("pill-template");
    if (!pill) return;
    pill.dataset["name"] = name;
    pill.dataset["address"] = address;
    if (!FULL.test(address)) pill.dataset["state"] = "bad";
    const face = one(".avatar", pill)!;
    face.textContent = initials(name || address);
    face.dataset["hue"] = hue(address);
    one("[data-name]", pill)!.textContent = name || address;
    pill.title = address;
    one("button", pill)!.setAttribute("aria-label", say("remove", { name: name || address }));
    this.#input.before(pill);
  }

  #changed(): void {
    this.#value.value = this.recipients
      .map(({ name, address }) => (name ? `"${name.replace(/["\\]/g, "")}" <${address}>` : address))
      .join(", ");
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #typed(): void {
    if (/[,;\n]/.test(this.#input.value)) this.finish();
    if (this.#input.value.trim().length > 0) this.#ask.call();
    else this.#close();
  }

  #suggest(): void {
    const url = new URL(this.dataset["url"]!, location.href);
    url.searchParams.set("q", this.#input.value.trim());
    void fetchPart(url.pathname + url.search, this.#menu, "innerHTML").then(() => {
      const options = all("[role=option]", this.#menu);
      options.forEach((option, at) => { option.id = `${this.#menu.id}-${at}`; });
      this.#menu.hidden = options.length === 0 || this.#input.value.trim() === "";
      this.#input.ariaExpanded = String(!this.#menu.hidden);
      this.#choose(options[0]);
    });
  }

  #choose(option: HTMLElement | undefined): void {
    for (const each of all("[role=option]", this.#menu)) {
      each.ariaSelected = String(each === option);
      each.toggleAttribute("data-active", each === option);
    }
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #take(option: HTMLElement): void {
    this.#input.value = "";
    this.#close();
    this.add({ name: option.dataset["name"] ?? "", address: option.dataset["address"] ?? "" });
    this.#input.focus();
  }

  #close(): void {
    this.#menu.hidden = true;
    this.#input.ariaExpanded = "false";
    this.#choose(undefined);
  }

  #key(event: KeyboardEvent): void {
    const options = this.#menu.hidden ? [] : all("[role=option]", this.#menu);
    const at = options.findIndex((option) => option.ariaSelected === "true");
    if (event.key === "ArrowDown" && options.length) this.#choose(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp" && options.length) this.#choose(options.at(at - 1));
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (options[at]) this.#take(options[at]);
      else this.finish();
    } else if (event.key === "Tab" && options[at] && this.#input.value) this.#take(options[at]);
    else if (event.key === "Escape" && options.length) this.#close();
    else if (event.key === "Backspace" && this.#input.value === "") {
      all(".pill", this).at(-1)?.remove();
      return this.#changed();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[,;\n]|@/.test(text)) return;
    event.preventDefault();
    for (const each of split(text)) this.add(each);
  }

  #leave(): void {
    if (this.contains(document.activeElement)) return;
    this.finish();
    this.#close();
  }

  #click(event: Event): void {
    const target = event.target as Element;
    const option = target.closest<HTMLElement>("[role=option]");
    if (option) return this.#take(option);
    const pill = target.closest("button")?.closest(".pill");
    if (pill) {
      pill.remove();
      this.#changed();
    }
    this.#input.focus();
  }
}

customElements.define("fio-recipients", Recipients);
export type { Recipients };
