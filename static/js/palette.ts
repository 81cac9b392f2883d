// Ctrl K: every command by name, and what the server finds, in one list walked with the arrows.
import { command, perform } from "./commands";
import { all, later, one } from "./dom";
import { fetchPart } from "./requests";

const dialog = one<HTMLDialogElement>("#palette");
const input = one<HTMLInputElement>("#palette-input");
const found = one("#palette-found");
let before: Element | null = null;

const options = (): HTMLElement[] =>
  all("[role=option]", dialog!).filter((option) => option.checkVisibility());

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function choose(option: HTMLElement | undefined): void {
  for (const other of all("[aria-selected=true]", dialog!)) other.ariaSelected = "false";
  if (!option || !input) return;
  option.ariaSelected = "true";
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function mark(option: HTMLElement, typed: string): void {
  const name = one(".ell", option)!;
  const text = name.textContent ?? "";
  const at = typed ? fold(text).indexOf(typed) : -1;
  if (at < 0) return name.replaceChildren(text);
  const hit = document.createElement("mark");
  hit.textContent = text.slice(at, at + typed.length);
  name.replaceChildren(text.slice(0, at), hit, text.slice(at + typed.length));
}

function filter(): void {
  const raw = input!.value.trim();
  const typed = fold(raw.replace(/^>\s*/, ""));
  for (const option of all("#palette-commands [role=option]")) {
    option.hidden = typed !== "" && !fold(option.textContent ?? "").includes(typed);
    mark(option, typed);
  }
  for (const group of all("[role=group]", dialog!)) {
    group.hidden = all("[role=option]", group).every((option) => option.hidden);
  }
  if (!raw || raw.startsWith(">")) found?.replaceChildren();
  else search.call();
  choose(options()[0]);
}

const search = later(() => {
  const url = new URL(dialog!.dataset["url"]!, location.href);
  url.searchParams.set("q", input!.value.trim());
  void fetchPart(url.pathname + url.search, found!, "innerHTML").then(() => {
    all("#palette-found [role=option]").forEach((option, at) => { option.id ||= `found-${at}`; });
    choose(options()[0]);
  });
}, 120);

function run(option: HTMLElement | null): void {
  if (!option) return;
  dialog!.close();
  const { href, go: place } = option.dataset;
  if (href) location.assign(href);
  else if (place) one(`[data-goto="${CSS.escape(place)}"]`)?.click();
  else perform(option.dataset["run"]!);
}

function openPalette(): void {
  if (!dialog || !input || dialog.open) return;
  before = document.activeElement;
  input.value = "";
  filter();
  dialog.showModal();
  choose(options()[0]);
}

input?.addEventListener("input", filter);
dialog?.addEventListener("keydown", (event) => {
  const every = options();
  const at = every.findIndex((option) => option.ariaSelected === "true");
  if (event.key === "Enter") run(every[at] ?? null);
  else if (event.key === "ArrowDown") choose(every[(at + 1) % every.length]);
  else if (event.key === "ArrowUp") choose(every.at(at - 1));
  else return;
  event.preventDefault();
});
dialog?.addEventListener("click", (event) => {
  const option = (event.target as Element).closest<HTMLElement>("[role=option]");
  if (option) {
    event.preventDefault();
    run(option);
  } else if (event.target === dialog) dialog.close();
});
dialog?.addEventListener("close", () => (before as HTMLElement | null)?.focus?.());

command("palette", openPalette);
command("search", () => {
  const field = one<HTMLInputElement>("#search-field");
  if (field?.checkVisibility()) field.focus();
  else one('[data-goto="s"]')?.click();
});
