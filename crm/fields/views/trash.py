"""The trash of all kinds: who put what there, when it goes, and the ways out of it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm.fields import actions
from crm.fields.actions import bulk
from crm.fields.actions.purging import KEPT_FOR
from crm.fields.queries import trash
from crm.fields.views.bulk import uids
from crm.fields.views.kinds import KINDS, Kind, kind_of
from crm.ui.render import page_or_part, say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

PAGE = "crm/fields/trash.html"


@require_safe
def trashed(request: MemberRequest, workspace: str) -> HttpResponse:
    """What lies in the trash, fifty at a time; `?kind=` of one kind only."""
    word = request.GET.get("kind", "")
    if word:
        kind_of(word)
    rows, after = trash.trashed(request.member, kind=word, after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "section": "trash",
        "place": "settings",
        "kinds": list(KINDS.values()),
        "chosen": word,
        "rows": [
            (KINDS[row.kind], row, row.at + KEPT_FOR) for row in rows if row.kind in KINDS
        ],
        "after": after,
        "may_delete": {
            kind.one for kind in KINDS.values()
            if permissions.may(request.member, kind.right("delete"))
        },
    }  # fmt: skip
    part = "more" if "after" in request.GET else "rows"
    return page_or_part(request, PAGE, context, part=part)


def removal(request: MemberRequest, kind: Kind) -> HttpResponse:
    """POST `uid`…: gone for good, and not to be had back."""
    permissions.require(request.member, kind.right("delete"))
    rows = kind.model.objects.trashed_for(request.member)
    found = list(rows.filter(uid__in=uids(request)[: bulk.MOST]))
    if not found:
        raise Http404
    count = actions.remove(found, by=request.member, at=timezone.now())
    text = ngettext(
        "%(count)s record is gone for good", "%(count)s records are gone for good", count
    )
    return say(HttpResponse(status=204), text % {"count": count})
