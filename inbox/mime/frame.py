"""The whole document a mail is shown as, alone in a sandboxed frame on white."""

import html as entities
import re
from collections.abc import Callable, Mapping

from inbox.mime import images as pictures
from inbox.mime.folding import fold_html
from inbox.mime.linkify import linkify
from inbox.mime.quotes import split_text

Label = Callable[[int], str]

SHEET = re.compile(r"<style>[^<]*</style>")
STYLE = """
:root{color-scheme:light}
html{background:#fff;color:#1b1f24;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
body{margin:0;padding:1px;font:14px/22px -apple-system,"Segoe UI Variable Text","Segoe UI",
Inter,Roboto,"Noto Sans","Liberation Sans",system-ui,sans-serif;
overflow-x:auto;overflow-y:hidden}
img{max-width:100%;position:relative}
img:not([height]){height:auto}
img::before{content:"";position:absolute;inset:0;border:1px dashed #b9b6ae;border-radius:4px;
background:#f3f2ee}
img::after{content:attr(alt);position:absolute;inset:0;display:grid;place-items:center;
overflow:hidden;color:#5b6470;font:12px/16px sans-serif}
pre{white-space:pre-wrap}
blockquote{margin:0 0 0 .6em;padding-left:.8em;border-left:2px solid #d5d9de}
a{color:#0b57d0}
.MsoNormal{margin:0}
body>:first-child,body>div:first-child>:first-child{margin-block-start:0}
body>:last-child{margin-block-end:0}
.fio-text{white-space:pre-wrap}
.fio-quote,.fio-signature{color:#5b6470}
.fio-fold>summary{display:inline-block;list-style:none;cursor:pointer;margin:8px 0;padding:3px 10px;
border:1px solid #dedbd4;border-radius:4px;background:#f8f7f4;color:#494d4c;
font:12px/16px -apple-system,"Segoe UI Variable Text","Segoe UI",Inter,Roboto,"Noto Sans",
"Liberation Sans",system-ui,sans-serif;text-align:left;text-indent:0}
.fio-fold>summary::before{content:"•••";margin-right:8px;letter-spacing:1px}
.fio-fold>summary:hover{background:#efeee9}
.fio-fold>summary::-webkit-details-marker{display:none}
.fio-fold>summary:focus-visible{outline:2px solid #0b6670;outline-offset:2px}
"""
HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="color-scheme" content="light"><meta name="referrer" content="no-referrer">'
    f"<style>{STYLE}</style>"
)


def document(
    clean: str,
    *,
    images: bool,
    cid_urls: Mapping[str, str],
    image_url: Callable[[str], str] | None,
    quote_label: Label = "{} •••".format,
) -> str:
    """Return the frame's document for cleaned HTML.

    Remote images get the address `image_url` makes of theirs, and only when `images` is set;
    images of the mail itself get theirs from `cid_urls` (content id to address) at all times.
    """
    remote = image_url if images else None
    folded = fold_html(clean, label=quote_label)
    sheets = "".join(SHEET.findall(folded))
    body = pictures.shown(SHEET.sub("", folded), remote=remote, cid_urls=cid_urls)
    return _page(sheets, body)


def text_document(text: str, *, quote_label: Label = "{} •••".format) -> str:
    """Return the frame's document for plain text: links made, the quoted mail folded away."""
    return _page("", text_html(text, quote_label=quote_label))


def text_html(text: str, *, quote_label: Label = "{} •••".format) -> str:
    """Return plain text as HTML blocks: own words, quotes (the last one folded), signature."""
    pieces = split_text(text)
    has_own = any(kind == "own" and words.strip() for kind, words in pieces)
    last = len(pieces) - 1
    while last > 0 and (pieces[last][0] == "signature" or not pieces[last][1].strip()):
        last -= 1
    out: list[str] = []
    for place, (kind, words) in enumerate(pieces):
        if not words.strip():
            continue
        name = "fio-text" if kind == "own" else f"fio-text fio-{kind}"
        block = f'<div class="{name}">{linkify(words.strip(chr(10)))}</div>'
        if kind == "quote" and has_own and place == last:
            summary = entities.escape(quote_label(len(words.strip().splitlines())))
            block = f'<details class="fio-fold"><summary>{summary}</summary>{block}</details>'
        out.append(block)
    return "\n".join(out)


def _page(sheets: str, body: str) -> str:
    return f"<!doctype html><html><head>{HEAD}{sheets}</head><body>{body}</body></html>"
