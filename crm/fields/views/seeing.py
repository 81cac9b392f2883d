"""Who sees a record and why."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from crm.fields import queries
from crm.fields.views.kinds import Kind
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


def seeing(request: MemberRequest, kind: Kind, uid: UUID) -> HttpResponse:
    """Who sees a record and why: a part of its page."""
    record = kind.get(request.member, uid)
    context = {
        "kind": kind,
        "record": record,
        "seeing": queries.who_sees(record),
        "may_change": permissions.may(request.member, kind.right("change")),
    }
    return render(request, "crm/fields/seeing.html", context)
