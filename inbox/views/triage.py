"""What is done to conversations: put away, taken back, shared, joined to a person."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.contacts import actions as contacts
from crm.timeline.views import naming
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from inbox import forms, tasks
from inbox.actions import doing
from inbox.actions import triage as actions
from inbox.queries import reading
from inbox.views import conversation, listing, sweeping, threads


@require_POST
def triage(request: MemberRequest, workspace: str) -> HttpResponse:
    """One verb for a list of conversations, with `until` for snooze; see `sweeping.started`.

    What is `quiet` is not to be undone as a whole, as the reading of what one opens.
    """
    found, verb = sweeping.chosen(request), request.POST.get("verb", "")
    said = sweeping.read(request, verb) if verb in doing.ROWS else None
    if said is None:
        return sweeping.refused(verb)
    if "quiet" not in request.POST or verb not in actions.VERBS:
        return sweeping.started(request, verb, said, found)
    touched = actions.triage(verb=verb, threads=found, by=request.member, at=timezone.now())
    return JsonResponse({"total": touched}, status=200 if touched else 404)


@require_POST
def visibility(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Say who else may read the member's own part of a conversation."""
    found = conversation.find(request, uid)
    mailboxes = {box.pk: box for box in found.own}
    if not found.own_entries:
        raise PermissionDenied("visibility")
    wanted = request.POST.get("visibility", "")
    for entry in found.own_entries:
        mailbox = mailboxes[entry.mailbox_id]
        actions.change_visibility(
            thread=found.thread,
            mailbox=mailbox,
            visibility=actions.closed(mailbox) if wanted == "closed" else wanted,
            by=request.member,
            at=timezone.now(),
        )
    return threads.opened(request, uid)


@require_POST
def person(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Make a person of somebody in the conversation, or give a `person` that address.

    Links what was written from there before.
    """
    permissions.require(request.member, "people.change")
    found = conversation.find(request, uid)
    address = forms.read_text(request.POST, "address").strip().lower()
    names = reading.names(found, address)
    if not names:
        raise Http404
    at = timezone.now()
    known = forms.read_uid(request.POST, "person")
    if known is None:
        made = contacts.take_in(name=max(names), address=address, by=request.member, at=at)
    else:
        made = _given(request, naming.record_of(request, "person", known), address)
    tasks.link_earlier(record=made, at=at)
    shown = conversation.context(request, conversation.page(request, uid), listing.Asked(workspace))
    return page_or_part(request, "inbox/facts.html", shown)


def _given(request: MemberRequest, person: Any, address: str) -> Any:
    """The person with one address more; whoever has it already keeps it."""
    rows = person.emails.order_by("-is_primary", "pk").values_list("address", "label")
    emails = [*(contacts.Reach(*row) for row in rows), contacts.Reach(address)]
    try:
        return contacts.change_person(
            person=person, values={}, emails=emails, by=request.member, at=timezone.now()
        )
    except contacts.AddressTaken as error:
        return error.person
