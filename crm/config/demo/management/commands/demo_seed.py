"""Make the demo's workspaces, people and mailboxes; safe to run again."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from crm.config.demo import accounts
from crm.workspaces import actions as workspaces
from crm.workspaces import sealing
from crm.workspaces.models import Membership, Role, User, Workspace
from crm.workspaces.tenancy import open_workspace
from inbox.models import Mailbox, MailboxMember
from sync.models import Connection, Schedule, Security


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        alice, bob, charlie = (_user(key) for key in ("alice", "bob", "charlie"))
        acme, globex = _workspace("Acme", alice, now), _workspace("Globex", charlie, now)
        _place(acme.workspace, bob, now)
        ports = accounts.ports_in_use(settings.DATA_DIR / "demo-mail")
        with open_workspace(acme.workspace_id), transaction.atomic():
            members = {m.email: m for m in Membership.objects.filter(workspace=acme.workspace)}
            _connect("alice", ports, owner=members[alice.email])
            _connect("bob", ports, owner=members[bob.email])
            _connect("sales", ports, team=[members[alice.email], members[bob.email]])
        with open_workspace(globex.workspace_id), transaction.atomic():
            _connect("charlie", ports, owner=globex)


def _user(key: str) -> User:
    account = accounts.by_key(key)
    known = User.objects.using("system").filter(email=account.address).first()
    return known or workspaces.create_user(
        email=account.address, password=accounts.PASSWORD, name=account.name
    )


def _workspace(name: str, owner: User, now: datetime) -> Membership:
    known = Membership.objects.using("system").filter(user=owner, workspace__name=name).first()
    return known or workspaces.create_workspace(name=name, owner=owner, at=now)


def _place(workspace: Workspace, user: User, now: datetime) -> None:
    known = Membership.objects.using("system").filter(workspace=workspace, user=user).exists()
    if not known:
        workspaces.add_member(workspace=workspace, user=user, role=Role.MEMBER, at=now)


def _connect(
    key: str,
    ports: tuple[int, int],
    *,
    owner: Membership | None = None,
    team: list[Membership] | None = None,
) -> None:
    """The mailbox with its connection; the ports follow the mail server when they have moved."""
    account = accounts.by_key(key)
    known = Connection.objects.filter(mailbox__address=account.address)
    if known.update(imap_port=ports[0], smtp_port=ports[1]):
        return
    mailbox = Mailbox.objects.create(
        address=account.address,
        name=account.name,
        kind=Mailbox.Kind.TEAM if team else Mailbox.Kind.PERSONAL,
        owner=owner,
        visibility="shared" if team else "private",
        mirror_read=True,
        mirror_archive=True,
        mirror_delete=True,
    )
    for member in team or []:
        MailboxMember.objects.create(mailbox=mailbox, member=member)
    connection = Connection(
        mailbox=mailbox,
        imap_host=accounts.HOST,
        imap_port=ports[0],
        imap_security=Security.NONE,
        smtp_host=accounts.HOST,
        smtp_port=ports[1],
        smtp_security=Security.NONE,
        username=account.address,
    )
    sealing.seal(connection, "password", accounts.PASSWORD)
    connection.save()
    for lane in Schedule.Lane:
        Schedule.objects.create(mailbox=mailbox, lane=lane)
