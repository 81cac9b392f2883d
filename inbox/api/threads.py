"""Conversations, as the member who asks sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline.api import about
from crm.ui.rest import counted, fields, pages, shapes
from crm.workspaces.models import Membership
from inbox.actions import awaiting, snoozing, triage
from inbox.actions import labels as labelling
from inbox.api import giving, links, narrowing, people, readers, refs, suggesting, views
from inbox.models import Mailbox, MailboxThread, Thread, Visibility
from inbox.queries import lists, standing, waiting

# How many pages back the cursor of a list remembers
REMEMBERED = 40
WALK = ("threads",)
Stack = list[str]


class ThreadShape(shapes.Shape):
    id = fields.Id()
    subject = fields.Text()
    snippet = fields.Text(help_text="How its last message begins.")
    last_message_at = fields.Moment(
        help_text="When its last message came, or it came back from being snoozed."
    )
    message_count = fields.Number()
    unread = fields.Number(help_text="How many of its messages are unread.")
    participants = people.AddressShape(many=True, help_text="Who wrote, at most eight.")
    labels = serializers.ListField(child=fields.Id(), help_text="Ids of `mail_labels`.")
    links = links.LinkShape(many=True)
    assignee = fields.Id(
        allow_null=True, help_text="Whose it is in a team's mailbox; null for nobody's."
    )
    visibility = fields.Choice(choices=Visibility.choices)
    kept_private = fields.Text(help_text="The rule that keeps it private, as `code`; or empty.")
    place = fields.Choice(choices=MailboxThread.Place.choices)
    has_attachment = fields.Flag()
    mailboxes = serializers.ListField(child=fields.Id())
    read = fields.Flag()
    archived = fields.Flag()
    trashed = fields.Flag()
    done = fields.Flag()
    spam = fields.Flag()
    snoozed_until = fields.Moment(
        allow_null=True, help_text="When it comes back to the inbox; null unless it is snoozed."
    )
    remind_at = fields.Moment(
        allow_null=True, help_text="When it comes back if nobody answers; null without a reminder."
    )


class ThreadChangeShape(shapes.Shape):
    read = fields.Flag(required=False, help_text="All of it read, or its last message not.")
    archived = fields.Flag(required=False)
    trashed = fields.Flag(required=False)
    done = fields.Flag(required=False)
    spam = fields.Flag(required=False, help_text="Junk; its sender is not blocked by that.")
    snoozed_until = fields.Moment(
        required=False,
        allow_null=True,
        help_text="Put it aside until then; null brings it back. A person's mail does so too.",
    )
    unless_answered = fields.Flag(
        required=False,
        help_text="With `snoozed_until`: an answer of ours ends the waiting as well.",
    )
    labels = counted.Few(
        child=refs.label(),
        required=False,
        max_length=50,
        help_text="Ids of `mail_labels`: these and no others.",
    )
    remind_at = fields.Moment(
        required=False,
        allow_null=True,
        help_text="Bring it back then and tell the member, unless a person answers; null forgets.",
    )
    visibility = fields.Choice(
        required=False,
        choices=["shared", "closed"],
        help_text="Who else may read what one's own mailboxes hold of it; `closed` is private, or "
        "of a team's mailbox team only. Sharing lifts a rule that keeps it private.",
    )


class _ThreadQuery(shapes.PageQuery, narrowing.Narrowing):
    """Threads; those of a record are those linked to it."""

    mail_view = refs.view(required=False, help_text="As a saved view keeps it, besides the rest.")


ThreadQuery: Any = about.asking(_ThreadQuery, "ThreadQuery")

# What a change says, and the verbs for true and for false
VERBS = {
    "read": ("read", "unread"),
    "done": ("done", "undone"),
    "archived": ("archive", "unarchive"),
    "trashed": ("trash", "untrash"),
    "spam": ("spam", "unspam"),
}


class Threads(readers.Readers, giving.Giving, suggesting.Suggesting):
    """Conversations: what the member may read of each, added up."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = ThreadShape
    list_query = ThreadQuery

    @extend_schema(summary="List threads")
    def list(self, request: Request) -> Response:
        """Threads, the one with the newest message first."""
        stack = self._stack()
        view = self.asked.pop("mail_view", None)
        kept = views.asked(self.member, view) if view is not None else {}
        narrowed = narrowing.narrowed(kept | self.asked)
        page = lists.threads(
            self.member, narrowed, after=stack[-1] if stack else None, limit=self.asked["limit"]
        )
        rows = shown(page.rows, self.member)
        return Response(
            {
                "results": self.get_serializer(rows, many=True).data,
                "next": self._link([*stack, page.after][-REMEMBERED:]) if page.after else None,
                "previous": self._link(stack[:-1]) if stack else None,
            }
        )

    @extend_schema(summary="Read a thread")
    def retrieve(self, request: Request, id: str) -> Response:
        """One thread; its messages are at `messages/?thread=`."""
        return self.shown(shown([self._row(id)], self.member)[0])

    @extend_schema(
        summary="Put a thread away or take it back",
        request=ThreadChangeShape,
        responses=ThreadShape,
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Mark it read, done, archived, trashed, spam, or not so, in the mailboxes one works in."""
        found = self._find(id)
        changes = self.read(ThreadChangeShape, partial=True)
        self._require_own(found)
        for name, (on, off) in VERBS.items():
            if name in changes:
                verb = on if changes[name] else off
                triage.triage(verb=verb, threads=[found.thread], by=self.member, at=timezone.now())
        if "snoozed_until" in changes:
            self._snooze(found.thread, changes)
        if "labels" in changes:
            labelling.put_only(
                thread=found.thread, labels=changes["labels"], by=self.member, at=timezone.now()
            )
        if "remind_at" in changes:
            self._remind(found.thread, changes["remind_at"])
        if "visibility" in changes:
            self._say_who_reads(found, changes["visibility"])
        return self.retrieve(request, id)

    def _snooze(self, thread: Thread, changes: dict[str, Any]) -> None:
        until, now = changes["snoozed_until"], timezone.now()
        if until is None:
            snoozing.unsnooze(threads=[thread], by=self.member, at=now)
            return
        _ahead("snoozed_until", until, now)
        unless = changes.get("unless_answered", False)
        snoozing.snooze(
            threads=[thread], until=until, unless_answered=unless, by=self.member, at=now
        )

    def _remind(self, thread: Thread, due_at: datetime | None) -> None:
        now = timezone.now()
        if due_at is None:
            awaiting.forget(thread=thread, by=self.member, at=now)
            return
        _ahead("remind_at", due_at, now)
        awaiting.remind(thread=thread, due_at=due_at, by=self.member, at=now)

    def _row(self, id: str) -> lists.Row:
        found = self._find(id)
        mine = found.own_entries or found.entries
        newest = mine[0]
        return lists.Row(
            thread_id=found.thread.pk,
            uid=found.thread.uid,
            subject=newest.subject,
            snippet=newest.snippet,
            people=newest.people,
            last_at=newest.last_at,
            last_direction=newest.last_direction,
            message_count=sum(entry.message_count for entry in mine),
            unread_count=sum(entry.unread_count for entry in mine),
            has_attachment=any(entry.has_attachment for entry in mine),
            place=newest.place,
            visibility=newest.visibility,
            mailbox_ids=sorted(entry.mailbox_id for entry in mine),
            labels=[list(each) for each in found.labels],
            assignee_uid=found.assignee.uid if found.assignee else None,
        )

    def _stack(self) -> Stack:
        cursor = self.asked.get("cursor")
        found: Stack = pages.read_cursor(cursor, WALK)[1] if cursor else []
        return found

    def _link(self, stack: Stack) -> str:
        cursor = pages.write_cursor([False, *stack], WALK) if stack else None
        return pages.link(self.request, cursor)


def _ahead(name: str, at: datetime, now: datetime) -> None:
    """Raise ValidationError unless the time lies ahead, and not too far."""
    if not now < at < now + snoozing.FARTHEST:
        raise ValidationError({name: [_("This time is over, or too far away.")]})


def shown(rows: list[lists.Row], member: Membership) -> list[dict[str, Any]]:
    """Rows of a list as the API tells them; eight queries, and one for each kind linked."""
    boxes = _uids(Mailbox.objects.all(), {pk for row in rows for pk in row.mailbox_ids})
    told = links.told(member, [row.thread_id for row in rows])
    ids = {pk for row in rows for pk in row.mailbox_ids}
    back = waiting.times([row.thread_id for row in rows], ids)
    kept = standing.kept(row.thread_id for row in rows)
    return [
        _shown(row, boxes, told.get(row.thread_id, []), back)
        | {"kept_private": kept.get((row.thread_id, row.mailbox_ids[0]), "")}
        for row in rows
    ]


def _shown(
    row: lists.Row,
    boxes: dict[int, Any],
    told: list[Any],
    back: dict[tuple[int, str], datetime],
) -> dict[str, Any]:
    is_aside = row.place == MailboxThread.Place.SNOOZED
    return {
        "id": row.uid,
        "subject": row.subject,
        "snippet": row.snippet,
        "last_message_at": row.last_at,
        "message_count": row.message_count,
        "unread": row.unread_count,
        "participants": people.written(row.people),
        "labels": [uid for _name, _hue, uid in row.labels],
        "links": told,
        "assignee": row.assignee_uid,
        "visibility": row.visibility,
        "place": row.place,
        "has_attachment": row.has_attachment,
        "mailboxes": [boxes[pk] for pk in row.mailbox_ids],
        "read": row.unread_count == 0,
        "archived": row.place == MailboxThread.Place.ARCHIVE,
        "trashed": row.place == MailboxThread.Place.TRASH,
        "done": row.place == MailboxThread.Place.DONE,
        "spam": row.place == MailboxThread.Place.SPAM,
        "snoozed_until": back.get((row.thread_id, "snooze")) if is_aside else None,
        "remind_at": back.get((row.thread_id, "reminder")),
    }


def _uids(rows: QuerySet[Any], pks: Iterable[int]) -> dict[int, Any]:
    return dict(rows.filter(pk__in=list(pks)).values_list("pk", "uid"))
