// One line of text with fields in it, drawn as in the text of a mail; loaded when a subject has the first one.
import { Editor } from "@tiptap/core";
import Document from "@tiptap/extension-document";
import Paragraph from "@tiptap/extension-paragraph";
import Text from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions";
import { chipped, drawChips, fieldNode } from "./editor_nodes";
import { Offer } from "./offer";
import type { Source } from "./subject";

const Single = Document.extend({ content: "paragraph" });
const MARKS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export interface Line {
  /** With a place, so many letters and fields from the beginning. */
  focus: (at?: number) => void;
  insertField: (name: string) => void;
  draw: (text: string) => void;
  destroy: () => void;
}

interface Options {
  place: HTMLElement;
  text: string;
  label: string;
  /** What the list of fields is called. */
  offers: string;
  most: number;
  source: Source;
  onChange: (text: string) => void;
  onEnter: () => void;
}

const dressed = (text: string): string => chipped(`<p>${text.replace(/[&<>]/g, (letter) => MARKS[letter]!)}</p>`);

export function writeLine(options: Options): Line {
  const { place, source } = options;
  const field = (name: string): { type: string; attrs: Record<string, string> } => ({ type: "field", attrs: { name } });
  const offer = new Offer(place, options.offers, {
    "{": (typed) => source.offered(typed, (name) => {
      const { from } = editor.state.selection;
      editor.chain().focus().deleteRange({ from: from - offer.length, to: from }).insertContent(field(name)).run();
    }),
  });
  const before = (): string => {
    const { $from, empty } = editor.state.selection;
    return empty ? $from.parent.textBetween(0, $from.parentOffset, "\n", "\uFFFC") : "";
  };
  const editor: Editor = new Editor({
    element: place,
    extensions: [Single, Paragraph, Text, UndoRedo, fieldNode(source)],
    content: dressed(options.text),
    injectCSS: false,
    parseOptions: { preserveWhitespace: "full" },
    editorProps: {
      attributes: { role: "textbox", "aria-label": options.label, spellcheck: "true" },
      handleKeyDown: (_view, event) => {
        if (offer.key(event, before())) return true;
        if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return false;
        options.onEnter();
        return true;
      },
      handlePaste: (_view, event) => {
        const text = event.clipboardData?.getData("text/plain").replace(/\s+/g, " ") ?? "";
        editor.chain().focus().insertContent(dressed(text).replace(/^<p>|<\/p>$/g, "")).run();
        return true;
      },
      handleDrop: () => true,
    },
    onUpdate: () => options.onChange(editor.getText().slice(0, options.most > 0 ? options.most : undefined)),
    onTransaction: ({ transaction }) => {
      if (transaction.docChanged) void offer.look(before(), editor.view.coordsAtPos(editor.state.selection.from));
    },
    onBlur: () => offer.close(),
  });
  return {
    focus: (at) => {
      editor.commands.setTextSelection(at === undefined ? editor.state.doc.content.size - 1 : at + 1);
      // At once: the next key comes behind it
      editor.view.focus();
    },
    insertField: (name) => { editor.chain().focus().insertContent(field(name)).run(); },
    draw: (text) => {
      if (text !== editor.getText()) editor.commands.setContent(dressed(text), { emitUpdate: false });
      drawChips(place, source);
    },
    destroy: () => editor.destroy(),
  };
}
