"""Make the demo's workspaces, people, deals and mailboxes; safe to run again."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from crm.config.demo import accounts
from crm.config.demo.selling import Entering
from crm.workspaces import actions as workspaces
from crm.workspaces.models import Membership, Role, User
from crm.workspaces.tenancy import open_workspace
from inbox.models import Mailbox, Visibility
from sync.actions import connect, reaching
from sync.models import Connection, Security


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        alice, bob, charlie = (_user(key) for key in ("alice", "bob", "charlie"))
        owner, stranger = _owner("Acme", alice, now), _owner("Globex", charlie, now)
        colleague = _colleague(owner, bob, now)
        with open_workspace(owner.workspace_id), transaction.atomic():
            if not Connection.objects.exists():
                Entering(owner, colleague, now).all()
            _mailbox("alice", by=owner, at=now)
            _mailbox("bob", by=colleague, at=now)
            _mailbox("sales", by=owner, team=[owner, colleague], at=now)
        with open_workspace(stranger.workspace_id), transaction.atomic():
            _mailbox("charlie", by=stranger, at=now)


def _user(key: str) -> User:
    account = accounts.by_key(key)
    known = User.objects.using("system").filter(email=account.address).first()
    return known or workspaces.create_user(
        email=account.address, password=accounts.PASSWORD, name=account.name
    )


def _owner(name: str, user: User, now: datetime) -> Membership:
    known = Membership.objects.using("system").filter(user=user, workspace__name=name).first()
    return known or workspaces.create_workspace(name=name, owner=user, at=now)


def _colleague(owner: Membership, user: User, now: datetime) -> Membership:
    known = Membership.objects.using("system").filter(user=user, workspace=owner.workspace).first()
    return known or workspaces.add_member(
        workspace=owner.workspace, user=user, role=Role.MEMBER, at=now
    )


def _mailbox(
    key: str, *, by: Membership, at: datetime, team: list[Membership] | None = None
) -> None:
    """The mailbox connected, or its servers changed when the mail server's ports have."""
    account = accounts.by_key(key)
    imap, smtp, _pictures = accounts.ports_in_use(settings.DATA_DIR / "demo-mail")
    servers = connect.Servers(
        imap_host=accounts.HOST,
        imap_port=imap,
        imap_security=Security.NONE,
        smtp_host=accounts.HOST,
        smtp_port=smtp,
        smtp_security=Security.NONE,
        username=account.address,
        allows_plain=True,
    )
    known = Connection.objects.filter(mailbox__address=account.address).first()
    if known is None:
        connect.connect_mailbox(
            by=by,
            address=account.address,
            name=account.name,
            servers=servers,
            password=accounts.PASSWORD,
            kind=Mailbox.Kind.TEAM if team else Mailbox.Kind.PERSONAL,
            members=team or (),
            visibility=Visibility.SHARED if team else Visibility.PRIVATE,
            at=at,
        )
    elif (known.imap_port, known.smtp_port) != (imap, smtp):
        reaching.change_servers(
            by=by, mailbox=known.mailbox, servers=servers, password=accounts.PASSWORD, at=at
        )
