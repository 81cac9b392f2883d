"""Records as the timeline sees them: which kinds there are, and how their changes are told."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from crm.fields import phones
from crm.fields.facts import Fact
from crm.fields.models import Label, Visibility, kinds
from crm.fields.queries import facts_of, labels_of
from crm.timeline.subjects import Change, Source
from crm.ui import times


def tell(kind: str, rows: Sequence[Mapping[str, Any]]) -> list[list[Change]]:
    """What each of these events changed, in words; two queries however many there are."""
    model = kinds()[kind]
    facts = {fact.column: fact for fact in facts_of(model).values()}
    labels = {label.pk: label for label in labels_of(kind)}
    return [_changes(row, facts, labels) for row in rows]


def _changes(
    row: Mapping[str, Any], facts: Mapping[str, Fact], labels: Mapping[int, Label]
) -> list[Change]:
    words: Mapping[str, Any] = row.get("words") or {}
    found = []
    for name, pair in (row.get("changes") or {}).items():
        fact = facts.get(name)
        if fact is None or not isinstance(pair, list) or len(pair) != 2:
            continue
        before, after = words.get(name) or [_shown(fact, value, labels) for value in pair]
        found.append(Change(str(fact.label), before, after))
    return found


def _shown(fact: Fact, value: Any, labels: Mapping[int, Label]) -> str:
    """A value that an event kept, as people read it; an id of something else says nothing."""
    if value is None or value == "" or value == []:
        return ""
    if fact.type == "labels":
        return ", ".join(labels[pk].name for pk in value if pk in labels)
    if fact.type == "visibility":
        return str(dict(Visibility.choices).get(value, value))
    if fact.type == "choice":
        return fact.words_of(value)
    if fact.type == "yes_no":
        return _("Yes") if value else _("No")
    if fact.type in ("member", "person", "organization", "row"):
        return ""
    return _plain(fact.type, value)


def _plain(type: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(type, _first(each)) for each in value)))
    if isinstance(value, Mapping):
        return " ".join(str(each) for each in value.values() if each)
    try:
        if type == "phones":
            return phones.shown(value)
        if type == "date":
            return times.day_short(date.fromisoformat(value))
        if type == "moment":
            return times.moment(datetime.fromisoformat(value))
        if type in ("money", "number"):
            return str(format_decimal(Decimal(str(value)), locale=times.locale()))
    except (ValueError, InvalidOperation):
        return str(value)
    return str(value)


def _first(value: Any) -> Any:
    """Of an address and its label, the address."""
    return value[0] if isinstance(value, list) and value else value


SOURCE = Source(kinds=kinds, tell=tell)
