// What the server says of something done, in a toast with the way back; lists ask again.
import { send } from "./requests";
import { showToast, trouble } from "./toast";

interface Said { text: string; undo: string; label: string; trouble?: boolean }

function stale(): void {
  document.body.dispatchEvent(new CustomEvent("fio:stale", { bubbles: true }));
}

async function takeBack(url: string): Promise<void> {
  if ((await send(url, new FormData())).ok) stale();
  else trouble("undo_failed");
}

document.addEventListener("fio:said", (event) => {
  const { text, undo, label, trouble: refused = false } = (event as CustomEvent<Said>).detail;
  stale();
  showToast({ text, trouble: refused, ...(undo ? { action: { label, run: () => void takeBack(undo) } } : {}) });
});
