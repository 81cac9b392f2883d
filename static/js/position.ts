// "3 of 12" in the bar of an open conversation, read off the list beside it.
import { one } from "./dom";
import { list, openUid, row, rows } from "./list";
import { say } from "./words";

/** How many conversations the list has, and whether there may be more. */
function total(before: number): [count: number, open: boolean] {
  const said = list()?.dataset["total"];
  const shown = before + rows().length;
  const isOpen = list()?.hasAttribute("data-total-open") ?? false;
  if (said) return [Math.max(Number(said), shown), isOpen];
  return [shown, one("#more") !== null];
}

function draw(): void {
  const place = one("#position");
  const open = row(openUid());
  if (!place) return;
  const before = Number(one("#above")?.dataset["count"] ?? 0);
  const at = open ? before + rows().indexOf(open) + 1 : 0;
  const [count, isOpen] = total(before);
  const values = { at, total: count };
  place.textContent = at ? say(isOpen ? "position_open" : "position", values) : "";
  place.hidden = !at;
  const ends: [string, boolean][] = [["previous", at === 1], ["next", !isOpen && at === count]];
  for (const [name, isEnd] of ends) {
    const button = one(`#reading .bar [data-command="${name}"]`);
    if (button) button.ariaDisabled = String(isEnd);
  }
}

for (const name of ["fio:opened", "fio:triaged", "htmx:after:settle"]) {
  document.addEventListener(name, draw);
}
draw();
