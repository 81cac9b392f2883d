"""The conversations of a record, for its page, which composes by address."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from crm.fields.models import kinds
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.queries import letters, sidebar
from inbox.views import listing


@require_safe
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """The newest conversations with the people of a record, a heading for each person."""
    model = kinds().get(kind)
    record = model.objects.visible_to(request.member).filter(uid=uid).first() if model else None
    if record is None:
        raise Http404
    side = sidebar.side(request.member)
    groups = []
    for person in letters.people_of(request.member, record):
        what = listing.Asked(workspace, "search", person=person)
        groups.append((person, listing.newest(request, side, what), what.url()))
    context = {"groups": groups, "record": record}
    return page_or_part(request, "inbox/of_record.html", context)
