"""Who can read what one sees of a conversation, each with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value
from django.utils.translation import gettext as _

from crm.workspaces.models import Membership
from inbox.models import Mailbox, Visibility
from inbox.queries import workers
from inbox.queries.reading import ThreadPage


@dataclass(frozen=True, slots=True)
class Listener:
    """A member who can read it, and why."""

    name: str
    address: str
    why: str
    is_you: bool = False


def audience(
    page: ThreadPage, reader: Membership, others: Iterable[str]
) -> tuple[list[Listener], set[str]]:
    """Everybody who may read what the page shows, owners first, and which of `others` are members.

    One query; `reader` is told that it is him. Copies in mailboxes the member cannot
    see are not spoken of.
    """
    entries = page.found.entries
    boxes = [page.mailboxes[entry.mailbox_id] for entry in entries]
    owners = {box.owner_id for box in boxes if box.kind == Mailbox.Kind.PERSONAL}
    # Asked only where somebody can: the question is dear, and most mail lies in personal ones
    teams = [box for box in boxes if box.kind == Mailbox.Kind.TEAM]
    works = workers.works(teams) if teams else Value(False)
    people = Membership.objects.using("default").filter(is_active=True)
    is_shared = any(entry.visibility == Visibility.SHARED for entry in entries)
    is_open = is_shared and page.found.is_linked
    if not is_open:
        named = Q(pk__in=owners) | Q(email__in=list(others))
        people = people.filter(named | works if teams else named)
    found = list(people.annotate(works=works))
    rows = [row for row in found if is_open or row.pk in owners or row.works]
    rows.sort(key=lambda row: (row.pk not in owners, not row.works, row.name))
    readers = [_listener(row, row.pk in owners, row.pk == reader.pk) for row in rows]
    return readers, {row.email for row in found}.intersection(others)


def _listener(row: Any, is_owner: bool, is_you: bool) -> Listener:
    if is_owner:
        why = _("your mailbox") if is_you else _("their mailbox")
    else:
        why = _("works in the mailbox") if row.works else _("shared")
    return Listener(row.name, row.email, why, is_you)
