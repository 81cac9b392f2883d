"""Who else looks at a conversation, or writes in it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox.actions import presence as actions
from inbox.views import conversation

PART = "inbox/presence.html"


@require_http_methods(["GET", "HEAD", "POST"])
def presence(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET who else is there; POST `state` says that one reads, writes or is gone."""
    found = conversation.find(request, uid)
    thread, boxes = found.thread.pk, found.seen.mailbox_ids
    if request.method == "POST":
        state = request.POST.get("state", "")
        if state not in actions.STATES:
            raise Http404
        topic = f"presence:{found.thread.uid}"
        actions.note(thread=thread, mailboxes=boxes, by=request.member, state=state, topic=topic)
        return HttpResponse(status=204)
    others = actions.here(thread=thread, mailboxes=boxes, but=request.member)
    people = Membership.objects.using("default").filter(pk__in=others, is_active=True)
    rows = [(person, others[person.pk]) for person in people.order_by("name")] if others else []
    return render(request, PART, {"uid": found.thread.uid, "others": rows})
