// Keys that press a button of the page: Y the one with data-does="archive", M "move", P "start".
import { command } from "./commands";
import { all, one } from "./dom";

function checkedOrHere(): boolean {
  if (!one("[data-table]") || all<HTMLInputElement>('#rows input[name="uid"]').some((box) => box.checked)) return true;
  const row = (document.activeElement as Element | null)?.closest<HTMLElement>("[data-table] tr[data-uid]");
  const box = row && one<HTMLInputElement>('input[name="uid"]', row);
  if (box) box.checked = true;
  return !!box;
}

for (const name of ["archive", "move", "start"]) {
  command(name, () => {
    const button = one(`[data-does="${name}"]`);
    if (!button || !checkedOrHere()) return false;
    button.click();
    return true;
  });
}
