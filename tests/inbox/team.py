"""A mailbox that Alice and Bob work in together."""

from typing import Any

from inbox.models import Mailbox, MailboxMember
from tests.inbox.post import mailbox
from tests.world import World

SALES = "sales@acme.test"


def team_mailbox(world: World, address: str = SALES, **fields: Any) -> Mailbox:
    """Of the team: both are in it."""
    box = mailbox(None, address, kind="team", **{"visibility": "team", **fields})
    for member in (world.alice, world.bob):
        MailboxMember.objects.create(mailbox=box, member=member)
    return box
