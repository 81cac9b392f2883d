// The sentences of crm/ui/words.py, already in the reader's language.
type Sentence = string | [one: string, many: string];

const source = document.getElementById("words")?.textContent ?? "{}";
const sentences = JSON.parse(source) as Record<string, Sentence>;
const language = document.documentElement.lang || "en";
const plural = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

/** A number as the reader writes it: 1,240 or 1.240. */
export const figure = (value: number): string => numbers.format(value);

export function say(key: string, values: Record<string, string | number> = {}): string {
  const found = sentences[key] ?? key;
  const one = plural.select(Number(values["count"] ?? 1)) === "one";
  const text = typeof found === "string" ? found : found[one ? 0 : 1];
  return text.replace(/%\((\w+)\)s/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? figure(value) : value;
  });
}
