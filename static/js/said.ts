// What the server says of something done, in a toast with the way back; lists ask again.
import { send } from "./requests";
import { showToast, trouble } from "./toast";

interface Said { text: string; undo: string; label: string }

function stale(): void {
  document.body.dispatchEvent(new CustomEvent("fio:stale", { bubbles: true }));
}

async function takeBack(url: string): Promise<void> {
  if ((await send(url, new FormData())).ok) stale();
  else trouble("undo_failed");
}

document.addEventListener("fio:said", (event) => {
  const { text, undo, label } = (event as CustomEvent<Said>).detail;
  stale();
  showToast({ text, ...(undo ? { action: { label, run: () => void takeBack(undo) } } : {}) });
});
