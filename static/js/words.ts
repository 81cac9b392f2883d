// The sentences of crm/ui/words.py, already in the reader's language.
type Sentence = string | [one: string, many: string];

const source = document.getElementById("words")?.textContent ?? "{}";
const sentences = JSON.parse(source) as Record<string, Sentence>;
const plural = new Intl.PluralRules(document.documentElement.lang || "en");

export function say(key: string, values: Record<string, string | number> = {}): string {
  const found = sentences[key] ?? key;
  const one = plural.select(Number(values["count"] ?? 1)) === "one";
  const text = typeof found === "string" ? found : found[one ? 0 : 1];
  return text.replace(/%\((\w+)\)s/g, (_, name: string) => String(values[name] ?? ""));
}
