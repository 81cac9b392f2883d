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

/** What the server wants to be known before it sends; sending again passes it. */
export interface Asked {
  code: string;
  message: string;
  url: string;
}

function refuse(composer: Composer, errors: Refusal[]): void {
  composer.refuse(errors.map(({ field, message }) => ({
    blocks: true,
    text: message,
    go: field ? () => {
      const named = one(`[name="${CSS.escape(field)}"]`, composer);
      (named?.closest<HTMLElement>("fio-subject") ?? named)?.focus();
    } : undefined,
  })));
}

export async function sendDraft(composer: Composer, form: HTMLFormElement, andDone: boolean, sendAt = ""): Promise<boolean> {
  const said = new FormData(form);
  if (sendAt) said.set("send_at", sendAt);
  const { ok, status, data } = await send(composer.dataset["sendUrl"]!, said);
  if (!ok) {
    if (status === 409 && data["answered"]) composer.hold(data["answered"] as Asked);
    else if (status === 422 && data["doubts"]) composer.ask(data["doubts"] as Asked[]);
    else if (status === 422) refuse(composer, (data["errors"] ?? []) as Refusal[]);
    return false;
  }
  const undoUrl = String(data["undo_url"] ?? "");
  const editUrl = String(data["edit_url"] ?? "");
  const seconds = Number(data["seconds"] ?? 10);
  const later = String(data["later"] ?? "");
  const reading = composer.closest<HTMLElement>("#reading");
  const wholePage = composer.closest("#dock") === null;
  composer.settle();
  composer.leave();
  if (reading && andDone) perform("done");
  if (reading) refreshParts("threads");
  if (wholePage) remember({ undoUrl, editUrl, later, until: Date.now() + seconds * 1000 });
  else tell({ undoUrl, editUrl, later }, seconds);
  return true;
}

interface Leaving {
  undoUrl: string;
  editUrl: string;
  later: string;
}

/** What goes later stands in the outbox; only its time is told. */
function tell({ undoUrl, editUrl, later }: Leaving, seconds: number): void {
  if (!later) return countDown(undoUrl, editUrl, seconds);
  showToast({
    text: say("goes_later", { time: later }),
    icon: "clock",
    action: { label: say("undo"), run: () => void stop(undoUrl, editUrl) },
  });
  refreshParts("outbox");
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

function remember(leaving: Leaving & { until: number }): void {
  sessionStorage.setItem(KEPT, JSON.stringify(leaving));
}

export function goOn(): void {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!kept) return;
  const leaving = JSON.parse(kept) as Leaving & { until: number };
  const left = Math.round((leaving.until - Date.now()) / 1000);
  if (left > 1) tell(leaving, left);
}
goOn();
