"""The filter builder: groups of conditions, each a fact, how it is asked, and a value.

The form is the state: whatever is added, taken away or chosen comes back as the form it makes.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import filters, queries
from crm.fields.facts import Fact
from crm.fields.queries import choosing, naming
from crm.fields.views import saved, words
from crm.fields.views.branches import read
from crm.fields.views.conditions import Condition, Group
from crm.fields.views.kinds import Kind
from crm.fields.views.trees import tree_of
from crm.fields.views.typed import typed
from crm.timeline.queries import places
from crm.workspaces.middleware import MemberRequest

TEMPLATE = "crm/fields/builder.html"


def builder(request: MemberRequest, kind: Kind) -> HttpResponse:
    """GET shows the filter of the address; POST does `do` and shows what came of it.

    `do` is add:<group>, group, remove:<group>.<place>, or apply, which goes to the list.
    """
    facts = queries.facts_of(kind.model)
    if request.method == "POST":
        joined, groups = typed(request, kind, facts)
        if request.POST.get("do") == "apply":
            return _apply(request, kind, joined, groups)
        _do(request.POST.get("do", ""), groups, facts)
    else:
        joined, groups = read(request, kind, facts, saved.asked(request, kind).tree)
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
        tree = tree_of(request, joined, groups)
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


def column_choice(facts: Mapping[str, Fact], shown: list[Fact]) -> list[Any]:
    """(fact, whether it is shown), those shown first and in their order."""
    chosen = {fact.name for fact in shown}
    rest = [fact for fact in facts.values() if fact.name not in chosen and fact.name != "name"]
    return [(fact, True) for fact in shown if fact.name != "name"] + [(f, False) for f in rest]
