"""A row of texts read into a draft, cell by cell; what does not fit is said, not guessed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.contacts.importing import amounts, moments, own, texts
from crm.contacts.importing.drafts import Context, Draft, Row
from crm.contacts.importing.targets import Target
from crm.fields.facts import REFERENCES
from crm.fields.models import Visibility
from crm.workspaces.sheets import is_marked

# Groups that Google puts everybody into
SYSTEM_GROUP = "* "


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file and what it means; `label_at` is the column that labels its values."""

    at: int
    target: Target
    label: str = ""
    label_at: int | None = None


def columns(mapping: Sequence[dict[str, Any]], known: dict[str, Target]) -> list[Column]:
    """The columns that mean something."""
    found = []
    for at, each in enumerate(mapping):
        target = known.get(each.get("to", ""))
        if target is not None:
            found.append(Column(at, target, each.get("label", ""), each.get("label_from")))
    return found


def draft(row: Row, plan: Sequence[Column], context: Context) -> Draft:
    """What a row says, with what does not fit."""
    found = Draft(row)
    cells = row.cells
    for column in plan:
        text = _cell(cells[column.at]) if column.at < len(cells) else ""
        if not text:
            continue
        label = column.label
        if column.label_at is not None and column.label_at < len(cells):
            label = cells[column.label_at].lstrip("* ").strip() or label
        target = column.target
        try:
            _take(found, target, text, label[:40].lower(), context)
        except texts.Unfit as error:
            found.note(error.code, text)
    return found


def _cell(text: str) -> str:
    """A cell as it was before a spreadsheet was kept from computing it."""
    text = text.strip()
    return text[1:] if text.startswith("'") and is_marked(text[1:]) else text


def _take(found: Draft, target: Target, text: str, label: str, context: Context) -> None:
    if target.type in TAKERS:
        TAKERS[target.type](found, target, text, label, context)
    elif target.fact is None:
        found.parts.setdefault(target.name, text)
    elif target.fact.custom:
        _own(found, target, text, context)
    elif target.type in REFERENCES or target.type == "row":
        found.named.setdefault(target.name, text[:200])
    elif target.name not in found.values:
        found.values[target.name] = _value(found, target, text, context)


def _own(found: Draft, target: Target, text: str, context: Context) -> None:
    assert target.fact is not None
    if target.type in ("person", "organization"):
        found.named.setdefault(target.name, text[:200])
    elif target.name not in found.custom:
        found.custom[target.name] = own.own(target.fact, text, context)


def _value(found: Draft, target: Target, text: str, context: Context) -> Any:
    assert target.fact is not None
    order = context.batch.day_order
    if target.type == "date":
        return moments.day(text, order)
    if target.type == "moment":
        return moments.moment(text, order)
    if target.type in ("number", "money"):
        code = amounts.currency(text) if target.type == "money" else ""
        if code:
            found.parts.setdefault("currency", code)
        return amounts.number(text, is_money=target.type == "money")
    if target.type == "choice":
        return own.choice(target.fact, text)
    if target.type == "phone":
        return texts.phone(text, context.batch.region)
    return text


def _emails(found: Draft, _target: Target, text: str, label: str, _context: Context) -> None:
    known = {address for address, _label in found.emails}
    for part in texts.several(text):
        try:
            address = texts.email(part)
        except texts.Unfit as error:
            found.note(error.code, part)
            continue
        if address not in known:
            known.add(address)
            found.emails.append((address, label))


def _phones(found: Draft, _target: Target, text: str, label: str, context: Context) -> None:
    known = {number for number, _label in found.phones}
    for part in filter(None, map(str.strip, texts.LINES.split(text))):
        number = texts.phone(part, context.batch.region)
        if number not in known:
            known.add(number)
            found.phones.append((number, label))


def _labels(found: Draft, _target: Target, text: str, _label: str, context: Context) -> None:
    for part in texts.known_among(text, lambda one: one.casefold() in context.labels):
        if not part.startswith(SYSTEM_GROUP) and part[:40] not in found.labels:
            found.labels.append(part[:40])


def _note(found: Draft, _target: Target, text: str, _label: str, _context: Context) -> None:
    if text not in found.notes:
        found.notes.append(text)


def _words(found: Draft, target: Target, text: str, _label: str, _context: Context) -> None:
    known = found.values.setdefault(target.name, [])
    known += [part.lower()[:253] for part in texts.several(text) if part.lower() not in known]


def _owner(found: Draft, target: Target, text: str, _label: str, context: Context) -> None:
    if target.name != "owner":
        _own(found, target, text, context)
        return
    found.owner = context.members.get(text.casefold())
    if found.owner is None:
        found.note("no_member", text)


def _visibility(found: Draft, _target: Target, text: str, _label: str, _context: Context) -> None:
    plain = text.casefold()
    for key, words in Visibility.choices:
        if plain in (key, str(words).casefold()):
            found.values["visibility"] = key
            return
    raise texts.Unfit("bad_choice")


TAKERS: dict[str, Callable[[Draft, Target, str, str, Context], None]] = {
    "emails": _emails,
    "phones": _phones,
    "labels": _labels,
    "words": _words,
    "note": _note,
    "member": _owner,
    "visibility": _visibility,
}
