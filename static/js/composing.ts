// What buttons and keys do in a composer: the one they stand in, else the one on the page.
import { command } from "./commands";
import type { Composer } from "./composer";
import { one } from "./dom";
import { send } from "./requests";
import { showToast } from "./toast";
import { say } from "./words";

function nearest(source: HTMLElement | null): Composer | null {
  return source?.closest<Composer>("fio-composer") ?? one<Composer>("fio-composer");
}

command("compose", (source) => {
  // On the page of a record the mail is about it
  if (!source) (one(".quick [data-does=write]") ?? one('a[data-command="compose"]'))?.click();
  return !source;
});
command("send", (source) => { const own = nearest(source); void own?.send(); return !!own; });
command("send-done", (source) => { const own = nearest(source); void own?.send(true); return !!own; });
command("attach", (source) => { one("input[type=file]", nearest(source) ?? document)?.click(); });
command("record-files", (source) => { if (source) void nearest(source)?.aids.openFiles(source); });
command("use-file", (source) => {
  const url = source?.dataset["url"];
  source?.closest<HTMLElement>(".menu")?.hidePopover();
  const own = nearest(source);
  if (url && own) void send(url, new FormData()).then(({ ok, data }) => {
    if (ok) own.uploads?.keep(data as unknown as { uid: string; filename: string; size: number });
    else showToast({ text: say("server_trouble"), trouble: true });
  });
});
command("picture", (source) => {
  const own = nearest(source);
  const picker = document.createElement("input");
  picker.type = "file";
  picker.multiple = true;
  picker.accept = "image/png,image/jpeg,image/gif,image/webp";
  picker.addEventListener("change", () => void own?.addPictures([...(picker.files ?? [])]));
  picker.click();
});
command("templates", (source) => { if (source) void nearest(source)?.aids.openTemplates(source); });
command("fields", (source) => { if (source) void nearest(source)?.aids.openFields(source); });
command("use-template", (source) => {
  const url = source?.dataset["url"];
  source?.closest<HTMLElement>(".menu")?.hidePopover();
  if (url) void nearest(source)?.useTemplate(url);
});
command("insert-field", (source) => {
  source?.closest<HTMLElement>(".menu")?.hidePopover();
  nearest(source)?.insertField(source?.dataset["name"] ?? "");
});
command("save-template", (source) => { if (source?.dataset["url"]) void nearest(source)?.saveAsTemplate(source.dataset["url"]); });
command("format", (source) => { if (source) nearest(source)?.format(source); });
command("format-bar", (source) => {
  const bar = one(".format", nearest(source) ?? document);
  const open = bar?.toggleAttribute("data-open") ?? false;
  if (source) source.ariaPressed = String(open);
  nearest(source)?.resume();
});
command("more-lines", (source) => {
  const line = one(`.line[data-line="${source?.dataset["line"]}"]`, nearest(source) ?? document);
  if (!line || !source) return false;
  line.hidden = false;
  source.remove();
  one<HTMLElement>("fio-recipients", line)?.focus();
  return true;
});
command("close-composer", (source) => { void nearest(source)?.close(); });
command("escape", (source) => {
  const own = source?.closest<Composer>("fio-composer");
  void own?.close();
  return !!own;
});
