// One toast at a time, always with a way back; it waits while pointer or focus is on it.
import { announce } from "./announce";
import { copyOf, one } from "./dom";
import { say } from "./words";

export interface Toast {
  text: string;
  icon?: string;
  action?: { label: string; run: () => void };
  seconds?: number;
  trouble?: boolean;
  /** Called every second with what is left; returns the text to show. */
  countdown?: (left: number) => string;
  onEnd?: () => void;
}

let close: ((ended: boolean) => void) | null = null;
let undo: (() => void) | null = null;

export function showToast(toast: Toast): void {
  close?.(true);
  const node = copyOf("toast-template");
  const region = document.getElementById("toasts");
  if (!node || !region) return;
  const text = one("span", node)!;
  const button = one<HTMLButtonElement>("button", node)!;
  text.textContent = toast.text;
  node.querySelector("use")?.setAttribute("href", `#i-${toast.icon ?? (toast.trouble ? "warn" : "check")}`);
  if (toast.trouble) node.dataset["state"] = "bad";
  one("span", button)!.textContent = toast.action?.label ?? say("dismiss");
  if (!toast.action) one(".kbd", button)?.remove();

  let left = toast.seconds ?? 8;
  let waiting = false;
  const clock = window.setInterval(() => {
    if (waiting && !toast.countdown) return;
    left -= 1;
    if (left <= 0) close?.(true);
    else if (toast.countdown) text.textContent = toast.countdown(left);
  }, 1000);
  close = (ended) => {
    clearInterval(clock);
    close = undo = null;
    node.remove();
    if (ended) toast.onEnd?.();
  };
  const act = (): void => {
    close?.(false);
    toast.action?.run();
  };
  undo = toast.action ? act : null;
  button.addEventListener("click", act);
  for (const name of ["pointerenter", "focusin"]) node.addEventListener(name, () => { waiting = true; });
  for (const name of ["pointerleave", "focusout"]) node.addEventListener(name, () => { waiting = false; });
  region.replaceChildren(node);
  announce(toast.text, toast.trouble ? "assertive" : "polite");
}

for (const message of document.querySelectorAll<HTMLElement>("[data-message]")) {
  // What was done on the page before is undone by a form of this one
  const way = one<HTMLFormElement>(`form#${message.dataset["undo"] ?? "none"}`);
  const action = way ? { action: { label: say("undo"), run: () => way.requestSubmit() } } : {};
  showToast({ text: message.textContent ?? "", trouble: message.dataset["message"] === "error", ...action });
  message.remove();
}

export function undoLast(): boolean {
  if (!undo) return false;
  undo();
  return true;
}

export function trouble(key: string): void {
  showToast({ text: say(key), trouble: true });
}
