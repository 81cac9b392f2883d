"""A list as a file: the rows and columns that the page shows, all of them, as CSV or XLSX."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.fields import phones, queries
from crm.fields.facts import Fact
from crm.fields.models import Label, Record
from crm.fields.views import lists, saved
from crm.fields.views.kinds import Kind
from crm.timeline.models import Activity
from crm.workspaces import actions, permissions, sheets, streaming, tenancy, workbooks
from crm.workspaces.middleware import MemberRequest

AT_ONCE = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Between values of one cell, as importing reads them
APART = "; "


def sheet(request: MemberRequest, kind: Kind) -> HttpResponseBase:
    """What `?q=&mine=&filter=&sort=&view=` show, `?as=csv` or xlsx; with `?all=1` every column."""
    permissions.require(request.member, "records.export")
    query = request.GET
    sort = "xlsx" if query.get("as") == "xlsx" else "csv"
    facts = queries.facts_of(kind.model)
    what = saved.asked(request, kind)
    chosen = lists.shown_columns(kind, facts, what.columns)
    shown = list(facts.values()) if query.get("all") else chosen
    here = sheets_of(request, kind, shown, facts, what)
    pieces = workbooks.workbook(here) if sort == "xlsx" else _csv(here)
    about = str(kind.titles["many"])
    actions.note("records.exported", by=request.member, at=timezone.now(), about=about)
    response = StreamingHttpResponse(streaming.beside(pieces), content_type=TYPES[sort])
    response["Content-Disposition"] = f'attachment; filename="{kind.many}.{sort}"'
    return response


def sheets_of(
    request: MemberRequest,
    kind: Kind,
    shown: list[Fact],
    facts: dict[str, Fact],
    what: saved.Asked,
) -> Iterator[list[Any]]:
    """The heading, then row by row; some hundred in each transaction of its own."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    has_currency = any(field.name == "currency" for field in kind.model._meta.concrete_fields)
    heading = [str(fact.label) for fact in shown] + ([_("Currency")] if has_currency else [])
    heading += [_("Next activity"), _("Next activity due")] if kind.plans else []
    fact, down = lists.order(facts, what.sort or kind.sort)
    after, begun = "", False
    while after or not begun:
        begun = True
        here = tenancy.open_workspace(request.workspace.pk)
        with here, transaction.atomic(), translation.override(language), timezone.override(zone):
            rows = rows_of(request, kind, facts, what)
            page = queries.page(rows, fact, request.member, down=down, after=after, limit=AT_ONCE)
            known = queries.sheet(kind.model, page.rows, request.member)
            planned = lists.upcoming(request.member, kind, page.rows)
            lines = [
                [cell(known.value(row, fact)) for fact in shown]
                + ([row.currency] if has_currency else [])
                + ([] if planned is None else _next(planned.get(row.pk)))
                for row in page.rows
            ]
        yield from itertools.chain([heading] if heading else [], lines)
        heading, after = [], page.after


def _next(activity: Activity | None) -> list[Any]:
    """What is to be done next, and when: the moment where it has one, else the day."""
    if activity is None:
        return ["", ""]
    return [activity.subject, cell(activity.due_at or activity.due_on)]


def rows_of(request: MemberRequest, kind: Kind, facts: dict[str, Fact], what: saved.Asked) -> Any:
    """The rows the page shows; a filter that cannot be read shows all, as it does there."""
    rows, _trouble = lists.narrowed(request, kind, facts, what)
    typed = request.GET.get("q", "").strip()[:100]
    return queries.holding(rows, typed, request.member) if typed else rows


def cell(value: Any) -> Any:
    """A value as a cell: texts and numbers, several of them in one text."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case int() | Decimal():
            return value
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case dict() if set(value) == {"amount", "currency"}:
            return f"{value['amount']} {value['currency']}"
        case list() | tuple():
            return APART.join(str(cell(each)) for each in value)
        case Record() | Label():
            return value.name
    number = getattr(value, "number", None)
    return phones.shown(number) if number is not None else str(value)


def _csv(rows: Iterator[list[Any]]) -> Iterator[bytes]:
    # Excel reads UTF-8 only with this mark
    yield b"\xef\xbb\xbf"
    heading = next(rows)
    for line in sheets.lines(heading, rows):
        yield line.encode()
