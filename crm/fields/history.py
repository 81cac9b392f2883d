"""Records as the timeline sees them: which kinds there are, and how their changes are told."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from crm.fields import phones
from crm.fields.facts import REFERENCES, Fact
from crm.fields.models import Label, Visibility, kinds
from crm.fields.queries import facts_of, labels_of
from crm.timeline.subjects import Change, Source
from crm.ui import times
from crm.workspaces import permissions
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required


@dataclass(frozen=True, slots=True)
class Known:
    """What ids in events are called: labels by theirs, own references by their public ones.

    Of the records that columns referred to, those (kind, id) whose names may be told.
    """

    labels: Mapping[int, Label]
    names: Mapping[str, str]
    seen: Container[tuple[str, int]]


def tell(member: Membership, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[list[Change]]:
    """What each of these events changed, in words, without names that are not for the member.

    Seven queries at most, however many there are.
    """
    model = kinds()[kind]
    facts = {fact.column: fact for fact in facts_of(model).values()}
    labels = {label.pk: label for label in labels_of(kind)}
    known = Known(labels, _names(member, rows, facts), _seen(member, rows, facts))
    return [_changes(row, facts, known) for row in rows]


def _names(
    member: Membership, rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Fact]
) -> dict[str, str]:
    """What the members and records of own fields are called, as far as the member may know."""
    uids: dict[str, set[str]] = {}
    for row in rows:
        for name, pair in (row.get("changes") or {}).items():
            fact = facts.get(name)
            if fact is not None and fact.custom and fact.type in REFERENCES:
                uids.setdefault(fact.type, set()).update(str(each) for each in pair if each)
    found: dict[str, str] = {}
    for kind, wanted in uids.items():
        if kind == "member":
            named = Membership.objects.using("default").filter(workspace_id=required())
        else:
            named = kinds()[kind].objects.seen_by(member)
        found |= {
            str(uid): name for uid, name in named.filter(uid__in=wanted).values_list("uid", "name")
        }
    return found


class Everything:
    """Whatever is asked for is in it."""

    def __contains__(self, _pair: object) -> bool:
        return True


def _seen(
    member: Membership, rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Fact]
) -> Container[tuple[str, int]]:
    """Those records that columns referred to which the member sees, by kind and id."""
    if permissions.may(member, "records.see_all"):
        return Everything()
    wanted: dict[str, set[int]] = {}
    for row in rows:
        for name, pair in (row.get("changes") or {}).items():
            if name in facts and _is_record(facts[name]):
                wanted.setdefault(facts[name].type, set()).update(pk for pk in pair if pk)
    return {
        (kind, pk)
        for kind, pks in wanted.items()
        for pk in kinds()[kind]
        .objects.seen_by(member)
        .filter(pk__in=pks)
        .values_list("pk", flat=True)
    }


def _is_record(fact: Fact) -> bool:
    return not fact.custom and fact.type in REFERENCES and fact.type != "member"


def _changes(row: Mapping[str, Any], facts: Mapping[str, Fact], known: Known) -> list[Change]:
    words: Mapping[str, Any] = row.get("words") or {}
    found = []
    for name, pair in (row.get("changes") or {}).items():
        fact = facts.get(name)
        if fact is None or not isinstance(pair, list) or len(pair) != 2:
            continue
        before, after = words.get(name) or [_shown(fact, value, known) for value in pair]
        if _is_record(fact):
            before, after = (
                text if not pk or (fact.type, pk) in known.seen else _("not shown")
                for text, pk in zip((before, after), pair, strict=True)
            )
        found.append(Change(str(fact.label), before, after))
    return found


def _shown(fact: Fact, value: Any, known: Known) -> str:
    """A value that an event kept, as people read it."""
    if value is None or value == "" or value == []:
        return ""
    if fact.type == "labels":
        return ", ".join(known.labels[pk].name for pk in value if pk in known.labels)
    if fact.type == "visibility":
        return str(dict(Visibility.choices).get(value, value))
    if fact.type == "choice":
        return fact.words_of(value)
    if fact.type == "choices":
        return ", ".join(fact.words_of(key) for key in value)
    if fact.type == "yes_no":
        return _("Yes") if value else _("No")
    if fact.type in (*REFERENCES, "row"):
        return known.names.get(str(value), _("not shown")) if fact.custom else ""
    return _plain(fact.type, value)


def _plain(type: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(type, _first(each)) for each in value)))
    if isinstance(value, Mapping):
        # The database keeps the parts in an order of its own
        if type == "date_range":
            return " – ".join(_plain("date", value[name]) for name in ("from", "to"))
        return f"{_plain('number', value.get('amount'))} {value.get('currency', '')}"
    try:
        if type in ("phones", "phone"):
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
