"""Connecting a mailbox."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.timeline import actions as timeline
from crm.workspaces import directory, policy, sealing
from crm.workspaces.models import Membership, Team
from inbox.models import Mailbox, Visibility
from sync.actions.staffing import set_workers
from sync.actions.waking import ring
from sync.models import Connection, Schedule, Security

State = Mailbox.State


@dataclass(frozen=True, slots=True)
class Servers:
    """Where a mailbox is read and where its mail goes out."""

    imap_host: str
    imap_port: int
    smtp_host: str
    smtp_port: int
    username: str
    imap_security: str = Security.TLS
    smtp_security: str = Security.TLS
    allows_plain: bool = False


class AlreadyConnected(ValidationError):
    """The address is a mailbox of this workspace already."""


@transaction.atomic
def connect_mailbox(
    *,
    by: Membership,
    address: str,
    servers: Servers,
    password: str,
    at: datetime,
    name: str = "",
    kind: str = Mailbox.Kind.PERSONAL,
    members: Iterable[Membership] = (),
    teams: Iterable[Team] = (),
    sync_from: date | None = None,
    folders: Sequence[str] | None = None,
    visibility: str = Visibility.PRIVATE,
    makes_people: str = Mailbox.Makes.SENT,
    imports: str = Mailbox.Scope.ALL,
) -> Mailbox:
    """A mailbox with its connection and both lanes, due at once.

    A team's mailbox belongs to its members and teams, or to whoever connects it;
    `folders` are wire names, None for the usual ones. Raises AlreadyConnected for an
    address the workspace has, ValidationError for a kind of mailbox that it does not want.
    """
    refuse_plain(servers)
    policy.require_kind(directory.workspace(by.workspace_id), kind)
    address = address.strip()
    if Mailbox.objects.filter(address__iexact=address).exclude(state=State.DELETED).exists():
        raise AlreadyConnected(_("This mailbox is connected already."), code="connected")
    personal = kind == Mailbox.Kind.PERSONAL
    mailbox: Mailbox = Mailbox.objects.create(
        address=address,
        name=name,
        kind=kind,
        owner=by if personal else None,
        visibility=visibility,
        makes_people=makes_people,
        imports=imports,
        sync_from=sync_from,
        created_at=at,
    )
    if not personal:
        members, teams = list(members), list(teams)
        alone = [] if members or teams else [by]
        set_workers(mailbox, members=[*members, *alone], teams=teams)
    connection = Connection(
        mailbox=mailbox,
        folders=None if folders is None else list(folders),
        created_at=at,
        **asdict(servers),
    )
    sealing.seal(connection, "password", password)
    connection.save()
    Schedule.objects.bulk_create(
        Schedule(mailbox=mailbox, lane=lane, due_at=at) for lane in Schedule.Lane.values
    )
    timeline.record("mailbox.connected", by=by, about=[mailbox], at=at)
    ring()
    return mailbox


@transaction.atomic
def keep_domain(*, mailbox: Mailbox, found: dict[str, str], at: datetime) -> None:
    """Remember what DNS says of the mailbox's domain, for its page."""
    Connection.objects.filter(mailbox=mailbox).update(domain=found, domain_at=at)


def refuse_plain(servers: Servers) -> None:
    """An unprotected connection is somebody's own decision, for one mailbox."""
    if Security.NONE in (servers.imap_security, servers.smtp_security) and not servers.allows_plain:
        raise ValidationError(
            _("An unprotected connection is not allowed for this mailbox."), code="tls_required"
        )
