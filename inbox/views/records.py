"""The conversations of a record, for its page, which composes by address."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from crm.contacts.models import Organization, Person
from crm.fields.models import kinds
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox.queries import sidebar
from inbox.views import listing

# Of an organization the conversations of so many people are shown, last changed first
PEOPLE = 5


@require_safe
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """The newest conversations with the people of a record, a heading for each person."""
    model = kinds().get(kind)
    record = model.objects.visible_to(request.member).filter(uid=uid).first() if model else None
    if record is None:
        raise Http404
    side = sidebar.side(request.member)
    groups = []
    for person in people_of(request.member, record):
        what = listing.Asked(workspace, "search", person=person)
        groups.append((person, listing.newest(request, side, what), what.url()))
    context = {"groups": groups, "record": record}
    return page_or_part(request, "inbox/of_record.html", context)


def people_of(member: Membership, record: Any) -> list[Person]:
    """Whose mail belongs to a record: the person, whom it is with, or who works there."""
    rows = Person.objects.visible_to(member)
    if isinstance(record, Person):
        return [record]
    if isinstance(record, Organization):
        return list(rows.filter(organization=record).order_by("-updated_at", "-pk")[:PEOPLE])
    person = getattr(record, "person_id", None)
    if person is not None:
        return list(rows.filter(pk=person))
    firm = getattr(record, "organization_id", None)
    if firm is None:
        return []
    return list(rows.filter(organization=firm).order_by("-updated_at", "-pk")[:PEOPLE])
