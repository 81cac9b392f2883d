"""The audit log: who did what that bears on who may do and see what."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from crm.workspaces import directory, permissions, queries, sheets, trail
from crm.workspaces.forms.audit import AuditForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import AuditEntry

AT_ONCE = 50
# Rows of a download; what is older is asked for by date
MOST = 100_000


@never_cache
@require_GET
def audit(request: MemberRequest, workspace: str) -> HttpResponse:
    """The entries, newest first, and a way to ask for some of them."""
    permissions.require(request.member, "audit.see")
    form = _form(request)
    rows = queries.audit(_filters(form))
    after = request.GET.get("after", "")[:18]
    if after.isascii() and after.isdecimal():
        rows = rows.filter(number__lt=int(after))
    found = list(rows[: AT_ONCE + 1])
    shown = found[:AT_ONCE]
    asked = {name: value for name, value in request.GET.dict().items() if name in form.fields}
    context = {
        "form": form,
        "entries": [{"row": row, "sentence": trail.sentence(row)} for row in shown],
        "asked": urlencode(asked),
        "is_filtered": any(asked.values()),
        "older": shown[-1].number if len(found) > AT_ONCE else None,
        "section": "audit",
    }
    return render(request, "crm/workspaces/audit.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def sheet(request: MemberRequest, workspace: str) -> HttpResponse:
    """The same entries as CSV, at most 100,000."""
    permissions.require(request.member, "audit.see")
    heading = (_("Number"), _("Time"), _("Who"), _("What"), _("Event"), _("Address"), _("Data"))
    rows = list(queries.audit(_filters(_form(request)))[:MOST])
    text = "".join(sheets.lines(heading, _cells(rows)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{workspace}.csv"'
    return response


def _cells(rows: list[AuditEntry]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        told = trail.sentence(row)
        yield row.number, row.at.isoformat(), row.who, told, row.verb, row.address, row.data or ""


def _form(request: MemberRequest) -> AuditForm:
    everybody = [
        *directory.members(request.workspace.pk),
        *directory.members(request.workspace.pk, left=True),
    ]
    form = AuditForm(request.GET or None, members=everybody)
    form.is_valid()
    return form


def _filters(form: AuditForm) -> queries.AuditFilters:
    """What the form asks for; days are those of the reader's clock."""
    asked = getattr(form, "cleaned_data", {})
    until = asked.get("until")
    return queries.AuditFilters(
        what=asked.get("what", ""),
        member=asked.get("member") or None,
        since=_midnight(asked.get("since")),
        until=_midnight(until + timedelta(days=1)) if until else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
