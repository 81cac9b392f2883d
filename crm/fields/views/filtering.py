"""The filter builder: groups of conditions, each a fact, how it is asked, and a value.

The form is the state: whatever is added, taken away or chosen comes back as the form it makes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import filters, queries
from crm.fields.facts import REFERENCES, Fact
from crm.fields.queries import choosing, naming
from crm.fields.views import saved, words
from crm.fields.views.kinds import Kind
from crm.timeline.queries import places
from crm.timeline.views.naming import as_uid
from crm.workspaces.middleware import MemberRequest

TEMPLATE = "crm/fields/builder.html"
JOINS = ("all", "any")
# Asked with names of records instead of ticks
NAMED = ("person", "organization")


@dataclass
class Condition:
    """One line of the builder."""

    fact: Fact
    how: str
    values: list[str] = field(default_factory=list)
    choices: list[tuple[str, Any]] = field(default_factory=list)
    # Of a record that is named: which one
    uid: str = ""

    @property
    def control(self) -> str:
        """Which control its value needs: none, ticks, period, yes_no, named, two or one."""
        if self.how in ("empty", "not_empty"):
            return "none"
        if self.how == "within":
            return "period"
        if self.fact.type == "yes_no":
            return "yes_no"
        if self.choices:
            return "ticks"
        if self.fact.type in NAMED:
            return "named"
        return "two" if self.how == "between" else "one"

    @property
    def input(self) -> str:
        return "date" if self.fact.type in ("date", "moment") else "text"

    @property
    def hows(self) -> list[tuple[str, Any]]:
        return [(how, words.HOW[how]) for how in filters.OPERATORS[self.fact.type]]

    @property
    def first(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""


@dataclass
class Group:
    """Conditions of which all must hold, or any one."""

    joined: str
    conditions: list[Condition]


def builder(request: MemberRequest, kind: Kind) -> HttpResponse:
    """GET shows the filter of the address; POST does `do` and shows what came of it.

    `do` is add:<group>, group, remove:<group>.<place>, or apply, which goes to the list.
    """
    facts = queries.facts_of(kind.model)
    if request.method == "POST":
        joined, groups = _typed(request, kind, facts)
        if request.POST.get("do") == "apply":
            return _apply(request, kind, joined, groups)
        _do(request.POST.get("do", ""), groups, facts)
    else:
        joined, groups = _read(request, kind, facts, saved.asked(request, kind).tree)
    return _show(request, kind, facts, joined, groups)


def _show(
    request: MemberRequest,
    kind: Kind,
    facts: Mapping[str, Fact],
    joined: str,
    groups: list[Group],
    error: str = "",
) -> HttpResponse:
    for group in groups:
        for condition in group.conditions:
            condition.choices = list(choosing.choices(kind.model, condition.fact, _("Me")))
    kept = request.POST if request.method == "POST" else request.GET
    context = {
        "kind": kind,
        "facts": list(facts.values()),
        "joined": joined,
        "groups": groups,
        "periods": words.PERIODS,
        "error": error,
        "view": kept.get("view", ""),
        "sort": kept.get("sort", ""),
        "columns": kept.getlist("column"),
    }
    return render(request, TEMPLATE, context, status=422 if error else 200)


def _apply(request: MemberRequest, kind: Kind, joined: str, groups: list[Group]) -> HttpResponse:
    facts = queries.facts_of(kind.model)
    try:
        tree = _tree(request, joined, groups)
        filters.compile(tree, queries.asked_by(request.member, kind.model, timezone.now(), facts))
    except (filters.BadFilter, naming.Namesakes) as error:
        return _show(request, kind, facts, joined, groups, str(error))
    posted = request.POST
    query = {
        "view": posted.get("view", ""),
        "filter": json.dumps(tree),
        "column": posted.getlist("column"),
        "sort": posted.get("sort", ""),
    }
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = saved.table(request, kind, query)
    return response


def _do(do: str, groups: list[Group], facts: Mapping[str, Fact]) -> None:
    what, _colon, where = do.partition(":")
    fresh = Condition(facts["name"], filters.OPERATORS[facts["name"].type][0])
    if what == "group":
        groups.append(Group("any", [fresh]))
    elif what == "add" and (number := places.read_id(where)) is not None and number < len(groups):
        groups[number].conditions.append(fresh)
    elif what == "remove":
        at, _dot, place = where.partition(".")
        number, line = places.read_id(at), places.read_id(place)
        if number is not None and line is not None and number < len(groups):
            del groups[number].conditions[line : line + 1]
        groups[:] = [group for group in groups if group.conditions] or [Group("all", [])]


def _typed(
    request: MemberRequest, kind: Kind, facts: Mapping[str, Fact]
) -> tuple[str, list[Group]]:
    """The form as it came: `field-0.1` is the second condition of the first group."""
    posted = request.POST
    groups = []
    for at, joined in enumerate(posted.getlist("joined-group")[:10]):
        group = Group(joined if joined in JOINS else "all", [])
        for place in range(filters.MOST_CONDITIONS):
            name = f"{at}.{place}"
            if f"field-{name}" not in posted:
                break
            fact = facts.get(posted[f"field-{name}"], facts["name"])
            known = filters.OPERATORS[fact.type]
            how = posted.get(f"is-{name}", "")
            fits = posted.get(f"was-{name}") == fact.name
            values = posted.getlist(f"value-{name}") if fits else []
            how = how if fits and how in known else known[0]
            which = posted.get(f"value-{name}_is", "") if fits else ""
            group.conditions.append(Condition(fact, how, values, uid=which))
        groups.append(group)
    joined = posted.get("joined", "all")
    return joined if joined in JOINS else "all", groups or [Group("all", [])]


def _tree(request: MemberRequest, joined: str, groups: list[Group]) -> dict[str, Any]:
    made = []
    for group in groups:
        rows = [_leaf(request, each) for each in group.conditions]
        if rows:
            made.append({group.joined: rows})
    if len(made) == 1:
        return made[0]
    return {joined: made} if made else {}


def _leaf(request: MemberRequest, each: Condition) -> dict[str, Any]:
    leaf: dict[str, Any] = {"field": each.fact.name, "is": each.how}
    values = [value.strip() for value in each.values if value.strip()]
    if each.how in ("empty", "not_empty"):
        return leaf
    if each.fact.type in NAMED:
        which = as_uid(each.uid)
        meant = [naming.Named(name, which) for name in values]
        found = [naming.named(request.member, each.fact.type, one) for one in meant]
        return leaf | {"value": [uid or "?" for uid in found]}
    if each.fact.type == "words":
        return leaf | {"value": " ".join(values).split()}
    if each.how in ("any_of", "none_of", "all_of"):
        return leaf | {"value": values}
    if each.fact.type == "yes_no":
        return leaf | {"value": each.first == "yes"}
    if each.how == "between":
        return leaf | {"value": [*values, "", ""][:2]}
    return leaf | {"value": values[0] if values else ""}


def _read(
    request: MemberRequest, kind: Kind, facts: Mapping[str, Fact], tree: Any
) -> tuple[str, list[Group]]:
    """The lines of a tree; what the builder cannot show is left out."""
    start = Condition(facts["name"], filters.OPERATORS[facts["name"].type][0])
    if not isinstance(tree, dict) or not tree:
        return "all", [Group("all", [start])]
    joined, rows = _branch(tree)
    if any("field" in row for row in rows if isinstance(row, dict)) or not rows:
        return "all", [Group(joined, _lines(request, facts, rows))]
    groups = []
    for row in rows:
        inner, leaves = _branch(row)
        groups.append(Group(inner, _lines(request, facts, leaves)))
    return joined, groups


def _branch(tree: Any) -> tuple[str, list[Any]]:
    for word in JOINS:
        if isinstance(tree, dict) and isinstance(tree.get(word), list):
            return word, tree[word]
    return "all", [tree]


def _lines(request: MemberRequest, facts: Mapping[str, Fact], rows: list[Any]) -> list[Condition]:
    found = []
    for row in rows:
        fact = facts.get(str(row.get("field"))) if isinstance(row, dict) else None
        if fact is None or row.get("is", "is") not in filters.OPERATORS[fact.type]:
            continue
        value = row.get("value")
        given = value if isinstance(value, list) else [value]
        if fact.type in REFERENCES and fact.type in NAMED:
            given = naming.names(request.member, fact.type, [str(each) for each in given])
        if fact.type == "yes_no":
            given = ["yes" if value in (True, "yes") else "no"]
        which = str(value[0]) if fact.type in NAMED and isinstance(value, list) and value else ""
        texts = [str(each) for each in given if each is not None]
        texts = [" ".join(texts)] if fact.type == "words" else texts
        found.append(Condition(fact, row.get("is", "is"), texts, uid=which))
    return found


def column_choice(facts: Mapping[str, Fact], shown: list[Fact]) -> list[Any]:
    """(fact, whether it is shown), those shown first and in their order."""
    chosen = {fact.name for fact in shown}
    rest = [fact for fact in facts.values() if fact.name not in chosen and fact.name != "name"]
    return [(fact, True) for fact in shown if fact.name != "name"] + [(f, False) for f in rest]
