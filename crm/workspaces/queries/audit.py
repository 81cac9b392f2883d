"""The audit log, as it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from crm.workspaces.models import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Which entries of the audit log are meant; what is not given leaves nothing out.

    `what` is a verb or the part before its dot; `since` and `until` bound the time, the second
    of them not included.
    """

    what: str = ""
    member: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def audit(filters: AuditFilters) -> QuerySet[AuditEntry]:
    """The audit log of the opened workspace, newest first."""
    rows: QuerySet[AuditEntry] = AuditEntry.objects.select_related("by").order_by("-number")
    if filters.what:
        exact = "." in filters.what
        rows = rows.filter(**{"verb" if exact else "verb__startswith": _verb(filters.what)})
    if filters.member is not None:
        rows = rows.filter(by__uid=filters.member)
    if filters.since is not None:
        rows = rows.filter(at__gte=filters.since)
    if filters.until is not None:
        rows = rows.filter(at__lt=filters.until)
    return rows


def _verb(what: str) -> str:
    return what if "." in what else f"{what}."
