// The keyboard map. Single keys rest while somebody types, and when they are switched off.
import { keptAhead } from "./ahead";
import { isBusy, whenFree } from "./busy";
import { perform } from "./commands";
import { isTyping, one } from "./dom";

const SINGLE: Record<string, string> = {
  j: "next", k: "previous", enter: "open", o: "open", u: "back",
  e: "done", h: "snooze", l: "label", y: "archive", "#": "trash", "!": "spam",
  r: "reply", a: "reply-all", f: "forward", c: "compose",
  x: "check", "shift+j": "extend-next", "shift+k": "extend-previous",
  "* a": "check-all", "* n": "check-none", "shift+i": "read", "shift+u": "unread",
  m: "move", w: "won", "shift+w": "lost", d: "new", p: "start", n: "note", t: "next-tab",
  1: "stage-1", 2: "stage-2", 3: "stage-3", 4: "stage-4", 5: "stage-5",
  6: "stage-6", 7: "stage-7", 8: "stage-8", 9: "stage-9",
  z: "undo", "/": "search", "?": "help", "[": "side", i: "facts", v: "who", "shift+l": "link", "shift+a": "assign",
};
const ALWAYS: Record<string, string> = {
  "ctrl+k": "palette", "ctrl+enter": "send", "ctrl+shift+enter": "send-done", "alt+enter": "later",
  "ctrl+shift+k": "format-link", escape: "escape",
};
const OVERLAY = "dialog[open], [popover]:popover-open";
const PREFIXES = new Set(["g", "*"]);

let prefix = "";
let forget = 0;

function name(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const shift = event.shiftKey && (key.length > 1 || /\p{L}/u.test(key)) ? "shift+" : "";
  return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (event.altKey && key === "enter" ? "alt+" : "") + shift + key;
}

function follow(letter: string): boolean {
  const place = one(`[data-goto="${CSS.escape(letter)}"]`);
  place?.click();
  return !!place;
}

function single(event: KeyboardEvent, pressed: string): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.documentElement.dataset["singleKeys"] === "off") return false;
  if (isTyping(event.target) || one(OVERLAY)) return false;
  if (keptAhead(event)) return true;
  if (isBusy()) {
    if (SINGLE[pressed] === "undo") whenFree(() => perform("undo"));
    return true;
  }
  if (prefix) {
    const whole = `${prefix} ${pressed}`;
    const was = prefix;
    prefix = "";
    return was === "g" ? follow(pressed) : perform(SINGLE[whole] ?? "");
  }
  if (PREFIXES.has(pressed)) {
    prefix = pressed;
    clearTimeout(forget);
    forget = window.setTimeout(() => { prefix = ""; }, 1500);
    return true;
  }
  const onControl = (event.target as Element).closest("a, button, [role=checkbox]");
  if (pressed === "enter" && onControl) return false;
  return perform(SINGLE[pressed] ?? "");
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const pressed = name(event);
  const always = ALWAYS[pressed];
  const target = event.target instanceof HTMLElement ? event.target : null;
  // The editor prevents every Enter and Escape, also those it has no use for.
  if (event.defaultPrevented && !(always && target?.isContentEditable)) return;
  if (pressed === "escape" && one(OVERLAY)) return; // the browser closes it
  if (pressed === "escape" && target?.matches("input[type=search]") && !target.closest("#work-form")) return target.blur();
  if (always ? perform(always, target) : single(event, pressed)) event.preventDefault();
});
