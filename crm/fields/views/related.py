"""What of other kinds has to do with a record: a part of its page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from crm.fields.views.kinds import KINDS, Kind
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

# As many of each kind stand on the page; its list tells of all
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one kind, the newest first; `has_more` when not all are shown."""

    kind: Kind
    rows: list[Any]
    has_more: bool
    may_add: bool


def related(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """The deals, leads and projects of a person or organization; one query for each kind."""
    record = kind.get(request.member, uid)
    groups = [_group(request, other, record) for other in KINDS.values() if other.around_whom]
    context = {"kind": kind, "record": record, "groups": groups}
    return render(request, "crm/fields/related.html", context)


def _group(request: MemberRequest, kind: Kind, record: Any) -> Group:
    assert kind.around_whom is not None
    rows = kind.rows(request.member).filter(kind.around_whom(record)).order_by("-pk")
    found = list(rows[: SHOWN + 1])
    may_add = permissions.may(request.member, kind.right("change"))
    return Group(kind, found[:SHOWN], len(found) > SHOWN, may_add)
