// The rich text editor, loaded when somebody starts to write. Its HTML stays within what mail can show.
import { Editor, type Extensions } from "@tiptap/core";
import Blockquote from "@tiptap/extension-blockquote";
import Bold from "@tiptap/extension-bold";
import Document from "@tiptap/extension-document";
import HardBreak from "@tiptap/extension-hard-break";
import Image from "@tiptap/extension-image";
import Italic from "@tiptap/extension-italic";
import Link from "@tiptap/extension-link";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import Paragraph from "@tiptap/extension-paragraph";
import Strike from "@tiptap/extension-strike";
import Text from "@tiptap/extension-text";
import Underline from "@tiptap/extension-underline";
import { Placeholder, UndoRedo } from "@tiptap/extensions";

// Ctrl Enter sends; only Shift Enter breaks the line.
const Break = HardBreak.extend({
  addKeyboardShortcuts() {
    return { "Shift-Enter": () => this.editor.commands.setHardBreak() };
  },
});

export interface Writing {
  html: () => string;
  text: () => string;
  focus: () => void;
  format: (name: string, value?: string) => void;
  isOn: (name: string) => boolean;
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
}

function extensions(placeholder: string): Extensions {
  return [
    Document, Paragraph, Text, Break, Bold, Italic, Underline, Strike, Blockquote,
    BulletList, OrderedList, ListItem, ListKeymap, UndoRedo,
    Image.configure({ inline: true, allowBase64: false }),
    Link.configure({ openOnClick: false, protocols: ["http", "https", "mailto"] }),
    Placeholder.configure({ placeholder }),
  ];
}

export function write(options: Options): Writing {
  const files = (list: FileList | undefined): boolean => {
    if (!list?.length) return false;
    options.onFiles([...list]);
    return true;
  };
  const editor = new Editor({
    element: options.place,
    extensions: extensions(options.placeholder),
    content: options.html,
    injectCSS: false,
    editorProps: {
      attributes: {
        role: "textbox", "aria-multiline": "true", "aria-label": options.label, spellcheck: "true",
      },
      handlePaste: (_view, event) => files(event.clipboardData?.files),
      handleDrop: (_view, event) => files((event as DragEvent).dataTransfer?.files),
    },
    onUpdate: options.onChange,
    onSelectionUpdate: options.onMove,
    onTransaction: options.onMove,
  });

  function format(name: string, value?: string): void {
    const chain = editor.chain().focus();
    if (name === "link") {
      (value ? chain.setLink({ href: value }) : chain.unsetLink()).run();
      return;
    }
    const steps: Record<string, () => typeof chain> = {
      bold: () => chain.toggleBold(), italic: () => chain.toggleItalic(),
      underline: () => chain.toggleUnderline(), strike: () => chain.toggleStrike(),
      bulletList: () => chain.toggleBulletList(), orderedList: () => chain.toggleOrderedList(),
      blockquote: () => chain.toggleBlockquote(),
    };
    steps[name]?.().run();
  }

  return {
    format,
    html: () => (editor.isEmpty ? "" : editor.getHTML()),
    text: () => editor.getText({ blockSeparator: "\n\n" }),
    focus: () => editor.commands.focus("start"),
    isOn: (name) => editor.isActive(name),
    destroy: () => editor.destroy(),
  };
}
