// A field that finds records to pick: Down goes into what was found, Enter picks the first, Esc empties it.
import { all, one } from "./dom";

const found = (picker: Element): HTMLElement[] => all(".picker-found button", picker);

function close(picker: Element, field: HTMLInputElement): void {
  one(".picker-found", picker)?.replaceChildren();
  field.value = "";
  field.focus();
}

document.addEventListener("keydown", (event) => {
  const at = event.target as Element;
  const picker = at.closest?.("[data-picker]");
  const field = picker && one<HTMLInputElement>("input[type=search]", picker);
  if (!picker || !field || event.isComposing) return;
  const rows = found(picker);
  const here = rows.indexOf(at as HTMLElement);
  if (event.key === "Enter" && at === field) {
    event.preventDefault(); // the form is not sent by finding
    rows[0]?.click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = rows[here + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    (next ?? (event.key === "ArrowUp" ? field : rows.at(-1)))?.focus();
  } else if (event.key === "Escape" && (rows.length || field.value)) {
    event.preventDefault();
    event.stopPropagation(); // the form stays open
    close(picker, field);
  }
}, true);
