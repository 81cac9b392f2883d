// Ctrl K: every command by name, and what the server finds, in one list walked with the arrows.
import { command, perform } from "./commands";
import { all, later, one } from "./dom";
import { fetchPart } from "./requests";
import { showToast } from "./toast";
import { say } from "./words";

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

/** What somebody could press himself; of several messages the last one, and what is written in before. */
function press(name: string): boolean {
  const said = CSS.escape(name);
  const ways = [`[data-command="${said}"]`, `[data-does="${said}"]`, `[popovertarget="${said}"]`, `[data-format="${said}"]`];
  if (name === "send") ways.unshift("fio-composer button[type=submit]");
  if (name === "link-text") ways.unshift('[data-format="link"]');
  for (const way of ways) {
    const found = all(way, one("#main") ?? document);
    const seen = found.filter((each) => each.checkVisibility());
    // A menu that is closed hides its buttons, and so does the folded row of formats
    const button = seen.at(-1) ?? found.filter((each) => each.closest(".menu, .format")).at(-1);
    if (!button) continue;
    button.click();
    return true;
  }
  return false;
}

function run(option: HTMLElement | null): void {
  if (!option) return;
  const { href, go: place, press: name, run: does } = option.dataset;
  const from = before as HTMLElement | null;
  before = null;
  dialog!.close();
  from?.focus?.();
  if (href) return location.assign(href);
  const button = place ? one(`[data-goto="${CSS.escape(place)}"]`) : null;
  button?.click();
  const done = place ? !!button : name ? press(name) : perform(does!);
  if (!done) showToast({ text: say("not_here"), icon: "info" });
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
