// Notices of the browser, by choice: of what comes while no page of ours is looked at.
import { one } from "./dom";
import { say } from "./words";

export interface News {
  topic?: string;
  thread?: string;
  why?: string;
  subject?: string;
  new?: number;
  own?: boolean;
  quiet?: boolean;
  tells?: string;
}

const wanted = (): string => document.body.dataset["tells"] ?? "";
const isLookedAt = (): boolean => !document.hidden && document.hasFocus();

function words(news: News): string {
  if (news.why) return say(`notice_${news.why}`, { subject: news.subject ?? "" });
  return wanted() === "mail" && news.new && news.own ? say("new_mail", { count: news.new }) : "";
}

/** Where a notice leads: the conversation, else all notices. */
function url(news: News): string {
  const base = (document.body.dataset["eventsUrl"] ?? "").replace(/events\/$/, "");
  return news.thread ? `${base}inbox/t/${news.thread}/` : news.why ? `${base}notices/` : `${base}inbox/`;
}

/** Shown by the browser; false where the page has to say it itself. */
export function tell(news: News): boolean {
  if (!wanted() || isLookedAt() || !("Notification" in window) || Notification.permission !== "granted") return false;
  const text = words(news);
  if (!text) return false;
  // Several pages of ours are open: the same tag makes one notice of theirs
  const shown = new Notification("Fio", { body: text, tag: `${news.why ?? "mail"} ${news.thread ?? news.subject ?? ""}` });
  shown.addEventListener("click", () => {
    shown.close();
    window.focus();
    location.assign(url(news));
  });
  return true;
}

/** The browser asks its user; what it forbids stands below the choice. */
async function ask(field: HTMLSelectElement): Promise<void> {
  const place = one("#browser-tells-not");
  const lacks = !("Notification" in window);
  const isOff = field.value === "nothing";
  const may = isOff || lacks ? "default" : await Notification.requestPermission();
  if (!place) return;
  const isDenied = !isOff && !lacks && may !== "granted";
  place.hidden = !isDenied && (isOff || !lacks);
  one("[data-denied]", place)!.hidden = !isDenied;
  one("[data-missing]", place)!.hidden = isOff || !lacks;
}

document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field instanceof HTMLSelectElement && field.name === "browser_tells") void ask(field);
});
