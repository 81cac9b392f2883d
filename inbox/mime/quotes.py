"""Own words, quoted words and signatures of a text, told apart in one pass over its lines."""

import re
from collections.abc import Sequence
from typing import Literal

from inbox.mime import attribution
from inbox.mime.folding import fold_html

__all__ = ["Piece", "fold_html", "own_words", "split_text"]

Piece = Literal["own", "quote", "signature"]
# One letter per line: o own, q quoted, a introduces a quote, s signature.
Marks = list[str]

QUOTED = re.compile(r"[ \t]*(?:>|[A-Z]{1,3}>|\|(?:$|[ \t](?![^\n]*\|\s*$)))")
# What every line that introduces a quote holds, unless the quote follows at once.
HINT = re.compile(r"[:：@]|--|__|==|\*\*")
DASHES = re.compile(r"(?:--|—|–|__)[ \t\xa0]*")
LONG_RULE = re.compile(r"_{8,}\s*")
DEVICE = re.compile(
    r"(?:(?:sent (?:from|via|with|using)|enviad[oa] (?:do|da|de|desde|a partir|pel[oa])|"
    r"gesendet (?:von|mit|über)|envoyé (?:de|depuis|à partir)|inviato da|"
    r"verzonden (?:van|vanaf|met)|verstuurd vanaf|skickat från|sendt fra|wysłane z|odesláno z|"
    r"отправлено (?:с|из)|надіслано з)\b|von meinem\b.{1,40}gesendet|"
    r"(?:get|obter o|obtenir|télécharger|obtener|scarica|ottieni|download|holen sie sich|"
    r"hämta|få|pobierz) outlook (?:for|para|pour|per|voor|für|för|til|dla)\b|"
    r"lähetetty (?=iphon|ipad|samsung|puhelim)|(?=.{0,40}(?:iphone|ipad|galaxy|android))"
    r".{1,40}(?:gönderildi|から送信|发送|傳送|에서 보냄))"
    r"[^,.!?\n]{0,80}(?:<https?://\S{1,200}>)?",
    re.I,
)
SIGNATURE_LINES = 20
FOOTER_LINES = 12
SCANNED = 20_000  # lines; what follows is taken as it stands


def own_words(text: str) -> str:
    """Return what the sender wrote: without quoted mail and without the signature.

    Quoted lines with an answer below them stay, for the answer means nothing without them; a mail
    that is all quote is returned whole.
    """
    lines = text.split("\n")
    marks = _marks(lines)
    _forget_answered(marks, lines)
    own = [line for line, mark in zip(lines, marks, strict=True) if mark == "o"]
    return "\n".join(own).strip("\n").rstrip() or _unmarked(lines, marks)


def split_text(text: str) -> list[tuple[Piece, str]]:
    """Return the text as (kind, lines) pieces in order; joined by line ends they are the text."""
    lines = text.split("\n")
    names: dict[str, Piece] = {"o": "own", "q": "quote", "a": "quote", "s": "signature"}
    pieces: list[tuple[Piece, list[str]]] = []
    for line, mark in zip(lines, _marks(lines), strict=True):
        if pieces and pieces[-1][0] == names[mark]:
            pieces[-1][1].append(line)
        else:
            pieces.append((names[mark], [line]))
    return [(kind, "\n".join(each)) for kind, each in pieces]


def _unmarked(lines: Sequence[str], marks: Marks) -> str:
    return "" if "s" in marks or "a" in marks else "\n".join(lines).strip()


def _marks(lines: Sequence[str]) -> Marks:
    """Return one letter for each line."""
    marks: Marks = ["q" if QUOTED.match(line) else "o" for line in lines[:SCANNED]]
    marks += ["o"] * (len(lines) - len(marks))
    for at in range(min(len(lines), SCANNED)):
        if marks[at] == "o" and _introduces(lines, marks, at):
            break
    _sign(lines, marks)
    _trim(lines, marks)
    return marks


def _introduces(lines: Sequence[str], marks: Marks, at: int) -> bool:
    """Mark the introduction that ends or begins at a line; True when the rest is quoted mail."""
    line = lines[at]
    if not (HINT.search(line) or marks[at + 1 : at + 2] == ["q"]) or not line.strip():
        return False
    if attribution.is_mark(line) or attribution.is_header_block(lines, at):
        return _copied(lines, marks, at)
    back = attribution.begins(lines, at)
    if back < 0 or "q" in marks[at - back : at]:
        return False
    marks[at - back : at + 1] = "a" * (back + 1)
    following = _next_line(lines, at + 1)
    if following < len(lines) and marks[following] == "q":
        marks[at + 1 : following] = "q" * (following - at - 1)
        return False
    return _rest(lines, marks, at - back, at + 1)


def _copied(lines: Sequence[str], marks: Marks, at: int) -> bool:
    """Mark copied headers with the rules above and around them, and what they introduce."""
    start = at
    while start and marks[start - 1] == "o" and _is_space(lines[start - 1]):
        start -= 1
    end = at + 1
    while end < len(lines) and lines[end].strip() and end - at < 40:
        end += 1
    if attribution.is_mark(lines[at]):
        block = _next_line(lines, at + 1)
        if block < len(lines) and attribution.is_header_block(lines, block):
            end = block + 1
            while end < len(lines) and lines[end].strip() and end - block < 40:
                end += 1
    marks[start:end] = "a" * (end - start)
    return _rest(lines, marks, start, end)


def _rest(lines: Sequence[str], marks: Marks, start: int, end: int) -> bool:
    """Mark all below an introduction as quoted, unless nothing of one's own stands above it."""
    if any(mark == "o" and line.strip() for line, mark in zip(lines[:start], marks, strict=False)):
        marks[end:] = "q" * (len(marks) - end)
        return True
    return False


def _is_space(line: str) -> bool:
    return not line.strip() or attribution.is_rule(line)


def _next_line(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _sign(lines: Sequence[str], marks: Marks) -> None:
    """Mark the signature: below "-- ", below a long rule near the end, or a device's last line."""
    end = _last(lines, marks, "qa")
    for at in range(max(0, end - SIGNATURE_LINES), end):
        if marks[at] == "o" and DASHES.fullmatch(lines[at]) and at > 0:
            _mark_own(marks, at, end)
            return
    bottom = _last(lines, marks, "")
    for at in range(max(0, bottom - FOOTER_LINES), bottom):
        if marks[at] == "o" and at and LONG_RULE.fullmatch(lines[at]):
            _mark_own(marks, at, bottom)
            return
    if bottom and marks[bottom - 1] == "o" and DEVICE.fullmatch(lines[bottom - 1].strip()):
        # Above a quote such a line may be a sentence of the writer's own, and stays.
        marks[bottom - 1] = "s"


def _mark_own(marks: Marks, start: int, end: int) -> None:
    marks[start:end] = ["s" if mark == "o" else mark for mark in marks[start:end]]


def _last(lines: Sequence[str], marks: Marks, passed: str) -> int:
    """Return the end of the text when empty lines and lines with the given marks are passed."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or marks[end - 1] in passed):
        end -= 1
    return end


def _trim(lines: Sequence[str], marks: Marks) -> None:
    """Take rules that separate nothing any more away from the end of one's own words."""
    end = len(lines)
    while end and (marks[end - 1] != "o" or _is_space(lines[end - 1])):
        if marks[end - 1] == "o" and lines[end - 1].strip():
            marks[end - 1] = "s"
        end -= 1


def _forget_answered(marks: Marks, lines: Sequence[str]) -> None:
    """Give quoted lines back that have own words both around and below them."""
    own = [at for at, mark in enumerate(marks) if mark == "o" and lines[at].strip()]
    introduced = "a" in marks[: own[0]] if own else True
    if own:
        first = own[0] if introduced else 0
        marks[first : own[-1]] = ["o" if mark == "q" else mark for mark in marks[first : own[-1]]]
