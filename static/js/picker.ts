// A field that finds records: Down goes into what was found, Esc empties it. In a picker Enter picks the
// first; in a namer it sends the form, and what is taken stands in the field by its name.
import { all, one } from "./dom";

const FIELDS = "[data-picker], [data-namer]";
const found = (picker: Element): HTMLElement[] => all(".picker-found button", picker);

function close(picker: Element): void {
  one(".picker-found", picker)?.replaceChildren();
}

document.addEventListener("keydown", (event) => {
  const at = event.target as Element;
  const picker = at.closest?.<HTMLElement>(FIELDS);
  const field = picker && one<HTMLInputElement>("input.input", picker);
  if (!picker || !field || event.isComposing) return;
  const names = "namer" in picker.dataset;
  const rows = found(picker);
  const here = rows.indexOf(at as HTMLElement);
  if (event.key === "Enter" && at === field && !names) {
    event.preventDefault(); // the form is not sent by finding
    rows[0]?.click();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && rows.length) {
    const next = rows[here + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    (next ?? (event.key === "ArrowUp" ? field : rows.at(-1)))?.focus();
  } else if (event.key === "Escape" && (rows.length || (field.value && !names))) {
    event.preventDefault();
    event.stopPropagation(); // the form stays open
    close(picker);
    if (!names) field.value = "";
    field.focus();
  }
}, true);

document.addEventListener("input", (event) => {
  const picker = (event.target as Element).closest("[data-namer]");
  const which = picker && one<HTMLInputElement>("input[type=hidden]", picker);
  if (which) which.value = ""; // another name is another record
});

document.addEventListener("click", (event) => {
  const taken = (event.target as Element).closest<HTMLElement>("[data-named]");
  const picker = taken?.closest("[data-namer]");
  const field = picker && one<HTMLInputElement>("input.input", picker);
  if (!taken || !picker || !field) return;
  field.value = taken.dataset["name"] ?? "";
  one<HTMLInputElement>("input[type=hidden]", picker)!.value = taken.dataset["named"] ?? "";
  field.focus();
  close(picker);
});

// A button that is pressed keeps what was found; leaving the field does not
document.addEventListener("pointerdown", (event) => {
  if ((event.target as Element).closest("[data-named]")) event.preventDefault();
});
document.addEventListener("focusout", (event) => {
  const picker = (event.target as Element).closest("[data-namer]");
  if (picker && !picker.contains(event.relatedTarget as Node | null)) close(picker);
});
