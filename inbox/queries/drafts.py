"""Who may go on writing a draft: its author, and in a team's mailbox whoever may answer there."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from crm.workspaces.models import Membership
from inbox.mime import plain
from inbox.models import Draft, Mailbox
from inbox.queries import access, workers

Kind = Mailbox.Kind
SNIPPET = 160


def writable(member: Membership, boxes: Iterable[Mailbox] | None = None) -> QuerySet[Draft]:
    """His own drafts, and those of his teams' mailboxes, waiting or not.

    An answer is shared as far as what it answers is: not where that came to a mailbox in which
    he does not work. `boxes` are the mailboxes he works in.
    """
    rows = list(access.mailboxes(member) if boxes is None else boxes)
    teams = [row.pk for row in rows if row.kind == Kind.TEAM]
    mine = Q(author=member)
    if teams:
        own = [row.pk for row in rows]
        mine |= Q(mailbox__in=teams) & (Q(kind=Draft.Kind.NEW) | Q(answers__mailbox__in=own))
    found: QuerySet[Draft] = Draft.objects.filter(mine)
    return found


def waiting(member: Membership, boxes: Iterable[Mailbox] | None = None) -> QuerySet[Draft]:
    """Those of them that are neither sent nor thrown away."""
    return writable(member, boxes).filter(queued_at=None, discarded_at=None)


def may_write(member: Membership, draft: Draft) -> bool:
    """Whether the member may go on with it; costs nothing for his own."""
    return draft.author_id == member.pk or writable(member).filter(pk=draft.pk).exists()


def movable(draft: Draft, boxes: Iterable[Mailbox], *, asker: Membership) -> list[Mailbox]:
    """Those of the mailboxes from which the member may send it; any, where he alone wrote it."""
    if draft.author_id == asker.pk and not draft.is_shared:
        return list(boxes)
    return [box for box in boxes if may_move(draft.mailbox_id, box)]


def may_move(mailbox_id: int, to: Mailbox) -> bool:
    """Whether all who go on with what several wrote there could do so in the other as well."""
    if to.pk == mailbox_id:
        return True
    return to.kind == Kind.TEAM and workers.ids([mailbox_id]) <= workers.ids([to.pk])


def beginning(draft: Draft) -> str:
    """Its first words, for a row of a list."""
    return " ".join(plain.from_html(draft.html).split())[:SNIPPET]
