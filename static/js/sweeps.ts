// Something done to many at once: a few are done when the server answers, more go on in the background.
import { all, one } from "./dom";
import { send } from "./requests";
import { refreshParts } from "./parts";
import { allChosen, clearChecks } from "./selection";
import { showToast, trouble } from "./toast";
import { say } from "./words";

/** The server does so many while one waits. */
const FEW = 100;
/** What a verb needs besides: until when, which label, which record. */
export type Said = [string, string][];

/** True where all of the list or many rows are meant: then it is begun, and nothing else is to be done. */
export function swept(verb: string, said: Said, uids: string[]): boolean {
  if (!allChosen() && uids.length <= FEW) return false;
  void sweep(verb, said, uids, (count) => say("swept_done", { count }));
  return true;
}

/** Do it to all of the list where that is chosen, else to these; `told` says what was done to how many. */
export async function sweep(verb: string, said: Said, uids: string[], told: (count: number) => string): Promise<void> {
  const body = new FormData();
  body.set("verb", verb);
  for (const [name, value] of said) body.set(name, value);
  if (!allChosen()) for (const uid of uids) body.append("thread", uid);
  const url = one("#bulk-all")?.dataset["url"] ?? "";
  clearChecks();
  const { ok, status, data } = await send(url, body);
  if (!ok) return refused(status, data, "triage_failed");
  if (!data["is_done"]) {
    showToast({ text: say("swept") });
    document.body.dispatchEvent(new CustomEvent("fio:swept"));
    return;
  }
  changed();
  const run = (): void => void takeBack(String(data["undo"]));
  showToast({ text: told(Number(data["total"])), action: { label: say("undo"), run } });
}

/** Undo what was done to some conversations as a whole. */
export async function takeBack(url: string): Promise<void> {
  if (!url) return trouble("undo_failed");
  const { ok, status, data } = await send(url, new FormData());
  if (ok) changed();
  else refused(status, data, "undo_failed");
}

/** The server says why and what to do; else that it did not work. */
function refused(status: number, data: Record<string, unknown>, otherwise: string): void {
  const [error] = (data["errors"] ?? []) as { message: string }[];
  if ((status === 409 || status === 422) && error?.message) showToast({ text: error.message, trouble: true });
  else trouble(otherwise);
}

function changed(): void {
  for (const topic of ["side", "threads"]) refreshParts(topic);
  const open = one("#reading[data-thread]")?.dataset["thread"];
  if (open) refreshParts(`thread:${open}`);
}

// The list changes while the server goes on
let was = false;
document.addEventListener("htmx:after:settle", () => {
  const busy = all("#sweeps[data-busy]").length > 0;
  if (busy || was) refreshParts("threads");
  was = busy;
});
