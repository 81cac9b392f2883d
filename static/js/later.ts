// Send later: the menu of times, for the mail being written and for one that waits in the outbox.
import { command } from "./commands";
import type { Composer } from "./composer";
import { one } from "./dom";
import { openFilled } from "./menu";
import { fetchPart } from "./requests";

/** The day and hour typed in a menu. None is not "now": the field then says that it is to be filled. */
export function momentIn(menu: HTMLElement): string {
  const own = one<HTMLInputElement>("[data-own-at]", menu);
  if (own) own.required = true;
  return own?.reportValidity() ? own.value : "";
}

async function fill(menu: HTMLElement, button: HTMLElement): Promise<void> {
  const url = new URL(button.dataset["url"]!, location.href);
  const to = one<HTMLInputElement>("input[name=to]", button.closest("form") ?? document.createElement("i"));
  if (to) url.searchParams.set("to", to.value);
  url.searchParams.set("for", menu.id);
  await fetchPart(url.pathname + url.search, menu, "innerHTML");
}

command("later", (source) => {
  const composer = source?.closest("fio-composer") ?? one("fio-composer");
  const button = source?.matches("[data-url]") ? source : one('[data-command="later"]', composer ?? document.createElement("i"));
  if (!button) return false;
  void openFilled(button, (menu) => fill(menu, button));
  return true;
});
command("send-later", (source) => {
  const composer = source?.closest<Composer>("fio-composer");
  const menu = source?.closest<HTMLElement>(".menu");
  if (!composer || !menu) return false;
  const at = source?.dataset["at"] ?? momentIn(menu);
  if (!at) return true;
  menu.hidePopover();
  void composer.send(false, at);
  return true;
});
document.addEventListener("submit", (event) => {
  (event.target as Element).closest<HTMLElement>(".later")?.closest<HTMLElement>(".menu")?.hidePopover();
});
