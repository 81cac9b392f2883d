// What the server says of something done, in a toast with the way back; lists ask again.
import { one } from "./dom";
import { htmx, send } from "./requests";
import { showToast, trouble } from "./toast";

interface Said { text: string; undo: string; label: string; opens: string; trouble?: boolean }

function stale(): void {
  document.body.dispatchEvent(new CustomEvent("fio:stale", { bubbles: true }));
}

async function takeBack(url: string, opens: string): Promise<void> {
  const place = opens && one(opens);
  if (place) return void htmx.ajax("POST", url, { target: place, swap: "outerHTML", source: place });
  if ((await send(url, new FormData())).ok) stale();
  else trouble("undo_failed");
}

document.addEventListener("fio:said", (event) => {
  const { text, undo, label, opens, trouble: refused = false } = (event as CustomEvent<Said>).detail;
  stale();
  showToast({ text, trouble: refused, ...(undo ? { action: { label, run: () => void takeBack(undo, opens) } } : {}) });
});
