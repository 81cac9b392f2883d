"""The list of a kind: a table with search, order and checked rows."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from crm.fields import filters, queries
from crm.fields.facts import Fact
from crm.fields.views.kinds import Kind
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

TEMPLATE = "crm/fields/list.html"


def records(request: MemberRequest, kind: Kind, **more: Any) -> HttpResponse:
    """Fifty rows of the kind at a time; the query says which and in what order."""
    asked = request.GET
    facts = queries.facts_of(kind.model)
    typed = asked.get("q", "").strip()[:100]
    rows = kind.rows(request.member)
    if asked.get("mine"):
        rows = rows.filter(owner=request.member)
    trouble = ""
    try:
        tree = json.loads(asked.get("filter") or "{}")
        known = queries.asked_by(request.member, kind.model, timezone.now(), facts)
        rows = rows.filter(filters.compile(tree, known))
    except ValueError:
        trouble = "filter"
    except filters.BadFilter as error:
        trouble = str(error)
    fact, down = order(facts, asked.get("sort", ""))
    if typed:
        rows = rows.filter(queries.alike(typed))
    page = queries.page(rows, fact, down=down, after=asked.get("after", ""))
    sheet = queries.sheet(kind.model, page.rows, request.member)
    context = {
        "place": kind.many,
        "kind": kind,
        "sheet": sheet,
        "rows": page.rows,
        "after": page.after,
        "columns": columns(kind, facts),
        "query": typed,
        "mine": bool(asked.get("mine")),
        "sort": ("-" if down else "") + fact.name,
        "trouble": trouble,
        "members": members(),
        "labels": list(sheet.labels.values()),
        "may_change": permissions.may(request.member, kind.right("change")),
        "may_delete": permissions.may(request.member, kind.right("delete")),
        **more,
    }
    part = "more" if "after" in asked else "rows"
    return page_or_part(request, kind.template or TEMPLATE, context, part=part)


def columns(kind: Kind, facts: dict[str, Fact]) -> list[Fact]:
    """The facts a list shows, the name first."""
    return [facts[name] for name in ("name", *kind.columns) if name in facts]


def order(facts: dict[str, Fact], sort: str) -> tuple[Fact, bool]:
    """By which fact rows are put in order, and whether from the end."""
    fact = facts.get(sort.removeprefix("-"))
    if fact is None or not fact.order:
        return facts["name"], False
    return fact, sort.startswith("-")


def members() -> list[Membership]:
    """Active colleagues by name, whom a record may be given to."""
    here = Membership.objects.using("default").filter(workspace_id=required(), is_active=True)
    return list(here.order_by("name", "pk"))
