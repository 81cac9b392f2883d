// htmx and fetch, both with the CSRF token, both honest about what went wrong.
import htmx from "htmx.org";
import { trouble } from "./toast";

const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

export interface Sent {
  ok: boolean;
  status: number;
  data: Record<string, unknown>;
}

/** Post a form and read JSON back; a network failure is status 0, never an exception. */
export async function send(url: string, body: FormData, method = "POST"): Promise<Sent> {
  try {
    const response = await fetch(url, {
      method,
      body,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      credentials: "same-origin",
      keepalive: method === "POST" && !hasFile(body),
    });
    if (signedOut(response)) return { ok: false, status: 401, data: {} };
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const data = isJson ? ((await response.json()) as Record<string, unknown>) : {};
    return { ok: response.ok, status: response.status, data };
  } catch {
    return { ok: false, status: 0, data: {} };
  }
}

function hasFile(body: FormData): boolean {
  let bytes = 0;
  for (const value of body.values()) {
    if (typeof value !== "string") return true;
    bytes += value.length;
  }
  return bytes > 60_000; // browsers refuse keepalive bodies over 64 kB
}

/** Whether a page that was asked for led to signing in instead; then this one goes there too. */
export function signedOut(response: Response): boolean {
  const signIn = document.body.dataset["signInUrl"];
  const gone = response.redirected && !!signIn && new URL(response.url).pathname === signIn;
  if (gone) location.reload();
  return gone;
}

// Left to itself htmx answers at once for what waits behind another request of its element,
// and forgets the third: who typed on would be shown what he had typed before.
interface Turn {
  ask: () => Promise<void>;
  done: Promise<void>;
}
const running = new WeakMap<Element, Promise<void>>();
const next = new WeakMap<Element, Turn>();

function inTurn(element: Element, ask: () => Promise<void>): Promise<void> {
  const before = running.get(element);
  const waiting = next.get(element);
  if (waiting) {
    waiting.ask = ask;
    return waiting.done;
  }
  if (!before) {
    const now = ask().finally(() => running.delete(element));
    running.set(element, now);
    return now;
  }
  const turn: Turn = { ask, done: Promise.resolve() };
  turn.done = before.catch(() => undefined).then(() => {
    next.delete(element);
    return inTurn(element, turn.ask);
  });
  next.set(element, turn);
  return turn.done;
}

/** Done when the part is in the page; of what is asked for the same part meanwhile the last counts. */
export function fetchPart(url: string, target: Element, swap = "outerHTML"): Promise<void> {
  return inTurn(target, () => htmx.ajax("GET", url, { target, swap, source: target }));
}

const sentences: Record<number, string> = { 404: "gone", 403: "gone", 410: "gone", 429: "too_fast" };

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = (event as CustomEvent).detail;
  if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:before:response", (event) => {
  if (signedOut((event as CustomEvent).detail.ctx.response.raw)) event.preventDefault();
});
document.addEventListener("htmx:response:error", (event) => {
  const status = (event as CustomEvent).detail.ctx.response.status as number;
  if (status !== 422 && status !== 409) trouble(sentences[status] ?? "server_trouble");
});
document.addEventListener("htmx:error", () => {
  if (navigator.onLine) trouble("server_trouble");
});

export { htmx };
