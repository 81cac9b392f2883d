"""Who can read what one sees of a conversation, each with the reason."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.workspaces.models import Membership
from inbox.models import Mailbox, MailboxMember
from inbox.queries import access
from inbox.queries.reading import ThreadPage


@dataclass(frozen=True, slots=True)
class Listener:
    """A member who can read it, and why."""

    name: str
    address: str
    why: str
    is_you: bool = False


def audience(page: ThreadPage, reader: Membership) -> list[Listener]:
    """Everybody who may read what the page shows, owners first; `reader` is told so.

    Copies in mailboxes the member cannot see are not spoken of.
    """
    ids = [entry.mailbox_id for entry in page.entries]
    readers = access.readers(thread_id=page.thread.pk, mailbox_ids=ids)
    owners = {box.owner_id for box in page.mailboxes.values() if box.kind == Mailbox.Kind.PERSONAL}
    team = set(MailboxMember.objects.filter(mailbox__in=ids).values_list("member_id", flat=True))
    people = Membership.objects.using("default").filter(pk__in=readers, is_active=True)
    found = []
    for member in sorted(people, key=lambda m: (m.pk not in owners, m.pk not in team, m.name)):
        if member.pk in owners:
            why = _("your mailbox") if member.pk == reader.pk else _("their mailbox")
        elif member.pk in team:
            why = _("works in the mailbox")
        else:
            why = _("shared")
        found.append(Listener(member.name, member.email, why, member.pk == reader.pk))
    return found
