// Files travel while the text is written; each shows how far it is and can be stopped.
import { command } from "./commands";
import { all, copyOf, one } from "./dom";
import { showToast } from "./toast";
import { say } from "./words";

// As the server has it: nothing of a larger file is sent for naught
const LIMIT = 25_000_000;

const csrf = (): string => one<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** What the server says is wrong with a file, where it says anything. */
function reason(answer: string): string | undefined {
  try {
    const { errors } = JSON.parse(answer) as { errors?: { message: string }[] };
    return errors?.[0]?.message || undefined;
  } catch {
    return undefined;
  }
}

class Uploads extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const item = (event.target as Element).closest("button")?.closest(".upload");
      if (!item) return;
      item.dispatchEvent(new Event("fio:stop"));
      item.remove();
      this.#changed();
    });
  }

  get running(): boolean {
    return !!one('[data-state="running"]', this);
  }

  get failed(): HTMLElement | null {
    return one('[data-state="failed"]', this);
  }

  get count(): number {
    return all(".upload", this).length;
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      if (file.size > LIMIT) showToast({ text: say("too_big", { name: file.name }), trouble: true });
      else this.#travel(file);
    }
  }

  /** A file the server has already, of a template or a record. */
  keep(file: { uid: string; filename: string; size: number }): void {
    if (all<HTMLInputElement>("input[name=upload]", this).some((input) => input.value === file.uid)) return;
    const item = copyOf("upload-template");
    if (!item) return;
    one("[data-name]", item)!.textContent = file.filename;
    one(".file-kind", item)!.textContent = file.filename.split(".").at(-1)!.slice(0, 4).toUpperCase();
    one("button", item)!.setAttribute("aria-label", say("stop_upload", { name: file.filename }));
    one("progress", item)?.remove();
    one("[data-size]", item)!.textContent = size(file.size);
    one<HTMLInputElement>("input", item)!.value = file.uid;
    item.dataset["state"] = "there";
    this.append(item);
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #travel(file: File): void {
    const item = copyOf("upload-template");
    if (!item) return;
    const [name, meta] = [one("[data-name]", item)!, one("[data-size]", item)!];
    const bar = one<HTMLProgressElement>("progress", item)!;
    name.textContent = file.name;
    one(".file-kind", item)!.textContent = file.name.split(".").at(-1)!.slice(0, 4).toUpperCase();
    one("button", item)!.setAttribute("aria-label", say("stop_upload", { name: file.name }));
    bar.max = file.size;
    item.dataset["state"] = "running";
    this.append(item);

    const request = new XMLHttpRequest();
    const draw = (done: number): void => {
      bar.value = done;
      meta.textContent = `${size(done)} / ${size(file.size)}`;
      bar.ariaLabel = say("uploading", { name: file.name, done: size(done), total: size(file.size) });
    };
    const fail = (why = say("upload_failed", { name: file.name })): void => {
      item.dataset["state"] = "failed";
      meta.textContent = why;
      bar.remove();
    };
    draw(0);
    request.upload.onprogress = (event) => draw(event.loaded);
    request.onerror = () => fail();
    request.onload = () => {
      if (request.status >= 300) return fail(reason(request.responseText));
      const { uid } = JSON.parse(request.responseText) as { uid: string };
      item.dataset["state"] = "there";
      one<HTMLInputElement>("input", item)!.value = uid;
      bar.remove();
      meta.textContent = size(file.size);
      this.#changed();
    };
    item.addEventListener("fio:stop", () => request.abort());
    const body = new FormData();
    body.set("file", file);
    request.open("POST", this.dataset["url"]!);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.send(body);
  }
}

customElements.define("fio-uploads", Uploads);

// Files of a form that is no composer: chosen by its button, and waited for before it is saved
command("add-files", (source) => {
  const uploads = source?.closest("form")?.querySelector<Uploads>("fio-uploads");
  if (!uploads) return false;
  const picker = document.createElement("input");
  picker.type = "file";
  picker.multiple = true;
  picker.addEventListener("change", () => uploads.add(picker.files ?? []));
  picker.click();
  return true;
});
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLElement;
  if (form.closest("fio-composer") || !form.querySelector<Uploads>("fio-uploads")?.running) return;
  event.preventDefault();
  showToast({ text: say("uploads_running"), trouble: true });
}, true);
export type { Uploads };
