"""Drafts that wait, and mail on its way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Q, When
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.ui import times
from crm.ui.render import page_or_part, say
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms
from inbox.actions import compose as writing
from inbox.actions import later
from inbox.actions import outbox as leaving
from inbox.models import Outgoing
from inbox.queries import access, placeholders, sidebar
from inbox.queries import drafts as written
from inbox.views import compose, sending
from inbox.views import outgoing as shown

MOST = 200
# Mail that some recipients did not get stands in the outbox so long
PARTLY = timedelta(days=3)


class Unfit(Exception):
    """A time no mail can wait for."""


@dataclass(slots=True)
class DraftRow:
    """A draft as the list shows it."""

    url: str
    subject: str
    to: list[list[str]]
    snippet: str
    updated_at: datetime
    file_count: int
    kind: str
    # The colleague who writes it
    whose: Membership | None


@require_safe
def drafts(request: MemberRequest, workspace: str) -> HttpResponse:
    """The member's own drafts and those of his teams' mailboxes, the last touched first."""
    rows = list(
        written.waiting(request.member)
        .select_related("thread", "author")
        .annotate(file_count=Count("files"))
        .order_by("-updated_at")[:MOST]
    )
    readable = compose.readable(request, rows)
    begins = [each for row in rows for each in (row.subject, written.beginning(row))]
    said = placeholders.named(begins)
    found = [
        DraftRow(
            url=compose.url_of(request, row, readable),
            subject=subject,
            to=row.to,
            snippet=snippet,
            updated_at=row.updated_at,
            file_count=row.file_count,
            kind=row.kind,
            whose=row.author if row.author_id != request.member.pk else None,
        )
        for row, subject, snippet in zip(rows, said[::2], said[1::2], strict=True)
    ]
    side = sidebar.side(request.member)
    context = {"place": "drafts", "side": side, "drafts": found}
    return page_or_part(request, "inbox/drafts.html", context, part="items")


@require_safe
def outbox(request: MemberRequest, workspace: str) -> HttpResponse:
    """What waits, what leaves and what went wrong, in the member's mailboxes."""
    return _outbox(request)


def _outbox(request: MemberRequest) -> HttpResponse:
    mailboxes = {box.pk: box for box in access.mailboxes(request.member)}
    lately = timezone.now() - PARTLY
    rows = (
        Outgoing.objects.filter(mailbox__in=mailboxes)
        .exclude(state=Outgoing.State.CANCELLED)
        .exclude(Q(state=Outgoing.State.SENT) & (Q(error_text="") | Q(sent_at__lt=lately)))
        .select_related("thread", "author", "draft")
        # What went wrong and what leaves first, then what waits by its time
        .order_by(
            Case(When(state=Outgoing.State.QUEUED, then="send_after")).asc(nulls_first=True),
            "-created_at",
        )
    )
    within = forms.read_uid(request.POST or request.GET, "thread")
    if within is not None:
        rows = rows.filter(thread__uid=within)
    context = {
        "place": "outbox",
        "side": sidebar.side(request.member),
        "outgoing": [shown.shown(request, row, mailboxes) for row in rows[:MOST]],
        "within": within,
    }
    return page_or_part(request, "inbox/outbox.html", context, part="items")


@require_POST
def outgoing(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Send now, stop, send again, or believe it arrived; 409 when it moved on meanwhile."""
    row = Outgoing.objects.select_related("mailbox", "thread").filter(uid=uid).first()
    verb = request.POST.get("verb") or request.GET.get("verb", "")
    if row is None or verb not in VERBS:
        raise Http404
    status = 200
    try:
        VERBS[verb](row, request)
    except PermissionDenied as error:
        raise Http404 from error
    except writing.TooLate:
        status = 409
    except Unfit:
        status = 422
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({}, status=status)
    response = _outbox(request)
    response.status_code = status
    return _told(response, verb, row, request)


def _told(response: HttpResponse, verb: str, row: Outgoing, request: MemberRequest) -> HttpResponse:
    """What became of it, in words; what was thrown away can be had as a draft again."""
    if response.status_code == 409:
        return say(response, _("Too late: it waits no longer."))
    if response.status_code == 422:
        return say(response, _("This time is over, or too far away. Choose another."))
    row.refresh_from_db()
    if verb == "later":
        return say(response, _("It goes %(time)s.") % {"time": times.moment(row.send_after)})
    if verb == "discard" and row.draft is not None:
        way = reverse("inbox:restore", args=[request.workspace.slug, row.draft.uid])
        return say(response, _("Thrown away."), undo=way, label=_("Keep the draft"))
    words = {
        "now": _("It leaves now."),
        "cancel": _("It is a draft again."),
        "discard": _("Thrown away."),
        "again": _("It is sent once more."),
        "arrived": _("It counts as sent."),
    }
    return say(response, words[verb])


def _now(row: Outgoing, request: MemberRequest) -> None:
    later.send_now(outgoing=row, by=request.member, at=timezone.now())


def _later(row: Outgoing, request: MemberRequest) -> None:
    chosen = sending.chosen(request)
    if chosen is None or not sending.may_be(chosen, timezone.now()):
        raise Unfit
    later.move(
        outgoing=row,
        send_after=chosen,
        unless_answered="unless_answered" in request.POST,
        by=request.member,
        at=timezone.now(),
    )


def _throw_away(row: Outgoing, request: MemberRequest) -> None:
    _cancel(row, request)
    mine = written.writable(request.member)
    draft = mine.filter(pk=row.draft_id).first() if row.draft_id is not None else None
    if draft is not None:
        writing.discard(draft=draft, by=request.member, at=timezone.now())


def _cancel(row: Outgoing, request: MemberRequest) -> None:
    waits = row.state == Outgoing.State.QUEUED
    stop = writing.cancel if waits else leaving.back_to_draft
    stop(outgoing=row, by=request.member, at=timezone.now())


def _again(row: Outgoing, request: MemberRequest) -> None:
    leaving.send_again(outgoing=row, by=request.member, at=timezone.now())


def _arrived(row: Outgoing, request: MemberRequest) -> None:
    leaving.mark_sent(outgoing=row, by=request.member, at=timezone.now())


VERBS = {
    "now": _now,
    "later": _later,
    "cancel": _cancel,
    "discard": _throw_away,
    "again": _again,
    "arrived": _arrived,
}
