"""Filters: a tree of and, or and conditions, made into a query.

    {"all": [{"field": "owner", "is": "any_of", "value": ["me"]},
             {"any": [{"field": "value", "is": "more", "value": 5000}, …]}]}

Pages, programs and exports use the same trees. What a tree may name are facts; an unknown one
is an error that says so, never a condition left out.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import F, Q, lookups
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import spelling, values
from crm.fields.facts import ORDERED, REFERENCES, TEXTS, Fact
from crm.workspaces.models import Membership

DEEPEST, MOST_CONDITIONS, MOST_VALUES = 3, 40, 200
ME = "me"

_WHETHER = ("empty", "not_empty")
_ORDER = ("is", "less", "at_most", "more", "at_least", "between")
OPERATORS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TEXTS, ("contains", "is", "is_not", "begins", *_WHETHER)),
    **dict.fromkeys(("emails", "phones"), ("contains", "is", "begins", *_WHETHER)),
    **dict.fromkeys(("number", "money"), (*_ORDER, *_WHETHER)),
    **dict.fromkeys(("date", "moment"), ("within", *_ORDER, *_WHETHER)),
    "date_range": _WHETHER,
    **dict.fromkeys(("choice", "row", *REFERENCES), ("any_of", "none_of", *_WHETHER)),
    "visibility": ("any_of", "none_of"),
    **dict.fromkeys(("labels", "choices", "words"), ("any_of", "all_of", "none_of", *_WHETHER)),
    "yes_no": ("is",),
}
COMPARE: dict[str, Any] = {
    "is": lookups.Exact,
    "less": lookups.LessThan,
    "at_most": lookups.LessThanOrEqual,
    "more": lookups.GreaterThan,
    "at_least": lookups.GreaterThanOrEqual,
}

LOOKUPS = {"contains": "contains", "begins": "startswith", "is": "exact", "is_not": "exact"}
WORDS: dict[str, Any] = {
    "contains": lookups.Contains,
    "startswith": lookups.StartsWith,
    "exact": lookups.Exact,
}


class BadFilter(Exception):
    """A filter that cannot be asked; `field` is the fact at fault, or ""."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Asked:
    """What compiling needs: the facts of the kind, its model, who asks and when."""

    model: type[models.Model]
    facts: Mapping[str, Fact]
    member: Membership
    at: datetime
    # Rows of another kind of record, or colleagues, by public id → pk
    refer: Callable[[str, list[UUID]], list[int]]
    # Rows in which a reference is to a record that the member sees
    points: Callable[[Fact], Q]


def compile(tree: Any, asked: Asked) -> Q:
    """The query of a tree; nothing asked is everything. Raises BadFilter."""
    if tree in (None, {}, []):
        return Q()
    if not is_kept(tree):
        raise BadFilter(_("This filter cannot be read."))
    count = [0]
    return _node(tree, asked, 0, count)


def is_kept(tree: Any) -> bool:
    """Whether PostgreSQL can hold it: no NUL, no half of a surrogate pair, nothing infinite."""
    try:
        text = json.dumps(tree, ensure_ascii=False, allow_nan=False, default=str)
        text.encode()
    except (UnicodeEncodeError, RecursionError, TypeError, ValueError):
        return False
    return "\\u0000" not in text


def count(tree: Any) -> int:
    """How many conditions a tree has."""
    if isinstance(tree, Mapping):
        inner = next((tree[word] for word in ("all", "any") if word in tree), None)
        return sum(count(each) for each in inner) if isinstance(inner, list) else int(bool(tree))
    return 0


def _node(tree: Any, asked: Asked, depth: int, count: list[int]) -> Q:
    count[0] += 1
    if depth > DEEPEST or count[0] > MOST_CONDITIONS:
        raise BadFilter(_("This filter has too many conditions."))
    if not isinstance(tree, Mapping):
        raise BadFilter(_("A filter is made of “all”, “any” and conditions."))
    for word, joined in (("all", Q.AND), ("any", Q.OR)):
        if set(tree) == {word} and isinstance(tree[word], list):
            found = Q()
            for each in tree[word]:
                found = found._combine(_node(each, asked, depth + 1, count), joined)  # type: ignore[attr-defined]
            return found
    if not set(tree) <= {"field", "is", "value"} or "field" not in tree:
        raise BadFilter(_("A filter is made of “all”, “any” and conditions."))
    return _condition(tree, asked)


def _condition(tree: Mapping[str, Any], asked: Asked) -> Q:
    name, how = tree["field"], tree.get("is", "is")
    fact = asked.facts.get(name) if isinstance(name, str) else None
    if fact is None:
        raise BadFilter(_("There is no field “%(name)s” here.") % {"name": name}, str(name))
    if how not in OPERATORS[fact.type]:
        words = {"name": name, "how": how, "known": ", ".join(OPERATORS[fact.type])}
        raise BadFilter(
            _("“%(name)s” cannot be asked “%(how)s”, only: %(known)s.") % words, fact.name
        )
    try:
        return _asked(fact, how, tree.get("value"), asked)
    except (values.Unfit, ValueError, TypeError, OverflowError) as error:
        text = str(error) if isinstance(error, values.Unfit) else _("This value does not fit.")
        raise BadFilter(f"{fact.label}: {text}", fact.name) from error


def _asked(fact: Fact, how: str, value: Any, asked: Asked) -> Q:
    if how in _WHETHER:
        empty = _empty(fact, asked)
        return empty if how == "empty" else ~empty
    if fact.type in TEXTS or fact.type in ("emails", "phones"):
        return _texts(fact, how, value, asked)
    if fact.type in ORDERED:
        return _ordered(fact, how, value, asked)
    if fact.type in ("labels", "choices", "words"):
        return _several(fact, how, value, asked)
    if fact.type == "yes_no":
        return _yes(fact, asked) if values.read(fact, value) else ~_yes(fact, asked)
    return _one_of(fact, how, value, asked)


def _yes(fact: Fact, asked: Asked) -> Q:
    if fact.holds is not None:
        return Q(pk__in=asked.model._default_manager.filter(fact.holds(asked.at)).values("pk"))
    return Q(custom__contains={fact.name: True}) if fact.custom else Q(**{fact.column: True})


def _empty(fact: Fact, asked: Asked) -> Q:
    if fact.type in REFERENCES and fact.type != "member":
        return ~asked.points(fact)
    if fact.custom:
        return ~Q(custom__has_key=fact.name)
    if fact.type in ("emails", "phones"):
        return ~_through(asked, **{f"{fact.column}__isnull": False})
    if fact.type in ("labels", "words"):
        return Q(**{fact.column: []})
    if fact.type in TEXTS or fact.type == "choice":
        return Q(**{fact.column: ""})
    return Q(**{f"{fact.column}__isnull": True})


def _through(asked: Asked, **condition: Any) -> Q:
    """A condition on rows that a record has many of, without doubling the record."""
    manager: Any = asked.model._default_manager
    return Q(pk__in=manager.filter(**condition).values("pk"))


def _texts(fact: Fact, how: str, value: Any, asked: Asked) -> Q:
    if not isinstance(value, str) or not value.strip():
        raise values.Unfit(_("Say which words."))
    is_not = how == "is_not"
    how = LOOKUPS[how]
    if fact.type in ("emails", "phones"):
        plain = value.strip().lower()
        return _through(asked, **{f"{fact.column}__{how}": plain})
    plain = spelling.sort_key(value.strip())
    if fact.name == "name" and not fact.custom:
        found = Q(**{f"name_key__{how}": plain})
    else:
        text = KeyTextTransform(fact.name, "custom") if fact.custom else F(fact.column)
        column = Lower(Unaccent(text), output_field=models.TextField())
        found = Q(WORDS[how](column, plain))
    return ~found if is_not else found


def _ordered(fact: Fact, how: str, value: Any, asked: Asked) -> Q:
    column = _column(fact)
    if how == "within":
        begin, end = period(str(value), asked.at)
        low, high = _bound(fact, begin), _bound(fact, end)
        return Q(COMPARE["at_least"](column, low)) & Q(COMPARE["less"](column, high))
    if how == "between":
        low, high = (_read(fact, each) for each in value)
        return Q(COMPARE["at_least"](column, low)) & Q(COMPARE["at_most"](column, high))
    return Q(COMPARE[how](column, _read(fact, value)))


def _column(fact: Fact) -> Any:
    if not fact.custom:
        return F(fact.column)
    if fact.type == "money":
        amount = KeyTextTransform("amount", KeyTransform(fact.name, "custom"))
        return Cast(amount, values.NUMBER)
    kind: models.Field[Any, Any] = models.DateField() if fact.type == "date" else values.NUMBER
    return Cast(KeyTextTransform(fact.name, "custom"), kind)


def _read(fact: Fact, value: Any) -> Any:
    if fact.type in ("number", "money"):
        return values.decimal(value)
    day = date.fromisoformat(str(value)[:10])
    if fact.type == "moment" and len(str(value)) > 10:
        moment = datetime.fromisoformat(str(value))
        # PostgreSQL knows no zone that is a day away
        return moment.astimezone(UTC) if moment.tzinfo else timezone.make_aware(moment)
    return _bound(fact, day)


def _bound(fact: Fact, day: date) -> date | datetime:
    return day if fact.type == "date" else timezone.make_aware(datetime.combine(day, time.min))


def period(word: str, at: datetime) -> tuple[date, date]:
    """The days from and before which a word means: "this_week", "next_30_days"."""
    today = at.astimezone(timezone.get_current_timezone()).date()
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    known = {
        "today": (today, today + timedelta(days=1)),
        "yesterday": (today - timedelta(days=1), today),
        "tomorrow": (today + timedelta(days=1), today + timedelta(days=2)),
        "this_week": (monday, monday + timedelta(days=7)),
        "next_week": (monday + timedelta(days=7), monday + timedelta(days=14)),
        "last_week": (monday - timedelta(days=7), monday),
        "this_month": (first, after),
        "next_month": (after, (after + timedelta(days=32)).replace(day=1)),
        "last_month": ((first - timedelta(days=1)).replace(day=1), first),
        "this_year": (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
        "past": (date(1, 1, 2), today),
        "future": (today, date(9999, 1, 1)),
    }
    for days in (7, 30, 90):
        known[f"last_{days}_days"] = (today - timedelta(days=days), today + timedelta(days=1))
        known[f"next_{days}_days"] = (today, today + timedelta(days=days))
    if word not in known:
        raise values.Unfit(_("Ask for one of: %(known)s.") % {"known": ", ".join(known)})
    return known[word]


def _several(fact: Fact, how: str, value: Any, asked: Asked) -> Q:
    wanted = _list(value)
    if fact.custom:
        keys = values.read(fact, wanted) or []
        each = [Q(custom__contains={fact.name: [key]}) for key in keys]
    elif fact.type == "words":
        each = [Q(**{f"{fact.column}__contains": [word.strip().lower()]}) for word in wanted]
    else:
        ids = asked.refer("label", _uids(wanted))
        each = [Q(**{f"{fact.column}__contains": [pk]}) for pk in ids]
        if len(ids) != len(wanted):
            raise values.Unfit(_("One of these labels is not here."))
    found = Q()
    for condition in each:
        found = found & condition if how == "all_of" else found | condition
    return ~found if how == "none_of" else found


def _one_of(fact: Fact, how: str, value: Any, asked: Asked) -> Q:
    wanted = _list(value)
    if fact.type in (*REFERENCES, "row") and not fact.custom:
        mine = [asked.member.pk] if fact.type == "member" and ME in wanted else []
        others = [each for each in wanted if each != ME]
        kind = fact.column if fact.type == "row" else fact.type
        ids = asked.refer(kind, _uids(others)) if others else []
        if len(ids) != len(others):
            raise values.Unfit(_("One of these is not here."))
        found = Q(**{f"{fact.column}__in": [*mine, *ids]})
    elif fact.custom:
        me = str(asked.member.uid)
        keys = [values.read(fact, me if each == ME else each) for each in wanted]
        is_other = fact.type in REFERENCES and fact.type != "member"
        if is_other and len(asked.refer(fact.type, _uids(keys))) != len(keys):
            raise values.Unfit(_("One of these is not here."))
        found = Q()
        for key in keys:
            found |= Q(custom__contains={fact.name: key})
    else:
        known = {key for key, _words in fact.options}
        if fact.options and not set(wanted) <= known:
            raise values.Unfit(_("This is not one of the choices."))
        found = Q(**{f"{fact.column}__in": wanted})
    return ~found if how == "none_of" else found


def _list(value: Any) -> list[str]:
    wanted = value if isinstance(value, list) else [value]
    if not wanted or len(wanted) > MOST_VALUES or not all(isinstance(v, str) for v in wanted):
        raise values.Unfit(_("Say which ones."))
    return list(dict.fromkeys(wanted))


def _uids(wanted: list[str]) -> list[UUID]:
    return [UUID(each) for each in wanted]
