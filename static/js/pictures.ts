// Pictures within a text: the server keeps each, and it stands where the caret is.
import type { Writing } from "./editor";
import { send } from "./requests";
import { showToast } from "./toast";
import { say } from "./words";

export async function addPictures(files: File[], url: string, writing: Writing | null): Promise<void> {
  for (const file of files) {
    const body = new FormData();
    body.set("file", file);
    const { ok, data } = await send(url, body);
    if (ok) writing?.addPicture(String(data["uid"]), file.name);
    else showToast({ text: reason(data) || say("upload_failed", { name: file.name }), trouble: true });
  }
}

/** What the server says is wrong with a file, where it says anything. */
export function reason(answer: Record<string, unknown>): string {
  return ((answer["errors"] ?? []) as { message: string }[])[0]?.message ?? "";
}
