// Facts edited in their place: the field has the focus, Esc reverts, the focus comes back.
import { one } from "./dom";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const form = (event.target as Element).closest?.<HTMLElement>(".fact-form");
  if (!form) return;
  event.preventDefault();
  one<HTMLButtonElement>("[data-reverts]", form)?.click();
});

let edited = "";

document.addEventListener("htmx:before:request", (event) => {
  const source = event.target as Element;
  // What is offered while one types leaves the field as it is
  edited = source.closest?.("[data-namer]") ? "" : source.closest?.(".fact")?.id ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  if (!edited) return;
  const fact = document.getElementById(edited);
  const field = fact && one("[autofocus]", fact);
  if (field) {
    field.focus();
    if (field instanceof HTMLInputElement && field.type === "text") field.select();
  } else if (fact) one("button", fact)?.focus({ preventScroll: true });
  edited = "";
});
