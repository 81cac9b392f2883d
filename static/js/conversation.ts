// Inside a conversation: fold and unfold messages and quotes, show images, answer.
import { expectText } from "./ahead";
import { setBusy } from "./busy";
import { command, perform } from "./commands";
import { all, one } from "./dom";
import type { Frame } from "./frames";
import { activeRow, opening, openRow } from "./list";
import { fetchPart, send } from "./requests";

// New mail morphs the thread in place; what the reader folded or unfolded stays as it is.
const KEEP = "hx-morph-skip";

/** What stands open when a conversation opens stays open while it is read. */
function keepOpen(): void {
  for (const message of all("#reading .msg:not([data-folded])")) message.setAttribute(KEEP, "");
}
keepOpen();

async function unfold(message: HTMLElement, url: string): Promise<void> {
  await fetchPart(url, message);
  const unfolded = one(`#${CSS.escape(message.id)}`);
  unfolded?.setAttribute(KEEP, "");
  one(".msg-toggle", unfolded ?? document)?.focus();
}

async function toggleMessage(button: HTMLElement): Promise<void> {
  const message = button.closest<HTMLElement>(".msg");
  if (!message) return;
  const url = message.dataset["bodyUrl"];
  if (url && !one(".msg-content", message)) return unfold(message, url);
  const folded = message.toggleAttribute("data-folded");
  message.setAttribute(KEEP, "");
  button.ariaExpanded = String(!folded);
}

/** One after the other: a long conversation must not ask for all its messages at once. */
async function unfoldAll(): Promise<void> {
  for (const message of all("#messages .msg[data-folded]")) {
    if (message.isConnected) await toggleMessage(one(".msg-toggle", message)!);
  }
}

command("message", (source) => {
  if (source) void toggleMessage(source);
  return !!source;
});
command("earlier", (source) => {
  for (const message of all("#messages .msg[hidden], #earlier[hidden]")) {
    message.hidden = false;
    message.setAttribute(KEEP, "");
  }
  const first = one(".msg-toggle");
  source?.remove();
  first?.focus();
});
command("unfold-all", () => {
  perform("earlier", one('#messages .msg-more[data-command="earlier"]'));
  void unfoldAll();
});
command("quote", (source) => {
  const quote = source && document.getElementById(source.getAttribute("aria-controls") ?? "");
  if (!source || !quote) return false;
  quote.hidden = !quote.hidden;
  source.ariaExpanded = String(!quote.hidden);
  return true;
});
command("images", (source) => {
  const frame = source?.closest(".msg")?.querySelector<Frame>("fio-frame");
  if (!source || !frame) return false;
  frame.reload(source.dataset["url"]!);
  source.closest(".notice")?.remove();
  return true;
});
command("trust", (source) => {
  if (!source) return false;
  void send(source.dataset["trustUrl"]!, new FormData());
  return perform("images", source);
});
command("who", () => {
  const facts = one("#who-reads");
  if (!facts) return false;
  if (!facts.checkVisibility()) perform("facts");
  facts.scrollIntoView({ block: "nearest" });
  one("button, a", facts)?.focus();
  return true;
});

function press(name: string): boolean {
  const buttons = all(`#dock [data-does="${name}"], .msg [data-does="${name}"]`);
  const button = buttons.find((each) => each.closest("#dock")) ?? buttons.at(-1);
  button?.click();
  return !!button;
}

/** In a list with no conversation open the active one opens first. */
function openActive(): Promise<void> | null {
  const chosen = one("#reading:not([data-open])") ? activeRow() : null;
  return chosen && openRow(chosen);
}

/** R, A and F press the button of the last message that offers it. */
for (const name of ["reply", "reply-all", "forward"]) {
  command(name, (source) => {
    if (source) return false;
    const opened = opening() ?? openActive();
    if (!opened) return press(name);
    // What is there belongs to the conversation before; keys wait for the next one
    const dock = one("#dock") ?? one("#reading");
    setBusy(dock, true);
    expectText();
    void opened.catch(() => undefined).then(() => {
      setBusy(dock, false);
      if (opening()) perform(name);
      else press(name);
    });
    return true;
  });
}

// A menu's "Reply" sits in a message, the composer it asks for is the dock's.
document.addEventListener("htmx:after:settle", (event) => {
  keepOpen();
  const page = (event.target as Element).closest?.("#earlier");
  if (page && document.activeElement === document.body) one("button", page as HTMLElement)?.focus();
  const dock = (event.target as Element).closest?.("#dock");
  dock?.scrollIntoView({ block: "nearest" });
});

