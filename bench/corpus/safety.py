"""Check 7: HTML mail in headless Chromium, with nothing but its own harmlessness to rely on.

The documents are framed without sandbox and without a policy, scripts allowed; then the attacks
are framed as they came, with the sandbox and the policy of the page, which must hold alone as well.
"""

from collections.abc import Sequence
from pathlib import Path

from bench import ground
from bench.corpus import checks, frames, payloads
from bench.corpus.payloads import Document
from inbox.mime import clean
from inbox.views import body

__all__ = ["ground", "run"]

LOST = 0.99
BATCH = 100
INSPECT = """documents => documents.map(html => {
  const found = [], tree = new DOMParser().parseFromString(html, "text/html");
  const active = "script,iframe,frame,frameset,object,embed,applet,form,input,button,select," +
    "textarea,base,link,meta[http-equiv],svg,math,video,audio,source,track,template,noscript," +
    "portal,body style";
  for (const each of tree.querySelectorAll(active)) found.push(each.outerHTML.slice(0, 80));
  for (const each of tree.querySelectorAll("*")) for (const {name, value} of each.attributes) {
    const bare = value.replace(/[\\x00-\\x20]/g, "");
    if (/^on/i.test(name)) found.push(name);
    if (/^(href|src|action|formaction|poster|background|data|xlink:href|srcset|ping)$/i.test(name)
        && /^(javascript|vbscript|data:(?!image\\/(png|jpe?g|gif|webp)))/i.test(bare))
      found.push(name + "=" + value.slice(0, 60));
    if (name === "style" && /url\\(|expression|behavior|-moz-binding|@import/i.test(bare))
      found.push("style=" + value.slice(0, 60));
  }
  for (const each of tree.querySelectorAll("style"))
    if (/url\\(|@import|expression\\(/i.test(each.textContent)) found.push("style sheet");
  return found;
})"""
WORDS = """pairs => pairs.map(([before, after]) => {
  const words = (html) => {
    const tree = new DOMParser().parseFromString(html, "text/html"), found = [];
    for (const each of tree.querySelectorAll("script,style,title,head")) each.remove();
    const walker = tree.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.push(...walker.currentNode.data.split(/\\s+/).filter(Boolean));
    return found;
  };
  const kept = words(after), whole = kept.join(""), counts = new Map();
  for (const word of kept) counts.set(word, (counts.get(word) || 0) + 1);
  const lost = words(before).filter(word => {
    const left = counts.get(word) || 0;
    counts.set(word, left - 1);
    return left < 1 && !(word.length > 3 && whole.includes(word));
  });
  return [words(before).length, lost.length, lost.slice(0, 8).join(" ")];
})"""


def run(pile: Path, only: list[str] | None) -> list[checks.Check]:
    """Clean, frame and inspect all of it."""
    check = checks.Check(7, "HTML that means harm")
    attacks = list(payloads.attacks(pile))
    puzzles, mails = list(payloads.puzzles(pile)), list(payloads.mails(pile))
    every = attacks + puzzles + mails
    cleaned = [clean.clean_html(each.html) for each in every]
    check.notes.append(
        f"{len(attacks)} attacks, {len(puzzles)} puzzles of parsers, {len(mails)} HTML mails"
    )
    changed = [e.name for e, html in zip(every, cleaned, strict=True) if _changes(html)]
    check.none("documents that cleaning again changes", changed)
    documents = [_document(html) for html in cleaned]
    with frames.room() as room:
        _inspect(check, room, every, documents)
        _frame(check, room, [each.name for each in every], documents, "cleaned, in a bare frame")
        room.policy, room.sandbox = body.policy(), body.SANDBOX
        names, raw = [each.name for each in attacks], [each.html for each in attacks]
        _frame(check, room, names, raw, "as they came, in the page's frame")
        _words(check, room, mails, cleaned[-len(mails) :])
    return [check]


def _changes(html: str) -> bool:
    return clean.clean_html(html) != html


def _document(html: str) -> str:
    return clean.document(html, images=False, cid_urls={}, image_url=None)


def _inspect(
    check: checks.Check, room: frames.Room, every: Sequence[Document], documents: Sequence[str]
) -> None:
    batches = [documents[at : at + BATCH] for at in range(0, len(documents), BATCH)]
    answers = [found for batch in room.ask(INSPECT, batches) for found in batch]
    active = [
        f"{each.name}{checks.QUOTES}{', '.join(found)}"
        for each, found in zip(every, answers, strict=True)
        if found
    ]
    check.none("documents with active elements, handlers or script addresses", active)


def _frame(
    check: checks.Check,
    room: frames.Room,
    names: Sequence[str],
    documents: Sequence[str],
    how: str,
) -> None:
    seen = room.show(names, documents)
    check.none(f"dialogs ({len(documents)} {how})", seen.dialogs)
    check.none(f"navigations ({how})", seen.navigations)
    check.none(f"requests to other hosts ({how})", seen.requests)


def _words(
    check: checks.Check, room: frames.Room, mails: Sequence[Document], cleaned: Sequence[str]
) -> None:
    """How many words of real mails are left; what a mail reader never shows is not counted."""
    pairs = [[each.html, html] for each, html in zip(mails, cleaned, strict=True)]
    batches = [pairs[at : at + BATCH] for at in range(0, len(pairs), BATCH)]
    found = [answer for batch in room.ask(WORDS, batches) for answer in batch]
    total, lost = sum(each[0] for each in found), sum(each[1] for each in found)
    check.share("words of HTML mails kept", total - lost, total, 99)
    for mail, (count, gone, which) in zip(mails, found, strict=True):
        if count and (count - gone) / count < LOST:
            told = f"{mail.name} keeps {count - gone} of {count} words"
            check.short.append(f"{told}{checks.QUOTES}lost: {which}")
