// Looks this browser remembers (width of the side bar, density, facts), and light or dark,
// which follows the user.
import { command } from "./commands";
import { all, one } from "./dom";
import { send } from "./requests";

function remember(name: string, value: string): void {
  document.cookie = `fio_${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

const narrow = matchMedia("(max-width: 80rem)");
const app = (): HTMLElement | null => one("#app");

function expanded(name: string, open: boolean): void {
  for (const button of all(`[data-command="${name}"][aria-expanded]`)) button.ariaExpanded = String(open);
}

/** Above 1280 the choice is kept; below, the bar or pane lies over the page for a moment. */
function toggle(name: "side" | "facts", shown: string, hidden: string): void {
  const element = app();
  if (!element) return;
  const now = element.dataset[name];
  if (narrow.matches) {
    element.dataset[name] = now === "open" ? hidden : "open";
    expanded(name, now !== "open");
    if (now !== "open") one(name === "side" ? "#side a" : "#facts")?.focus();
    return;
  }
  element.dataset[name] = now === hidden ? shown : hidden;
  expanded(name, now === hidden);
  remember(name, element.dataset[name]!);
}

export function closeOverlays(): boolean {
  const element = app();
  if (!narrow.matches || !element) return false;
  let closed = false;
  for (const [name, hidden] of [["side", "rail"], ["facts", "off"]] as const) {
    if (element.dataset[name] !== "open") continue;
    element.dataset[name] = hidden;
    expanded(name, false);
    closed = true;
  }
  return closed;
}

// Before it opens or shuts by itself
document.addEventListener("click", (event) => {
  const more = (event.target as Element).closest("#side-more > summary")?.parentElement as HTMLDetailsElement | null;
  if (more) remember("more", more.open ? "off" : "on");
});

command("side", () => toggle("side", "full", "rail"));
command("facts", () => toggle("facts", "on", "off"));
command("density", () => {
  const root = document.documentElement;
  root.dataset["density"] = root.dataset["density"] === "compact" ? "roomy" : "compact";
  remember("density", root.dataset["density"]);
});
command("theme", () => {
  const root = document.documentElement;
  const dark = root.dataset["theme"]
    ? root.dataset["theme"] === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset["theme"] = dark ? "light" : "dark";
  const choice = new FormData();
  choice.set("theme", root.dataset["theme"]);
  void send(document.body.dataset["preferenceUrl"]!, choice);
});

document.addEventListener("pointerdown", (event) => {
  const inside = (event.target as Element).closest("#side, #facts, .tabbar, [data-command]");
  if (!inside) closeOverlays();
});
