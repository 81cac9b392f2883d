"""The list of a kind: a table with search, order and checked rows."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import filters, queries, spelling
from crm.fields.facts import Fact, declared
from crm.fields.models import Record
from crm.fields.views import filtering, saved
from crm.fields.views.kinds import KINDS, Kind
from crm.timeline.models import Activity
from crm.timeline.queries.ahead import next_of
from crm.ui.render import page_or_part, wants_part
from crm.workspaces import directory, permissions
from crm.workspaces import queries as workspaces
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statement, Statements
from crm.workspaces.tenancy import required

TEMPLATE = "crm/fields/list.html"
# What a page that asks again may ask for at once
MOST_ROWS = 500


def records(request: MemberRequest, kind: Kind, **more: Any) -> HttpResponse:
    """Fifty rows of the kind at a time; the query, or a saved view, says which and how."""
    given, facts = request.GET, queries.facts_of(kind.model)
    asked = saved.asked(request, kind)
    typed = given.get("q", "").strip()[:100]
    fact, down = order(facts, asked.sort or kind.sort)
    is_plain = asked.tree == {} and _is_plain(kind, given, fact)
    page, trouble = _plain(request, kind, fact, down, typed) if is_plain else None, ""
    if page is None or (typed and not page.rows):
        rows, trouble = narrowed(request, kind, facts, asked)
        rows = rows if kind.fill is None else rows.prefetch_related(None)
        page = _walked(queries.lean(rows), request, typed, fact, down, page)
    if kind.fill is not None:
        kind.fill(page.rows)
    sheet = queries.sheet(kind.model, page.rows, request.member, facts)
    columns = shown_columns(kind, facts, asked.columns)
    context = {
        "place": kind.many,
        "kind": kind,
        "asked": asked,
        "kept": _kept(asked),
        "opens_with": saved.opens_with(request, kind, asked),
        "column_choice": filtering.column_choice(facts, columns),
        "conditions": filters.count(asked.tree),
        "sheet": sheet,
        "rows": page.rows,
        "after": page.after,
        "columns": columns,
        "upcoming": upcoming(request.member, kind, page.rows),
        "query": typed,
        "mine": bool(given.get("mine")),
        "sort": ("-" if down else "") + fact.name,
        "trouble": trouble,
        "members": members(),
        "labels": list(sheet.labels.values()),
        "at": timezone.now(),
        "may_change": permissions.may(request.member, kind.right("change")),
        "may_delete": permissions.may(request.member, kind.right("delete")),
        "may_merge": kind.may_merge(request.member),
        **more,
    }
    part = "more" if "after" in given else "rows"
    # The parts are the common template's, whatever the kind's own adds around them
    template = TEMPLATE if wants_part(request) else kind.template or TEMPLATE
    return page_or_part(request, template, context, part=part)


def _walked(
    rows: QuerySet[Any],
    request: MemberRequest,
    typed: str,
    fact: Fact,
    down: bool,
    page: queries.Page | None,
) -> queries.Page:
    """The rows of a page; `page` has those with the words as typed, where they were looked for."""
    given, member = request.GET, request.member
    after = given.get("after", "")
    limit = shown(given)
    read = partial(queries.page, fact=fact, member=member, down=down, after=after, limit=limit)
    if not typed:
        return read(rows)
    if after:
        return read(queries.holding(rows, typed, member))
    # The first page tells by itself whether the words stand anywhere as they were typed
    page = page or read(queries.matching(rows, typed, member))
    return page if page.rows else read(queries.alike(rows, typed, member))


def _is_plain(kind: Kind, given: QueryDict, fact: Fact) -> bool:
    """Whether at most words narrow the list, and it begins where it begins."""
    narrows = any(given.get(name) for name in ("mine", "after", "rows"))
    return kind.is_known and not narrows and not fact.custom


def _plain(request: MemberRequest, kind: Kind, fact: Fact, down: bool, typed: str) -> queries.Page:
    """The first rows of all there are, or of those that hold every word."""
    words = spelling.words(typed)
    if typed and not words:
        return queries.cut([], queries.ROWS)
    asker, way = workspaces.asker(request.member), (request.member.role, fact.name, down)
    if not words:
        asked = FIRST.of(kind.one, *way)
        return queries.cut(asked.rows(**asker), queries.ROWS)
    # Which fifty is settled before what else they show is joined to thousands
    held = HOLDING.of(kind.one, *way, len(words))
    pks = held.rows(**asker, **queries.held(words))
    found = NAMED.of(kind.one, *way).rows(**asker, pks=pks) if pks else []
    return queries.cut(found, queries.ROWS)


def _first(one: str, role: str, name: str, down: bool) -> QuerySet[Any]:
    rows = KINDS[one].rows(workspaces.stand_in(role))
    return _ordered(one, rows, role, name, down)[: queries.ROWS + 1]


def _holding(one: str, role: str, name: str, down: bool, words: int) -> QuerySet[Any, int]:
    model, member = KINDS[one].model, workspaces.stand_in(role)
    held = queries.holds(model, member, [False] * words)
    rows = _in_order(one, model.objects.visible_to(member).filter(held), role, name, down)
    return rows.values_list("pk", flat=True)[: queries.ROWS + 1]


def _named(one: str, role: str, name: str, down: bool) -> QuerySet[Any]:
    rows = KINDS[one].model.objects.select_related("owner").filter(pk__among=Given("pks"))
    return _ordered(one, KINDS[one].loaded(rows), role, name, down)


def _ordered(one: str, rows: QuerySet[Any], role: str, name: str, down: bool) -> QuerySet[Any]:
    rows = rows if KINDS[one].fill is None else rows.prefetch_related(None)
    return _in_order(one, queries.lean(rows), role, name, down)


def _in_order(one: str, rows: QuerySet[Any], role: str, name: str, down: bool) -> QuerySet[Any]:
    (fact,) = (each for each in declared(KINDS[one].model) if each.name == name)
    return queries.in_order(rows, fact, workspaces.stand_in(role), down)


FIRST, HOLDING, NAMED = Statements(_first), Statements(_holding), Statements(_named)


def narrowed(
    request: MemberRequest, kind: Kind, facts: dict[str, Fact], asked: saved.Asked
) -> tuple[QuerySet[Any], str]:
    """The rows that are asked for, and what cannot be asked."""
    rows = kind.rows(request.member)
    if request.GET.get("mine"):
        rows = rows.filter(owner=request.member)
    if asked.tree is None:
        return rows, _("This filter cannot be read.")
    try:
        known = queries.asked_by(request.member, kind.model, timezone.now(), facts)
        return rows.filter(filters.compile(asked.tree, known)), ""
    except filters.BadFilter as error:
        return rows, str(error)


def _kept(asked: saved.Asked) -> list[tuple[str, str]]:
    """What a form beside the list must say again."""
    view = str(asked.view.uid) if asked.view is not None else saved.EVERYTHING
    said = [("view", view), ("filter", asked.filter_text), ("sort", asked.sort)]
    return [*said, *(("column", name) for name in asked.columns)]


def shown(asked: QueryDict) -> int:
    """How many rows: as many as the page shows when it asks again, else a page of them."""
    typed = asked.get("rows", "")
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    return min(max(count, queries.ROWS), MOST_ROWS)


def upcoming(member: Membership, kind: Kind, rows: Sequence[Record]) -> dict[int, Activity] | None:
    """What is to be done next about each row, where the list of this kind has a column for it."""
    return next_of(member, kind.one, [row.pk for row in rows]) if kind.plans else None


def columns(kind: Kind, facts: dict[str, Fact]) -> list[Fact]:
    """The facts a list shows, the name first."""
    return shown_columns(kind, facts, ())


def shown_columns(kind: Kind, facts: dict[str, Fact], chosen: Sequence[str]) -> list[Fact]:
    """The name and the facts that were chosen, or those of the kind."""
    names = dict.fromkeys(("name", *(chosen or kind.columns)))
    return [facts[name] for name in names if name in facts]


def order(facts: dict[str, Fact], sort: str) -> tuple[Fact, bool]:
    """By which fact rows are put in order, and whether from the end."""
    fact = facts.get(sort.removeprefix("-"))
    if fact is None or not fact.is_sorted:
        return facts["name"], False
    return fact, sort.startswith("-")


def _members() -> QuerySet[Membership]:
    return directory.colleagues(Given("here"))


MEMBERS = Statement(_members)


def members() -> list[Membership]:
    """Colleagues by name, whom a record may be given to."""
    return MEMBERS.rows(here=required())
