// The rich text editor, loaded when somebody starts to write. Its HTML stays within what mail can show.
import { type ChainedCommands, Editor, type Extensions, getText, getTextSerializersFromSchema } from "@tiptap/core";
import Blockquote from "@tiptap/extension-blockquote";
import Bold from "@tiptap/extension-bold";
import Document from "@tiptap/extension-document";
import HardBreak from "@tiptap/extension-hard-break";
import Italic from "@tiptap/extension-italic";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import Paragraph from "@tiptap/extension-paragraph";
import Strike from "@tiptap/extension-strike";
import Text from "@tiptap/extension-text";
import Underline from "@tiptap/extension-underline";
import { Placeholder, UndoRedo } from "@tiptap/extensions";
import { type Fields, Outward, Signature, Tables, chipped, drawChips, fieldNode, pictureNode, written } from "./editor_nodes";
import { Offer, type Source } from "./offer";
import { bare, cleanPaste } from "./pasting";

// Ctrl Enter sends; only Shift Enter breaks the line.
const Break = HardBreak.extend({
  addKeyboardShortcuts() {
    return { "Shift-Enter": () => this.editor.commands.setHardBreak() };
  },
});

/** Keys are quicker than the event by which the editor hears where the browser put the caret:
 * without this, Enter right after End would still split what was chosen before, and delete it. */
function hearChoice(view: Editor["view"]): void {
  const { domObserver } = view as unknown as { domObserver?: { flush(): void } };
  if (!view.composing) domObserver?.flush();
}

export interface Writing {
  html: () => string;
  /** What is said, without the signature. */
  text: () => string;
  /** Neither a word nor a picture beside the signature. */
  isEmpty: () => boolean;
  /** Write at the top, after what was typed before this stood. */
  begin: (typed: string) => void;
  format: (name: string, value?: string) => void;
  isOn: (name: string) => boolean;
  /** Where the link at the caret leads, or "". */
  link: () => string;
  /** Where the caret stands on the page. */
  caret: () => Pick<DOMRect, "left" | "right" | "top" | "bottom">;
  refocus: () => void;
  /** Go on where the caret stood. */
  resume: () => void;
  insert: (html: string) => void;
  insertField: (name: string, fallback?: string) => void;
  replaceTyped: (html: string) => void;
  addPicture: (uid: string, name: string) => void;
  sign: (html: string, wasSigned: boolean) => void;
  redraw: () => void;
  destroy: () => void;
}

interface Options {
  place: HTMLElement;
  html: string;
  label: string;
  placeholder: string;
  onChange: () => void;
  onMove: () => void;
  onFiles: (files: File[]) => void;
  /** Takes pictures into the text; without it they are files like others. */
  onPictures?: (files: File[]) => void;
  fields?: Fields;
  picture?: (uid: string) => string;
  offers?: Partial<Record<string, Source>>;
  /** What a shortcut stands for: `;name` and Tab. */
  snippet?: (name: string) => string | undefined;
}

const SNIPPET = /;([\p{L}\p{N}_-]{1,40})$/u;
const UNKNOWN: Fields = { label: (name) => name, value: () => null };

function extensions(options: Options): Extensions {
  return [
    Document, Paragraph, Text, Break, Bold, Italic, Underline, Strike, Blockquote,
    BulletList, OrderedList, ListItem, ListKeymap, UndoRedo, Tables, Outward, Signature,
    fieldNode(options.fields ?? UNKNOWN),
    pictureNode(options.picture ?? ((uid) => `cid:${uid}@inline`)),
    Placeholder.configure({ placeholder: options.placeholder }),
  ];
}

/** Pictures go into the text, everything else beside it. */
function sorted(options: Options, list: FileList | undefined): boolean {
  if (!list?.length) return false;
  const every = [...list];
  const isPicture = (file: File): boolean => !!options.onPictures && /^image\/(?:png|jpe?g|gif|webp)$/.test(file.type);
  const pictures = every.filter(isPicture);
  const others = every.filter((file) => !isPicture(file));
  if (pictures.length) options.onPictures?.(pictures);
  if (others.length) options.onFiles(others);
  return true;
}

/** A snippet of one paragraph goes on in the line it is written in. */
function inLine(html: string): string {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const only = body.childNodes.length === 1 ? body.firstElementChild : null;
  return only?.localName === "p" ? only.innerHTML : html;
}

export function write(options: Options): Writing {
  const offer = options.offers ? new Offer(options.place, options.label, options.offers) : null;
  const before = (): string => {
    const { $from, empty } = editor.state.selection;
    return empty ? $from.parent.textBetween(0, $from.parentOffset, "\n", "\uFFFC") : "";
  };

  function expand(): boolean {
    const found = SNIPPET.exec(before());
    const html = found && options.snippet?.(found[1]!.toLowerCase());
    if (!found || html === undefined || html === null) return false;
    replace(found[0].length, inLine(html));
    return true;
  }

  const editor: Editor = new Editor({
    element: options.place,
    extensions: extensions(options),
    content: chipped(options.html),
    injectCSS: false,
    editorProps: {
      attributes: {
        role: "textbox", "aria-multiline": "true", "aria-label": options.label, spellcheck: "true",
      },
      handleDOMEvents: { keydown: (view) => { hearChoice(view); return false; } },
      handleKeyDown: (_view, event) => {
        if (offer?.key(event, before())) return true;
        return event.key === "Tab" && !event.shiftKey && !event.ctrlKey && expand();
      },
      // A word processor brings a picture of the text beside the text itself
      handlePaste: (_view, event) => {
        const data = event.clipboardData;
        const hasWords = !!data?.getData("text/html").replace(/<img[^>]*>|<[^>]+>|\s/g, "");
        return !hasWords && sorted(options, data?.files);
      },
      handleDrop: (_view, event) => sorted(options, (event as DragEvent).dataTransfer?.files),
      transformPastedHTML: (html) => chipped(cleanPaste(html)),
      transformPastedText: (text) => text.replace(/https?:\/\/\S+/g, bare),
    },
    onUpdate: options.onChange,
    onSelectionUpdate: options.onMove,
    onTransaction: ({ transaction }) => {
      options.onMove();
      if (!offer || !transaction.docChanged) return;
      const at = editor.view.coordsAtPos(editor.state.selection.from);
      void offer.look(before(), at);
    },
    onBlur: () => offer?.close(),
  });

  /** Put something where so many letters before the caret stand. */
  function replace(letters: number, html: string): void {
    const { from } = editor.state.selection;
    const chain = editor.chain().focus().deleteRange({ from: from - letters, to: from });
    // Nothing put into an empty line would take the line away, and the caret into the signature
    (html ? chain.insertContent(chipped(html)) : chain).run();
  }

  /** Below what is put here one can write on, also where the signature or nothing follows. */
  function goOn(chain: ChainedCommands): ChainedCommands {
    return chain.command(({ tr }) => {
      const after = tr.selection.$from.after(1);
      if (tr.doc.nodeAt(after)?.type.name !== "paragraph") tr.insert(after, editor.schema.nodes["paragraph"]!.create());
      return true;
    });
  }

  function format(name: string, value?: string): void {
    hearChoice(editor.view);
    // At once, as below: the keys that follow belong into the text
    editor.view.focus();
    const chain = editor.chain().focus();
    if (name === "link") return link(value ? bare(value) : "");
    const steps: Record<string, () => typeof chain> = {
      bold: () => chain.toggleBold(), italic: () => chain.toggleItalic(),
      underline: () => chain.toggleUnderline(), strike: () => chain.toggleStrike(),
      bulletList: () => chain.toggleBulletList(), orderedList: () => chain.toggleOrderedList(),
      blockquote: () => chain.toggleBlockquote(),
      table: () => (editor.isActive("table") ? chain.deleteTable() : goOn(chain).insertTable({ rows: 3, cols: 3, withHeaderRow: true })),
      rowAfter: () => chain.addRowAfter(), columnAfter: () => chain.addColumnAfter(),
      deleteRow: () => chain.deleteRow(), deleteColumn: () => chain.deleteColumn(),
    };
    steps[name]?.().run();
  }

  // What was chosen when the address was asked for: the browser forgets it while one types that
  let held = { from: 0, to: 0, isLink: false };

  function caret(): Pick<DOMRect, "left" | "right" | "top" | "bottom"> {
    hearChoice(editor.view);
    const { from, to } = editor.state.selection;
    held = { from, to, isLink: editor.isActive("link") };
    return editor.view.coordsAtPos(from);
  }

  /** On what is chosen, or the whole link at the caret; with neither the address is its own text. */
  function link(href: string): void {
    const { from, to, isLink } = held;
    const chain = editor.chain().focus().setTextSelection({ from, to }).extendMarkRange("link");
    if (!href) return void chain.unsetLink().run();
    if (from !== to || isLink) return void chain.setLink({ href }).run();
    const text = href.replace(/^(?:mailto|tel):/, "");
    chain.insertContent([{ type: "text", text, marks: [{ type: "link", attrs: { href } }] }, { type: "text", text: " " }]).run();
  }

  /** Another mailbox, another signature; one that was taken out stays out. */
  function sign(html: string, wasSigned: boolean): void {
    let at = -1;
    let size = 0;
    editor.state.doc.descendants((node, position) => {
      if (node.type.name === "signature") [at, size] = [position, node.nodeSize];
      return at < 0;
    });
    const block = html ? `<div class="fio_signature">${chipped(html)}</div>` : "";
    const chain = editor.chain();
    if (at >= 0) chain.deleteRange({ from: at, to: at + size });
    if (block && (at >= 0 || !wasSigned)) chain.insertContentAt(at >= 0 ? at : editor.state.doc.content.size, block);
    chain.run();
  }

  const writing: Writing = {
    format, sign,
    html: () => (editor.isEmpty ? "" : editor.getHTML()),
    text: () => {
      const said: string[] = [];
      const how = { blockSeparator: "\n\n", textSerializers: getTextSerializersFromSchema(editor.schema) };
      editor.state.doc.forEach((node) => { if (node.type.name !== "signature") said.push(getText(node, how)); });
      return said.join("\n\n");
    },
    isEmpty: () => !writing.text().trim() && !options.place.querySelector("img:not(.fio_signature img)"),
    begin: (typed) => {
      editor.commands.focus("start");
      // At once, as above: the next key comes behind it
      editor.view.focus();
      // Its schemes of links are known only with the next tick
      for (const [at, line] of typed.split("\n").entries()) {
        if (at > 0) editor.chain().setMeta("preventAutolink", true).splitBlock().run();
        editor.view.dispatch(editor.state.tr.insertText(line).setMeta("preventAutolink", true));
      }
    },
    isOn: (name) => editor.isActive(name),
    link: () => String(editor.getAttributes("link")["href"] ?? ""),
    caret,
    // At once: the focus of a chain comes with the next frame, after the next key
    refocus: () => { editor.commands.setTextSelection(held); editor.view.focus(); },
    resume: () => editor.view.focus(),
    insert: (html) => { editor.chain().focus().insertContent(chipped(html)).run(); },
    insertField: (name, fallback = "") => { replace(offer?.length ?? 0, `<span class="fio_field">${written(name, fallback)}</span>`); if (offer) offer.length = 0; },
    replaceTyped: (html) => { replace(offer?.length ?? 0, html); if (offer) offer.length = 0; },
    addPicture: (uid, name) => { editor.chain().focus().setImage({ src: `cid:${uid}@inline`, alt: name }).run(); },
    redraw: () => drawChips(options.place, options.fields ?? UNKNOWN),
    destroy: () => editor.destroy(),
  };
  return writing;
}
