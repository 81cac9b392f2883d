// Sending is a promise with a way back: the server waits, the toast counts, Z stops it.
import { setBusy } from "./busy";
import { perform } from "./commands";
import type { Composer } from "./composer";
import { one } from "./dom";
import { refreshParts } from "./parts";
import { fetchPart, send } from "./requests";
import { showToast, trouble } from "./toast";
import { within } from "./whence";
import { say } from "./words";

interface Refusal {
  field?: string;
  message: string;
}

function refuse(composer: Composer, errors: Refusal[]): void {
  composer.refuse(errors.map(({ field, message }) => ({
    blocks: true,
    text: message,
    go: field ? () => one(`[name="${CSS.escape(field)}"]`, composer)?.focus() : undefined,
  })));
}

export async function sendDraft(composer: Composer, form: HTMLFormElement, andDone: boolean): Promise<boolean> {
  const { ok, status, data } = await send(composer.dataset["sendUrl"]!, new FormData(form));
  if (!ok) {
    if (status === 422) refuse(composer, (data["errors"] ?? []) as Refusal[]);
    return false;
  }
  const undoUrl = String(data["undo_url"] ?? "");
  const editUrl = String(data["edit_url"] ?? "");
  const seconds = Number(data["seconds"] ?? 10);
  const reading = composer.closest<HTMLElement>("#reading");
  const wholePage = composer.closest("#dock") === null;
  composer.settle();
  composer.leave();
  if (reading && andDone) perform("done");
  if (reading) refreshParts("threads");
  if (wholePage) remember(undoUrl, editUrl, seconds);
  else countDown(undoUrl, editUrl, seconds);
  return true;
}

function countDown(undoUrl: string, editUrl: string, seconds: number): void {
  showToast({
    text: say("sends_in", { count: seconds }),
    icon: "send",
    seconds,
    countdown: (count) => say("sends_in", { count }),
    action: { label: say("stop_it"), run: () => void stop(undoUrl, editUrl) },
    onEnd: () => {
      showToast({ text: say("sent"), icon: "send", seconds: 4 });
      refreshParts("outbox");
    },
  });
}

async function stop(undoUrl: string, editUrl: string): Promise<void> {
  const before = one("#dock");
  setBusy(before, true);
  const { ok } = await send(undoUrl, new FormData());
  setBusy(before, false);
  if (!ok) return trouble("not_stopped");
  showToast({ text: say("stopped"), icon: "draft", seconds: 4 });
  refreshParts("outbox");
  const dock = one("#dock");
  if (dock && editUrl) await fetchPart(editUrl, dock);
  else if (editUrl) location.assign(within(editUrl));
}

// The page of a new message closes when it is sent; the next page goes on counting.
const KEPT = "fio:sending";

function remember(undoUrl: string, editUrl: string, seconds: number): void {
  const until = Date.now() + seconds * 1000;
  sessionStorage.setItem(KEPT, JSON.stringify({ undoUrl, editUrl, until }));
}

export function goOn(): void {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!kept) return;
  const { undoUrl, editUrl, until } = JSON.parse(kept) as { undoUrl: string; editUrl: string; until: number };
  const left = Math.round((until - Date.now()) / 1000);
  if (left > 1) countDown(undoUrl, editUrl, left);
}
goOn();
