"""Who can read what one sees of a conversation, each with the reason."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from crm.workspaces.models import Membership
from inbox.models import Mailbox, MailboxMember, Visibility
from inbox.queries.reading import ThreadPage


@dataclass(frozen=True, slots=True)
class Listener:
    """A member who can read it, and why."""

    name: str
    address: str
    why: str
    is_you: bool = False


def audience(page: ThreadPage, reader: Membership) -> list[Listener]:
    """Everybody who may read what the page shows, owners first, in one query; `reader` is told so.

    Copies in mailboxes the member cannot see are not spoken of.
    """
    entries = page.found.entries
    boxes = [page.mailboxes[entry.mailbox_id] for entry in entries]
    owners = {box.owner_id for box in boxes if box.kind == Mailbox.Kind.PERSONAL}
    works = Exists(MailboxMember.objects.filter(member=OuterRef("pk"), mailbox__in=boxes))
    people = Membership.objects.using("default").filter(is_active=True)
    is_shared = any(entry.visibility == Visibility.SHARED for entry in entries)
    if not (is_shared and page.found.is_linked):
        people = people.filter(Q(pk__in=owners) | works)
    rows = list(people.annotate(works=works))
    rows.sort(key=lambda row: (row.pk not in owners, not row.works, row.name))
    return [_listener(row, row.pk in owners, row.pk == reader.pk) for row in rows]


def _listener(row: Any, is_owner: bool, is_you: bool) -> Listener:
    if is_owner:
        why = _("your mailbox") if is_you else _("their mailbox")
    else:
        why = _("works in the mailbox") if row.works else _("shared")
    return Listener(row.name, row.email, why, is_you)
