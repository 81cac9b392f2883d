"""Mailboxes, teams and folders."""

from itertools import count
from typing import Any

from crm.workspaces import sealing
from crm.workspaces.models import Membership, Team, TeamMember
from inbox.models import (
    Folder,
    Mailbox,
    MailboxMember,
)
from sync.models import Connection, Schedule
from tests.world import NOW

_number = count(1)


def mailbox(owner: Membership | None, address: str | None = None, **fields: Any) -> Mailbox:
    """A connected mailbox; without an owner it is a team's."""
    fields = {"state": Mailbox.State.ACTIVE, "last_ok_at": NOW, "complete_until": NOW} | fields
    if owner is None:
        fields.setdefault("kind", Mailbox.Kind.TEAM)
    else:
        address = address or owner.email
    address = address or f"team{next(_number)}@acme.test"
    made: Mailbox = Mailbox.objects.create(owner=owner, address=address, created_at=NOW, **fields)
    return made


def team_mailbox(*members: Membership, address: str = "sales@acme.test", **fields: Any) -> Mailbox:
    box = mailbox(None, address, **({"visibility": "team"} | fields))
    for member in members:
        MailboxMember.objects.create(mailbox=box, member=member)
    return box


def team(name: str = "Sales", *members: Membership) -> Team:
    row: Team = Team.objects.create(name=name)
    for member in members:
        TeamMember.objects.create(team=row, member=member)
    return row


def connection(box: Mailbox, *, password: str = "the mail password", **fields: Any) -> Connection:
    """Where a mailbox is reached, with its lanes."""
    servers = {"imap_host": "127.0.0.1", "smtp_host": "127.0.0.1", "username": box.address}
    row = Connection(mailbox=box, **(servers | fields))
    sealing.seal(row, "password", password)
    row.save()
    for lane in Schedule.Lane.values:
        Schedule.objects.get_or_create(mailbox=box, lane=lane, defaults={"due_at": NOW})
    return row


def folder(box: Mailbox, name: str = "INBOX", **fields: Any) -> Folder:
    """The mailbox's folder of this name, made if it is not there."""
    roles = {"INBOX": "inbox", "Sent": "sent", "Trash": "trash", "Archive": "archive"}
    usual = {"display": name, "delimiter": "/", "generation": 1, "role": roles.get(name, "other")}
    found: Folder
    found, _made = Folder.objects.get_or_create(mailbox=box, name=name, defaults=usual | fields)
    return found
