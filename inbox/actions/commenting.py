"""Comments among the mails of a conversation; whoever is named in one may read it from then on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Value

from crm.timeline import actions as timeline
from crm.timeline import wording
from crm.timeline.actions.notes import colleagues
from crm.timeline.actions.telling import notify
from crm.timeline.models import Notice
from crm.workspaces.models import Membership
from inbox.models import Comment, Mailbox, MailboxThread, Thread, ThreadGuest
from inbox.queries import access


@dataclass(frozen=True, slots=True)
class Said:
    """A comment, whom it let read the conversation, and who was named in vain.

    Only those whose mailbox it is let others read it.
    """

    comment: Comment
    shared: list[Membership] = field(default_factory=list)
    outside: list[Membership] = field(default_factory=list)


def write(*, thread: Thread, html: str, by: Membership, at: datetime) -> Said:
    """Say something about a conversation; raises wording.Unfit, and PermissionDenied unread."""
    written = wording.clean(html, colleagues())
    with transaction.atomic():
        mailbox = where(thread, by)
        comment = Comment.objects.create(
            thread=thread,
            mailbox=mailbox,
            html=written.html,
            text=written.text,
            by=by,
            created_at=at,
        )
        _let_find(comment)
        return _tell(comment, written.mentioned, by, at)


def change(*, comment: Comment, html: str, by: Membership, at: datetime) -> Said:
    """Other words for a comment of one's own; raises wording.Unfit, and PermissionDenied."""
    _require_own(comment, by)
    written = wording.clean(html, colleagues())
    before = {each.pk for each in wording.clean(comment.html, colleagues()).mentioned}
    with transaction.atomic():
        comment.html, comment.text, comment.changed_at = written.html, written.text, at
        comment.save(update_fields=["html", "text", "changed_at"])
        _let_find(comment)
        fresh = [member for member in written.mentioned if member.pk not in before]
        return _tell(comment, fresh, by, at)


def remove(*, comment: Comment, by: Membership, at: datetime) -> None:
    """Take a comment of one's own away; raises PermissionDenied. What it shared stays shared."""
    _turn(comment, by, at, at)


def bring_back(*, comment: Comment, by: Membership, at: datetime) -> None:
    """As if it had never been taken away; raises PermissionDenied."""
    _turn(comment, by, at, None)


def where(thread: Thread, by: Membership) -> Mailbox:
    """The mailbox a comment of the member belongs to, his own before others'."""
    own = set(access.mailbox_ids(by))
    rows = access.entries(by, own).filter(thread=thread).select_related("mailbox")
    entries: list[MailboxThread] = sorted(
        rows.order_by("-last_at", "pk"), key=lambda entry: entry.mailbox_id not in own
    )
    if not entries:
        raise PermissionDenied("thread")
    found: Mailbox = entries[0].mailbox
    return found


def _let_find(comment: Comment) -> None:
    """Have it found by its words."""
    words = SearchVector(Value(comment.text), config="fio")
    Comment.objects.filter(pk=comment.pk).update(search=words)


def _tell(comment: Comment, named: Sequence[Membership], by: Membership, at: datetime) -> Said:
    thread, mailbox = comment.thread, comment.mailbox
    others = [member for member in named if member.pk != by.pk]
    readers = access.readers(thread_id=thread.pk, mailbox_ids=[mailbox.pk]) if others else set()
    missing = [member for member in others if member.pk not in readers]
    is_own = mailbox.pk in access.mailbox_ids(by)
    shared = missing if is_own else []
    # Two comments at once may name the same colleague
    ThreadGuest.objects.bulk_create(
        (
            ThreadGuest(thread=thread, mailbox=mailbox, member=member, by=by, at=at)
            for member in shared
        ),
        ignore_conflicts=True,
    )
    event = timeline.record(
        "thread.commented",
        by=by,
        about=[thread],
        at=at,
        data={"mailboxes": [mailbox.pk], "let_in": [member.pk for member in shared]},
    )
    told = [member for member in others if is_own or member.pk in readers]
    notify([member.pk for member in told], event, Notice.Why.MENTION, at=at)
    return Said(comment, shared, [] if is_own else missing)


def _turn(comment: Comment, by: Membership, at: datetime, removed_at: datetime | None) -> None:
    _require_own(comment, by)
    with transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(removed_at=removed_at)
        data = {"mailboxes": [comment.mailbox_id]}
        timeline.record("thread.commented", by=by, about=[comment.thread], at=at, data=data)


def _require_own(comment: Comment, by: Membership) -> None:
    """One's own, in a conversation one may read still."""
    rows = access.entries(by).filter(thread=comment.thread_id, mailbox=comment.mailbox_id)
    if comment.by_id != by.pk or not rows.exists():
        raise PermissionDenied("comment")
