// Comments among the mails: M opens the form in the dock, and it says whom a mention lets in.
import { expectText } from "./ahead";
import { command, perform } from "./commands";
import { one } from "./dom";
import { fetchPart } from "./requests";

command("comment", () => {
  const url = one("#reading [data-comment-url]")?.dataset["commentUrl"];
  const dock = one("#dock");
  // Whoever writes a mail goes on with it
  if (!url || !dock || one("fio-composer", dock)) return false;
  expectText();
  void fetchPart(url, dock).then(() => one("#dock")?.scrollIntoView({ block: "nearest" }));
  return true;
});
/** Escape leaves the form, then the conversation; what was typed stays until it is cancelled. */
command("escape", () => {
  const form = one("#dock.comment-dock");
  if (!form) return false;
  const place = one<HTMLElement>("[contenteditable]", form);
  if (place?.textContent?.trim()) (place.contains(document.activeElement) ? one("[type=submit]", form) : place)?.focus();
  else one<HTMLButtonElement>("[hx-get]", form)?.click();
  return true;
});
command("move", (source) => !source && !!one("#reading[data-open]") && perform("comment"));

/** Those of the names that stand after an @ and cannot read the conversation. */
function outside(form: HTMLElement): void {
  const notice = one("[data-outside]", form);
  const who = notice && one("[data-who]", notice);
  if (!notice || !who) return;
  const text = (one("[contenteditable]", form)?.textContent ?? "").toLowerCase();
  const names = (notice.dataset["outside"] ?? "").split("|").filter(Boolean);
  const meant = names.filter((name) => text.includes(`@${name.toLowerCase()}`));
  notice.hidden = meant.length === 0;
  const said = meant.join(", ");
  if (who.textContent !== said) who.textContent = said;
}
document.addEventListener("input", (event) => {
  const form = (event.target as Element).closest<HTMLElement>(".comment-dock");
  if (form) outside(form);
});
