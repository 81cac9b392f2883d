// Every action has a name. Buttons say it (data-command), keys and the palette call it.
export type Run = (source: HTMLElement | null) => boolean | void;

const runs = new Map<string, Run[]>();

/** Register; the last one registered is asked first, and false means "not mine". */
export function command(name: string, run: Run): void {
  runs.set(name, [run, ...(runs.get(name) ?? [])]);
}

export function perform(name: string, source: HTMLElement | null = null): boolean {
  for (const run of runs.get(name) ?? []) if (run(source) !== false) return true;
  return false;
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey) return;
  const source = (event.target as Element).closest<HTMLElement>("[data-command]");
  if (!source || source.getAttribute("aria-disabled") === "true") return;
  if (perform(source.dataset["command"]!, source)) event.preventDefault();
});
