// What a mail can hold beyond plain formatting: fields, pictures of its own, and the signature.
import { InputRule, Node, mergeAttributes } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import Link from "@tiptap/extension-link";
import { TableKit } from "@tiptap/extension-table";

/** What the server knows of fields: what people call them, and what they say for this mail. */
export interface Fields {
  label: (name: string) => string;
  value: (name: string) => string | null;
}

const FIELD = /\{\{\s*([a-z_]+\.[a-z0-9_]+)\s*(?:\|\s*["“”]([^"“”]*)["“”]\s*)?\}\}/;

export function written(name: string, fallback: string): string {
  return fallback ? `{{ ${name} | "${fallback}" }}` : `{{ ${name} }}`;
}

/** Fields that stand as plain words in a text become chips. */
export function chipped(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walk.nextNode()) texts.push(walk.currentNode as Text);
  for (let text of texts) {
    if (text.parentElement?.closest(".fio_field")) continue;
    for (let found = FIELD.exec(text.data); found; found = FIELD.exec(text.data)) {
      const rest = text.splitText(found.index);
      const after = rest.splitText(found[0].length);
      const chip = page.createElement("span");
      chip.className = "fio_field";
      chip.textContent = found[0];
      rest.replaceWith(chip);
      text = after;
    }
  }
  return page.body.innerHTML;
}

/** Chips are drawn from what the server said, anew when it says otherwise. */
export function drawChips(place: ParentNode, fields: Fields): void {
  for (const chip of place.querySelectorAll<HTMLElement>(".field-chip")) {
    const name = chip.dataset["field"]!;
    const known = fields.value(name);
    const value = known || chip.dataset["fallback"] || "";
    chip.dataset["state"] = known === null ? "open" : value ? "there" : "empty";
    chip.textContent = known === null ? fields.label(name) : value || fields.label(name);
  }
}

export const fieldNode = (fields: Fields): Node =>
  Node.create({
    name: "field",
    group: "inline",
    inline: true,
    atom: true,
    addAttributes: () => ({ name: { default: "" }, fallback: { default: "" } }),
    parseHTML: () => [{
      tag: "span.fio_field",
      getAttrs: (element) => {
        const found = FIELD.exec((element as HTMLElement).textContent ?? "");
        return found ? { name: found[1], fallback: found[2] ?? "" } : false;
      },
    }],
    renderHTML: ({ node }) => ["span", { class: "fio_field" }, written(node.attrs["name"] as string, node.attrs["fallback"] as string)],
    renderText: ({ node }) => written(node.attrs["name"] as string, node.attrs["fallback"] as string),
    addNodeView: () => ({ node }) => {
      const dom = document.createElement("span");
      const [name, fallback] = [node.attrs["name"] as string, node.attrs["fallback"] as string];
      const value = fields.value(name) || fallback;
      dom.className = "field-chip";
      dom.dataset["field"] = name;
      dom.dataset["fallback"] = fallback;
      dom.dataset["state"] = fields.value(name) === null ? "open" : value ? "there" : "empty";
      dom.textContent = fields.value(name) === null ? fields.label(name) : value || fields.label(name);
      dom.title = written(name, fallback);
      return { dom };
    },
    addInputRules() {
      return [new InputRule({
        find: new RegExp(`${FIELD.source}$`),
        handler: ({ range, match, chain }) => {
          chain().insertContentAt(range, { type: this.name, attrs: { name: match[1], fallback: match[2] ?? "" } }).run();
        },
      })];
    },
  });

export const Signature = Node.create({
  name: "signature",
  group: "block",
  content: "block+",
  defining: true,
  isolating: true,
  parseHTML: () => [{ tag: "div.fio_signature" }],
  renderHTML: () => ["div", { class: "fio_signature" }, 0],
});

/** A picture of the mail itself stands as `cid:…@inline`, which is shown from the server. */
export const pictureNode = (address: (uid: string) => string) =>
  Image.extend({
    addNodeView: () => ({ node, HTMLAttributes }) => {
      const dom = document.createElement("img");
      const source = String(node.attrs["src"] ?? "");
      const own = /^cid:([0-9a-f-]{36})@inline$/.exec(source);
      for (const [key, value] of Object.entries(mergeAttributes(HTMLAttributes))) if (value) dom.setAttribute(key, String(value));
      dom.src = own ? address(own[1]!) : source;
      return { dom };
    },
  }).configure({ inline: true, allowBase64: false });

// As the sanitiser writes links, so that a mail passes it unchanged
export const Outward = Link.configure({
  openOnClick: false,
  protocols: ["http", "https", "mailto"],
  HTMLAttributes: { target: "_blank", rel: "noopener noreferrer nofollow" },
});

const CELL = "border:1px solid #c8c8c8;padding:4px 8px;vertical-align:top;min-width:64px";
export const Tables = TableKit.configure({
  table: { resizable: false, renderWrapper: false, HTMLAttributes: { style: "border-collapse:collapse" } },
  tableCell: { HTMLAttributes: { style: CELL } },
  tableHeader: { HTMLAttributes: { style: `${CELL};text-align:left` } },
});
