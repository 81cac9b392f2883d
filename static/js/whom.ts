// The context beside a new mail follows whom it is to and what it is about.
import { copyOf, one } from "./dom";
import { fetchPart } from "./requests";

const PAUSE = 250;
let timer = 0;
let asked = "";

function address(place: HTMLElement, form: HTMLFormElement): string {
  const said = new FormData(form);
  const url = new URL(place.dataset["url"]!, location.href);
  url.searchParams.set("to", String(said.get("to") ?? ""));
  for (const each of said.getAll("about")) url.searchParams.append("about", String(each));
  return url.pathname + url.search;
}

function follow(): void {
  const place = one("#whom");
  const form = one<HTMLFormElement>("fio-composer form");
  if (!place || !form) return;
  const url = address(place, form);
  if (url === asked) return;
  asked = url;
  void fetchPart(url, place, "outerHTML");
}

document.addEventListener("input", (event) => {
  const from = event.target as Element;
  if (!one("#whom") || !from.closest(`fio-recipients[data-line="to"], [name="about"]`)) return;
  clearTimeout(timer);
  timer = window.setTimeout(follow, PAUSE);
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-link-about]");
  const line = button && one(".composer-about");
  const choice = line && copyOf("about-template");
  if (!choice) return;
  const box = one<HTMLInputElement>("input", choice)!;
  box.value = button.dataset["linkAbout"]!;
  one("[data-name]", choice)!.textContent = button.dataset["name"]!;
  one(".chips", line)!.append(choice);
  line.hidden = false;
  box.dispatchEvent(new Event("input", { bubbles: true }));
});
