// Short words for what every behaviour does with the page.
export function one<T extends HTMLElement = HTMLElement>(
  selector: string,
  within: ParentNode = document,
): T | null {
  return within.querySelector<T>(selector);
}

export function all<T extends HTMLElement = HTMLElement>(
  selector: string,
  within: ParentNode = document,
): T[] {
  return [...within.querySelectorAll<T>(selector)];
}

export function copyOf(templateId: string): HTMLElement | null {
  const template = document.getElementById(templateId);
  if (!(template instanceof HTMLTemplateElement)) return null;
  return (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement | null;
}

/** A field that was hidden with its dialog keeps the focus until the next drawing. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.checkVisibility() &&
    (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"))
  );
}

export function later(run: () => void, ms: number): { call: () => void; now: () => void; stop: () => void } {
  let timer = 0;
  const stop = (): void => clearTimeout(timer);
  const now = (): void => {
    stop();
    run();
  };
  return { stop, now, call: () => { stop(); timer = window.setTimeout(run, ms); } };
}
