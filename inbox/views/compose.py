"""Writing: the composer as a page and in the dock, saving, files, sending."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.timeline import subjects
from crm.timeline.views import naming
from crm.ui import times
from crm.ui.render import page_or_part, wants_part
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms
from inbox.actions import awaiting, files, pictures
from inbox.actions import compose as actions
from inbox.models import Draft, Mailbox, Message, Thread, Upload
from inbox.queries import access, addressing, drafts, moments, reading, sidebar, templates
from inbox.views import conversation, listing, whom

# A page does not stay open longer
LONG = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Quoted:
    """The mail that will stand below."""

    name: str
    # One line; what stands in braces there is no field of the answer's
    subject: str
    sent_at: datetime
    is_kept: bool


@dataclass(slots=True)
class Composer:
    """What inbox/composer.html takes."""

    uid: UUID
    kind: str
    version: int
    mailboxes: list[Mailbox]
    mailbox_uid: UUID
    to: str
    cc: str
    bcc: str
    subject: str
    html: str
    close_url: str
    answers: UUID | None = None
    files: list[Upload] = field(default_factory=list)
    quoted: Quoted | None = None
    saved_at: datetime | None = None
    remind_days: int = 0
    tracks_opens: bool = False
    tracks_clicks: bool = False
    began_at: datetime | None = None
    reminders: list[tuple[int, str]] = field(default_factory=list)
    about: list["Subject"] = field(default_factory=list)
    # The colleague who wrote it so far
    whose: Membership | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A record that the thread is linked to once the mail is sent; `value` is `kind:uid`."""

    value: str
    name: str


@require_safe
def page(request: MemberRequest, workspace: str) -> HttpResponse:
    """A new message, or a waiting draft, as a page of its own."""
    side = sidebar.side(request.member)
    uid = forms.read_uid(request.GET, "draft")
    draft = open_draft(request, uid) if uid else _new(request)
    if draft is None:
        return redirect("inbox:list", workspace, "inbox")
    close = reverse("inbox:list", args=[workspace, "inbox"])
    context = {
        "composer": composer_of(request, draft, close),
        "place": "compose",
        "side": side,
        "in_dock": False,
        **_context_of(request, draft),
    }
    return page_or_part(request, "inbox/compose.html", context, part="composer")


def _context_of(request: MemberRequest, draft: Draft) -> dict[str, Any]:
    """What stands beside the page; nothing for whoever asks for the composer alone."""
    if wants_part(request):
        return {}
    seen = subjects.named(request.member, [(kind, pk) for kind, pk in draft.about])
    return whom.beside(request, draft.to, list(seen.values()))


@require_safe
def composer(request: MemberRequest, workspace: str) -> HttpResponse:
    """The dock with the composer open; asked for as a page, the page that has it."""
    uid = forms.read_uid(request.GET, "draft")
    draft = open_draft(request, uid) if uid else _answer(request)
    if not wants_part(request):
        what = listing.asked(request, sidebar.side(request.member))
        return redirect(url_of(request, draft, readable(request, [draft]), what))
    return page_or_part(request, "inbox/dock.html", in_dock(request, draft))


def in_dock(request: MemberRequest, draft: Draft) -> dict[str, Any]:
    """What inbox/dock.html takes while somebody writes in it."""
    slug = request.workspace.slug
    thread = draft.thread
    close = (
        reverse("inbox:dock", args=[slug, thread.uid])
        if thread is not None
        else reverse("inbox:list", args=[slug, "inbox"])
    )
    return {"composer": composer_of(request, draft, close)}


def readable(request: MemberRequest, drafts: Iterable[Draft]) -> set[int]:
    """Ids of the conversations of these drafts that the member may read still."""
    threads = [draft.thread_id for draft in drafts if draft.thread_id is not None]
    rows = access.entries(request.member).filter(thread__in=threads)
    return set(rows.values_list("thread_id", flat=True))


def url_of(
    request: MemberRequest,
    draft: Draft,
    readable: Container[int],
    what: listing.Asked | None = None,
) -> str:
    """Where one goes on writing: below a readable conversation, else on a page of its own.

    `what` is the list beside the conversation, the inbox unless said otherwise.
    """
    slug = request.workspace.slug
    if draft.thread is not None and draft.pk is not None and draft.thread_id in readable:
        url = (what or listing.Asked(slug)).thread_url(draft.thread.uid)
        return f"{url}{'&' if '?' in url else '?'}draft={draft.uid}"
    return f"{reverse('inbox:compose', args=[slug])}?draft={draft.uid}"


@require_safe
def dock(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The closed dock of a conversation."""
    try:
        found, answered = reading.answerable(request.member, uid)
    except Thread.DoesNotExist as error:
        raise Http404 from error
    begun = conversation.drafts_of(request, found)
    shown = conversation.dock(request, found, answered, begun)
    return page_or_part(request, "inbox/dock.html", {"dock": shown})


@require_safe
def begun(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """What colleagues are writing in a conversation of a team's mailbox."""
    found = conversation.find(request, uid)
    rows = conversation.others(request, conversation.drafts_of(request, found))
    return page_or_part(request, "inbox/begun.html", {"uid": found.thread.uid, "begun": rows})


@require_http_methods(["POST", "DELETE"])
def draft(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Save a draft, or put it away."""
    if request.method == "DELETE":
        return _discard(request, uid)
    if len(request.POST.get("html", "")) > actions.LONGEST:
        words = _("This text is too long for one mail. Put part of it into a file.")
        return JsonResponse({"errors": [{"field": "html", "message": words}]}, status=422)
    now = timezone.now()
    row = Draft.objects.filter(uid=uid).first() or _begin(request, uid, now)
    if not drafts.may_write(request.member, row):
        raise Http404
    version = forms.read_number(request.POST, "version", 0, 2**31 - 1, least=0)
    try:
        row = actions.save(
            draft=row, version=version, content=_content(request), by=request.member, at=now
        )
    except actions.DraftChanged as changed:
        return overtaken(changed)
    return JsonResponse({"version": row.version, "time": times.moment(now)})


def overtaken(changed: actions.DraftChanged) -> HttpResponse:
    """Somebody was quicker: what stands now, and the name where it was a colleague."""
    name = {"name": changed.name} if changed.name else {}
    return JsonResponse({"version": changed.version, **name}, status=409)


def _discard(request: MemberRequest, uid: UUID) -> HttpResponse:
    row = drafts.writable(request.member).filter(uid=uid).first()
    if row is None:
        return JsonResponse({})
    try:
        actions.discard(draft=row, by=request.member, at=timezone.now())
    except actions.DraftChanged as changed:
        return overtaken(changed)
    url = reverse("inbox:restore", args=[request.workspace.slug, uid])
    return JsonResponse({"restore_url": url})


@require_POST
def restore(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Bring back a draft that was put away."""
    actions.restore(draft=open_draft(request, uid), by=request.member, at=timezone.now())
    return JsonResponse({})


@require_POST
def uploads(request: MemberRequest, workspace: str) -> HttpResponse:
    """Keep one file of up to 25 MB for a draft."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"errors": [{"field": "file", "message": ""}]}, status=422)
    try:
        row = files.take_upload(
            file=file, content_type=file.content_type or "", by=request.member, at=timezone.now()
        )
    except files.TooBig as error:
        return JsonResponse({"errors": [{"field": "file", "message": str(error)}]}, status=413)
    return JsonResponse({"uid": str(row.uid), "filename": row.filename, "size": row.size})


def composer_of(request: MemberRequest, row: Draft, close_url: str) -> Composer:
    """A draft as the composer shows it, whether it is stored yet or not."""
    listed = templates.files(row) if row.pk is not None else []
    answered = row.answers
    quoted = None
    if answered is not None:
        name = answered.sender_name or answered.sender_address
        sent_at = answered.sent_at or answered.received_at
        subject = " ".join(answered.subject.split())
        quoted = Quoted(name, subject, sent_at, row.is_quoting)
    whose = row.author if row.author_id != request.member.pk else None
    boxes = access.mailboxes(request.member).order_by("kind", "address")
    return Composer(
        uid=row.uid,
        kind=row.kind,
        version=row.version,
        mailboxes=drafts.movable(row, boxes, asker=request.member),
        mailbox_uid=row.mailbox.uid,
        to=forms.write_people(row.to),
        cc=forms.write_people(row.cc),
        bcc=forms.write_people(row.bcc),
        subject=row.subject,
        html=row.html,
        close_url=close_url,
        answers=answered.uid if answered is not None else None,
        files=pictures.beside(row.html, listed),
        quoted=quoted,
        saved_at=row.updated_at if row.pk is not None else None,
        remind_days=row.remind_days,
        tracks_opens=row.tracks_opens,
        tracks_clicks=row.tracks_clicks,
        began_at=row.created_at,
        reminders=moments.reminder_days(row.remind_days),
        about=_subjects(request, row),
        whose=whose,
    )


def _subjects(request: MemberRequest, row: Draft) -> list[Subject]:
    """What the mail is about, as far as the member still sees it."""
    pairs = [(kind, pk) for kind, pk in row.about]
    seen = subjects.named(request.member, pairs) if pairs else {}
    return [
        Subject(f"{kind}:{seen[kind, pk].uid}", str(seen[kind, pk].name))
        for kind, pk in pairs
        if (kind, pk) in seen
    ]


def open_draft(request: MemberRequest, uid: UUID) -> Draft:
    """A draft that the member may go on with; raises Http404."""
    rows = drafts.writable(request.member).select_related("mailbox", "thread", "answers", "author")
    row: Draft | None = rows.filter(uid=uid).first()
    if row is None:
        raise Http404
    return row


def _new(request: MemberRequest) -> Draft | None:
    """An unsaved new mail from the member's first mailbox; None where he has none."""
    mailbox = access.mailboxes(request.member).order_by("kind", "pk").first()
    if mailbox is None:
        return None
    to: list[list[str]] = [list(person) for person in forms.read_people(request.GET.get("to", ""))]
    records = naming.records_in(request, request.GET.getlist("about"))
    if records and not to:
        to = addressing.people(request.member, records[0])
    draft = actions.begin(mailbox=mailbox, by=request.member, at=timezone.now(), to=to)
    draft.about = [[record.kind(), record.pk] for record in records]
    return draft


def _answer(request: MemberRequest) -> Draft:
    """The answer begun before, else a new one; a forward is stored at once, for its files."""
    uid = forms.read_uid(request.GET, "answers")
    kind = request.GET.get("kind", "")
    if uid is None or kind not in Draft.Kind.values or kind == Draft.Kind.NEW:
        raise Http404
    message = conversation.may_read(request, uid)
    mailbox = _mailbox_for(request, message)
    begun = actions.begun_answer(message, kind, request.member)
    if begun is not None:
        return open_draft(request, begun.uid)
    make = actions.start if kind == Draft.Kind.FORWARD else actions.begin
    return make(mailbox=mailbox, by=request.member, at=timezone.now(), kind=kind, answers=message)


def _mailbox_for(request: MemberRequest, message: Message) -> Mailbox:
    """The mailbox the mail came to; raises Http404 where the member only reads along."""
    if not access.mailboxes(request.member).filter(pk=message.mailbox_id).exists():
        raise Http404
    mailbox: Mailbox = message.mailbox
    return mailbox


def _begin(request: MemberRequest, uid: UUID, at: datetime) -> Draft:
    """The first save of a draft the page made up the name of."""
    kind = request.POST.get("kind", "")
    answers = forms.read_uid(request.POST, "answers")
    message = conversation.may_read(request, answers) if answers else None
    if kind not in Draft.Kind.values or (message is None) != (kind == Draft.Kind.NEW):
        raise Http404
    if message is not None:
        _mailbox_for(request, message)
    mailbox = _mailbox(request)
    began = forms.as_moment(request.POST.get("began", ""))
    if began is not None and at - LONG < began < at:
        # What came since the page was made was not seen when it was begun
        at = began
    return actions.begin(
        mailbox=mailbox, by=request.member, at=at, kind=kind, answers=message, uid=uid
    )


def _mailbox(request: MemberRequest) -> Mailbox:
    uid = forms.read_uid(request.POST, "mailbox")
    mailbox = access.mailboxes(request.member).filter(uid=uid).first() if uid else None
    if mailbox is None:
        raise Http404
    return mailbox


def _content(request: MemberRequest) -> actions.Content:
    said = request.POST
    return actions.Content(
        mailbox=_mailbox(request),
        to=forms.read_people(forms.read_text(said, "to")),
        cc=forms.read_people(forms.read_text(said, "cc")),
        bcc=forms.read_people(forms.read_text(said, "bcc")),
        subject=forms.read_text(said, "subject"),
        html=forms.read_text(said, "html"),
        uploads=forms.read_uids(said.getlist("upload")),
        is_quoting="quote" in said or "answers" not in said,
        remind_days=forms.read_number(said, "remind_days", 0, awaiting.MOST_DAYS, least=0),
        about=_about(request) if "abouts" in said else None,
        tracks_opens="opens" in said if "tracking" in said else None,
        tracks_clicks="clicks" in said if "tracking" in said else None,
        is_habit=True,
    )


def _about(request: MemberRequest) -> list[tuple[str, int]]:
    """The records that the composer names; what the member does not see any more is left out."""
    found = []
    for kind, uid in forms.read_records(request.POST.getlist("about")):
        record = subjects.find(request.member, kind, uid)
        if record is not None:
            found.append((record.kind(), record.pk))
    return found
