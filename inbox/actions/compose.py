"""Writing a mail: a draft that is saved after every pause, and handing it to the outbox."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When

from crm.timeline import actions as timeline
from crm.timeline import subjects
from crm.workspaces.models import Membership
from inbox.actions import answering, envelope, files, pictures, together
from inbox.mime import clean, written
from inbox.models import Draft, Habit, Mailbox, Message, Outgoing, Thread, Upload
from inbox.queries import access, drafts, habits, meanwhile, ours, templates, workers

UNDO = timedelta(seconds=10)
SUBJECT = 998
# What is longer would be cut off while it is cleaned
LONGEST = clean.LIMIT


class DraftChanged(Exception):
    """Somebody saved, sent or threw away the draft meanwhile; `version` is what stands now.

    `name` is the colleague's who did, and "" where it was the member in another window.
    """

    def __init__(self, version: int, name: str = "") -> None:
        super().__init__(version)
        self.version = version
        self.name = name


class AnsweredMeanwhile(Exception):
    """Somebody else answered since the draft was begun; nothing was sent. `answer` tells who."""

    def __init__(self, answer: meanwhile.Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


class TooLate(Exception):
    """The mail is no longer waiting: the server has it, or may have it."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft says: people as [name, address], the editor's HTML, files in order.

    `text` are the exact words of a program, sent beside the HTML as they are.
    """

    mailbox: Mailbox
    to: Sequence[Sequence[str]] = ()
    cc: Sequence[Sequence[str]] = ()
    bcc: Sequence[Sequence[str]] = ()
    subject: str = ""
    html: str = ""
    uploads: Sequence[uuid.UUID] = ()
    is_quoting: bool = True
    text: str = ""
    # Remind the author if nobody has answered so many days after it left; 0 for no reminder
    remind_days: int = 0
    # What of it is tracked; None leaves it as it is
    tracks_opens: bool | None = None
    tracks_clicks: bool | None = None
    # A person said so, and means his next mails as well
    is_habit: bool = False
    # Records to link the thread to once it is sent, as (kind, id); None leaves them as they are
    about: Sequence[tuple[str, int]] | None = None


def begin(
    *,
    mailbox: Mailbox,
    by: Membership,
    at: datetime,
    kind: str = Draft.Kind.NEW,
    answers: Message | None = None,
    to: Sequence[Sequence[str]] = (),
    uid: uuid.UUID | None = None,
) -> Draft:
    """A draft that is not stored yet, version 0, addressed and named; the first `save` keeps it.

    Raises PermissionDenied for a mailbox the member does not write from, and for a message that
    came to one in which he does not work: whom it is shared with reads it and does not answer.
    """
    _require_own(mailbox, by)
    draft = Draft(mailbox=mailbox, author=by, kind=kind, answers=answers, version=0)
    draft.created_at = draft.updated_at = at
    draft.tracks_opens, draft.tracks_clicks = habits.tracking(by)
    draft.to = [list(person) for person in to]
    if signature := pictures.signature(mailbox):
        draft.html = f"<p></p>{signature}"
    if uid is not None:
        draft.uid = uid
    if answers is not None:
        _require_own(answers.mailbox, by)
        if not access.messages(by).filter(pk=answers.pk).exists():
            raise PermissionDenied("message")
        people = answering.recipients(answers, kind, own_addresses(by))
        draft.to, draft.cc = people.to or draft.to, people.cc
        draft.subject = answering.subject(answers, kind)
        draft.thread_id = answers.thread_id
    return draft


def start(
    *,
    mailbox: Mailbox,
    by: Membership,
    at: datetime,
    kind: str = Draft.Kind.NEW,
    answers: Message | None = None,
    to: Sequence[Sequence[str]] = (),
) -> Draft:
    """A stored draft: the same answer begun before, or a new one; a forward takes the files along.

    Raises PermissionDenied as `begin` does.
    """
    draft = begin(mailbox=mailbox, by=by, at=at, kind=kind, answers=answers, to=to)
    with transaction.atomic():
        begun = begun_answer(answers, kind, by) if answers is not None else None
        if begun is not None:
            return begun
        draft.version = 1
        draft.save()
        if answers is not None and kind == Draft.Kind.FORWARD:
            files.carry(draft=draft, message=answers, by=by, at=at)
    return draft


def begun_answer(answers: Message, kind: str, by: Membership) -> Draft | None:
    """The member's own unfinished answer of this kind to this message."""
    found: Draft | None = (
        Draft.objects.filter(
            author=by, kind=kind, answers=answers, queued_at=None, discarded_at=None
        )
        .order_by("-updated_at")
        .first()
    )
    return found


def own_addresses(member: Membership) -> set[str]:
    """Lower-case addresses of every mailbox the member writes from."""
    found = access.mailboxes(member).values_list("address", flat=True)
    return {address.lower() for address in found}


def save(*, draft: Draft, version: int, content: Content, by: Membership, at: datetime) -> Draft:
    """Keep what the draft says now; raises DraftChanged when `version` is not what stands.

    A draft that was only begun is stored now, as version 1. One of a colleague, in a team's
    mailbox, becomes the member's. One that several wrote moves only to a team's mailbox in which
    all who go on with it now can do so as well, or PermissionDenied is raised.

    Addresses may still be half typed: they are looked at when the mail is sent.
    """
    _require_writer(draft, by)
    _require_own(content.mailbox, by)
    before, box = draft.author_id, draft.mailbox_id
    tracked = (draft.tracks_opens, draft.tracks_clicks)
    with transaction.atomic():
        if draft.version == 0:
            _keep(draft)
        changed = Draft.objects.filter(
            pk=draft.pk, version=version, queued_at=None, discarded_at=None
        ).update(
            author=by,
            is_shared=_shared_by(by),
            mailbox=content.mailbox,
            to=[list(person) for person in content.to],
            cc=[list(person) for person in content.cc],
            bcc=[list(person) for person in content.bcc],
            subject=content.subject[:SUBJECT],
            html=harmless(content.html),
            text=content.text,
            **({} if content.about is None else {"about": _about(draft, content.about, by)}),
            is_quoting=content.is_quoting,
            remind_days=content.remind_days,
            **_tracking(content),
            version=F("version") + 1,
            updated_at=at,
        )
        draft.refresh_from_db()
        if not changed:
            raise DraftChanged(draft.version, _colleague(draft, by))
        if draft.is_shared and not drafts.may_move(box, content.mailbox):
            raise PermissionDenied("mailbox")
        if content.is_habit and tracked != (draft.tracks_opens, draft.tracks_clicks):
            _get_used_to(draft, by)
        _put_files(draft, content.uploads, by)
        together.tell(draft, before, *(workers.ids([box]) if box != draft.mailbox_id else ()))
    return draft


def _shared_by(writer: Membership) -> Case:
    """For a draft that this member writes in: whether anybody else ever did."""
    return Case(When(author=writer, then=F("is_shared")), default=Value(True))


def _about(draft: Draft, said: Sequence[tuple[str, int]], by: Membership) -> list[list[str | int]]:
    """What it is about now; records that a colleague named and the member cannot see stay."""
    before = [(kind, pk) for kind, pk in draft.about]
    seen = subjects.named(by, before) if before else {}
    hidden = [pair for pair in before if pair not in seen]
    return [list(pair) for pair in dict.fromkeys([*said, *hidden])]


def _tracking(content: Content) -> dict[str, bool]:
    said = {"tracks_opens": content.tracks_opens, "tracks_clicks": content.tracks_clicks}
    return {name: value for name, value in said.items() if value is not None}


def _get_used_to(draft: Draft, by: Membership) -> None:
    chosen = {"tracks_opens": draft.tracks_opens, "tracks_clicks": draft.tracks_clicks}
    Habit.objects.update_or_create(member_id=by.pk, defaults=chosen)


def _colleague(draft: Draft, by: Membership) -> str:
    author = draft.author if draft.author_id != by.pk else None
    return author.name if author is not None else ""


def _keep(draft: Draft) -> None:
    """Store a draft that was only begun; raises DraftChanged when another save was quicker."""
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise DraftChanged(1) from error


def harmless(html: str) -> str:
    """The editor's HTML through the same sieve as received mail; images keep their addresses."""
    if not html.strip():
        return ""
    return clean.outgoing(ours.straight_html(written.cleaned(html)))


def discard(*, draft: Draft, by: Membership, at: datetime) -> None:
    """Put a draft away; `restore` brings it back. Raises DraftChanged once it is in the outbox."""
    _require_writer(draft, by)
    with transaction.atomic():
        if not Draft.objects.filter(pk=draft.pk, queued_at=None).update(discarded_at=at):
            raise DraftChanged(draft.version)
        together.tell(draft)


def restore(*, draft: Draft, by: Membership, at: datetime) -> None:
    """Bring a discarded draft back."""
    _require_writer(draft, by)
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(discarded_at=None)
        together.tell(draft)


def queue_message(
    *,
    draft: Draft,
    by: Membership,
    at: datetime,
    send_after: datetime | None = None,
    unless_answered: bool = False,
    knowing: datetime | None = None,
    version: int | None = None,
) -> Outgoing:
    """Hand a draft to the outbox, to leave at `send_after`, not before the undo time is over.

    The Message-ID is made here, once. Raises envelope.NotReady naming what is wrong and
    where, and DraftChanged when the draft is gone or in the outbox already, or is not at
    `version` any more. Whoever sends a colleague's makes it his own. A mail that leaves only
    `unless_answered` is a draft again as soon as a person answers. Raises AnsweredMeanwhile
    where somebody else did since it was begun, unless that came before `knowing`.
    """
    _require_writer(draft, by)
    leaves_at = max(send_after or at, at + UNDO)
    with transaction.atomic():
        draft = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
        is_other = version is not None and version != draft.version
        if draft.queued_at or draft.discarded_at or is_other:
            raise DraftChanged(draft.version, _colleague(draft, by))
        _require_own(draft.mailbox, by)
        _hold(draft, by, knowing)
        sealed = envelope.seal(draft=draft, by=by, at=at, leaves_at=leaves_at if send_after else at)
        outgoing: Outgoing = Outgoing.objects.create(
            mailbox=draft.mailbox,
            author=by,
            draft=draft,
            thread_id=draft.thread_id,
            answers_id=draft.answers_id,
            rfc_id=sealed.rfc_id,
            blob_id=sealed.blob_id,
            subject=sealed.subject,
            snippet=sealed.snippet,
            recipients=sealed.recipients,
            send_after=leaves_at,
            unless_answered=unless_answered,
            tracks_opens=draft.tracks_opens,
            tracks_clicks=draft.tracks_clicks,
            created_at=at,
        )
        Draft.objects.filter(pk=draft.pk).update(queued_at=at, author=by, is_shared=_shared_by(by))
        together.tell(draft, by.pk)
        tell("email.queued", outgoing, by, at)
    return outgoing


def _hold(draft: Draft, by: Membership, knowing: datetime | None) -> None:
    """Of two who answer at once the second is told; the lock lets one look after the other."""
    if draft.thread_id is not None:
        list(Thread.objects.select_for_update(no_key=True).filter(pk=draft.thread_id))
        answer = meanwhile.answered(draft, by, knowing)
        if answer is not None:
            raise AnsweredMeanwhile(answer)


def cancel(*, outgoing: Outgoing, by: Membership, at: datetime) -> Draft | None:
    """Stop a mail that still waits and give its draft back; raises TooLate once it has left."""
    require_writer(outgoing, by)
    with transaction.atomic():
        stopped = Outgoing.objects.filter(pk=outgoing.pk, state=Outgoing.State.QUEUED).update(
            state=Outgoing.State.CANCELLED
        )
        if not stopped:
            raise TooLate
        return reopen(outgoing, by, at)


def reopen(outgoing: Outgoing, by: Membership, at: datetime) -> Draft | None:
    """The draft of a mail that did not leave, writable again."""
    Draft.objects.filter(pk=outgoing.draft_id).update(queued_at=None, updated_at=at)
    tell("email.cancelled", outgoing, by, at)
    draft: Draft | None = Draft.objects.filter(pk=outgoing.draft_id).first()
    if draft is not None:
        together.tell(draft)
    return draft


def _put_files(draft: Draft, wanted: Sequence[uuid.UUID], by: Membership) -> None:
    wanted = [*wanted, *pictures.shown(draft.html)]
    found = {u.uid: u for u in templates.usable(by).filter(uid__in=wanted)}
    # What stands on it already was allowed once
    had = Upload.objects.filter(uid__in=wanted, pk__in=draft.files.values("upload"))
    found |= {u.uid: u for u in had}
    files.put(draft=draft, uploads=[found[uid] for uid in dict.fromkeys(wanted) if uid in found])


def _require_writer(draft: Draft, by: Membership) -> None:
    if not drafts.may_write(by, draft):
        raise PermissionDenied("draft")


def _require_own(mailbox: Mailbox, by: Membership) -> None:
    if not access.mailboxes(by).filter(pk=mailbox.pk).exists():
        raise PermissionDenied("mailbox")


def require_writer(outgoing: Outgoing, by: Membership) -> None:
    """Whoever works in the mailbox it leaves from, also in his own that is gone; none but them."""
    box = outgoing.mailbox
    if box.kind != Mailbox.Kind.PERSONAL or box.owner_id != by.pk:
        _require_own(box, by)


def tell(verb: str, outgoing: Outgoing, by: Membership, at: datetime) -> None:
    """Record what happened to a mail on its way, for its thread and the outbox."""
    about = [outgoing, outgoing.thread] if outgoing.thread is not None else [outgoing]
    timeline.record(verb, by=by, about=about, at=at, data={"mailboxes": [outgoing.mailbox_id]})
