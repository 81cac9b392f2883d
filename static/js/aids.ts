// What helps while one writes, as the server knows it for this mail: fields and their values, snippets,
// signatures, templates, people.
import { uidOf } from "./drafts";
import type { Fields } from "./editor_nodes";
import { openFilled } from "./menu";
import type { Choice } from "./offer";
import { fetchPart } from "./requests";
import { say } from "./words";

interface Field {
  name: string;
  label: string;
  title: string;
  group: string;
  value: string;
}
export interface Brought {
  subject: string;
  files: { uid: string; filename: string; size: number }[];
}
interface Template extends Brought {
  html: string;
}
interface Person {
  name: string;
  address: string;
}

async function json<T>(url: string): Promise<T | null> {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}

async function part(url: string): Promise<DocumentFragment> {
  const template = document.createElement("template");
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (response.ok) template.innerHTML = await response.text();
  } catch {
    // Nothing is offered then
  }
  return template.content;
}

/** Whether every word that was typed is in it, in whatever order. */
export function has(text: string, typed: string): boolean {
  const whole = text.toLowerCase();
  return typed.toLowerCase().split(" ").every((word) => whole.includes(word));
}

export class Aids implements Fields {
  #fields = new Map<string, Field>();
  #snippets: Record<string, string> = {};
  #brought: Record<string, Brought> = {};
  #signatures: Record<string, string> = {};
  wasSigned = false;

  constructor(private readonly host: HTMLElement, private readonly form: HTMLFormElement) {}

  /** An address with what says whom this mail is to and what it is about. */
  #address(name: string): string {
    const said = new FormData(this.form);
    const url = new URL(this.host.dataset[name]!, location.href);
    for (const name of ["to", "mailbox", "answers"]) url.searchParams.set(name, String(said.get(name) ?? ""));
    const draft = uidOf(this.host.dataset["saveUrl"]);
    for (const each of said.getAll("about")) url.searchParams.append("about", String(each));
    if (draft) url.searchParams.set("draft", draft);
    return url.pathname + url.search;
  }

  async load(): Promise<void> {
    const said = new FormData(this.form);
    const first = this.#fields.size === 0;
    const found = await json<{
      fields: Field[]; snippets: Record<string, string>; brought: Record<string, Brought>; signatures: Record<string, string>;
    }>(this.#address("aidsUrl"));
    if (!found) return;
    this.#fields = new Map(found.fields.map((field) => [field.name, field]));
    this.#snippets = found.snippets;
    this.#brought = found.brought;
    this.#signatures = found.signatures;
    if (first) this.wasSigned = !!this.signature(String(said.get("mailbox") ?? ""));
  }

  label(name: string): string {
    return this.#fields.get(name)?.title ?? name;
  }

  value(name: string): string | null {
    return this.#fields.get(name)?.value ?? null;
  }

  snippet(name: string): string | undefined {
    return this.#snippets[name];
  }

  /** What comes with a snippet: the subject and the files of its template. */
  brought(name: string): Brought | undefined {
    return this.#brought[name];
  }

  signature(mailbox: string): string {
    return this.#signatures[mailbox] ?? "";
  }

  offered(typed: string, take: (name: string) => void): Choice[] {
    return [...this.#fields.values()]
      .filter((field) => has(`${field.label} ${field.group} ${field.name}`, typed))
      .map((field) => ({ label: field.label, meta: field.value || field.group, take: () => take(field.name) }));
  }

  async people(typed: string, take: (person: Person) => void): Promise<Choice[]> {
    if (!typed.trim()) return [];
    const url = `${this.host.dataset["peopleUrl"]!}?q=${encodeURIComponent(typed)}`;
    return [...(await part(url)).querySelectorAll<HTMLElement>("[role=option]")].map((option) => {
      const person = { name: option.dataset["name"] ?? "", address: option.dataset["address"] ?? "" };
      return { label: person.name || person.address, meta: person.name ? person.address : "", take: () => take(person) };
    });
  }

  async templates(typed: string, take: (url: string) => void): Promise<Choice[]> {
    const url = `${this.host.dataset["choicesUrl"]!}?q=${encodeURIComponent(typed)}`;
    return [...(await part(url)).querySelectorAll<HTMLElement>("[data-command=use-template]")].map((item) => ({
      label: item.dataset["name"] ?? "", meta: item.dataset["folder"] ?? "", take: () => take(item.dataset["url"]!),
    }));
  }

  template(url: string): Promise<Template | null> {
    return json<Template>(url);
  }

  /** Files of the records this mail is about. */
  async openFiles(button: HTMLElement): Promise<void> {
    await openFilled(button, (menu) => fetchPart(this.#address("filesUrl"), menu, "innerHTML"));
  }

  async openTemplates(button: HTMLElement): Promise<void> {
    await openFilled(button, (menu) => fetchPart(this.host.dataset["choicesUrl"]!, menu, "innerHTML"));
  }

  async openFields(button: HTMLElement): Promise<void> {
    await openFilled(button, (menu) => this.#drawFields(menu));
  }

  #drawFields(menu: HTMLElement): void {
    let group = "";
    menu.replaceChildren();
    for (const field of this.#fields.values()) {
      if (field.group !== group) menu.append(line("p", "menu-head", (group = field.group)));
      const item = line("button", "menu-item", field.label);
      item.setAttribute("role", "menuitem");
      item.setAttribute("type", "button");
      item.dataset["command"] = "insert-field";
      item.dataset["name"] = field.name;
      if (field.value) item.append(line("span", "meta push ell", field.value));
      menu.append(item);
    }
    if (!menu.firstChild) menu.append(line("p", "menu-note", say("fields_none")));
  }
}

function line(tag: string, kind: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = kind;
  element.textContent = text;
  return element;
}

