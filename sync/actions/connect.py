"""Connecting a mailbox, changing how it is reached, pausing and deleting it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils.translation import gettext as _

from crm.timeline import actions as timeline
from crm.workspaces import directory, policy, sealing, tenancy
from crm.workspaces.models import Membership, Team
from inbox.actions import doors
from inbox.models import Folder, LedgerEntry, Mailbox, MailboxMember, MailboxTeam, Visibility
from sync.models import Connection, Schedule, Security

State = Mailbox.State
FOLDER_OFF = "folder_off"
# Not read unless somebody asks: unsent mail, and every mail a second time
UNUSUAL = (Folder.Role.DRAFTS, Folder.Role.ALL)


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
    _refuse_plain(servers)
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


def _refuse_plain(servers: Servers) -> None:
    """An unprotected connection is somebody's own decision, for one mailbox."""
    if Security.NONE in (servers.imap_security, servers.smtp_security) and not servers.allows_plain:
        raise ValidationError(
            _("An unprotected connection is not allowed for this mailbox."), code="tls_required"
        )


@transaction.atomic
def change_servers(
    *, by: Membership, mailbox: Mailbox, servers: Servers, password: str, at: datetime
) -> None:
    """Reach the mailbox otherwise; an empty password keeps the old one. Reading goes on at once.

    Raises ValidationError when the old one would go where it has not been sent before.
    """
    _refuse_plain(servers)
    connection = Connection.objects.select_for_update().get(mailbox=mailbox)
    if not password and _leads_elsewhere(connection, servers):
        text = _("Type the password again: it is not sent to another server by itself.")
        raise ValidationError({"password": [text]}, code="password_again")
    if _is_another(connection, servers):
        connection.is_proven = False
    for field, value in asdict(servers).items():
        setattr(connection, field, value)
    if password:
        sealing.seal(connection, "password", password)
    connection.caps = {}
    connection.save()
    changed = ["servers", "password"] if password else ["servers"]
    _changed(mailbox, changed, by=by, at=at)
    resume(by=by, mailbox=mailbox, at=at)


def _is_another(old: Connection, new: Servers) -> bool:
    """Whether other mail may be read there: on another server, or under another user name."""
    before = (old.imap_host.lower(), old.username.strip().lower())
    return before != (new.imap_host.lower(), new.username.strip().lower())


def _leads_elsewhere(old: Connection, new: Servers) -> bool:
    """Whether another host, or whoever listens on the way, would get to know the password."""
    hosts = {old.imap_host.lower(), old.smtp_host.lower()}
    opened = Security.NONE in (new.imap_security, new.smtp_security)
    return not {new.imap_host.lower(), new.smtp_host.lower()} <= hosts or (
        opened and Security.NONE not in (old.imap_security, old.smtp_security)
    )


@transaction.atomic
def change_options(
    *,
    by: Membership,
    mailbox: Mailbox,
    at: datetime,
    **options: object,
) -> None:
    """Change name, start date, visibility or what is mirrored; old threads stay as they are.

    An earlier start date brings back what the old one left out, and a wider scope what waited.
    """
    for field, value in options.items():
        setattr(mailbox, field, value)
    mailbox.save(update_fields=list(options))
    if "sync_from" in options:
        left_out = LedgerEntry.objects.filter(
            mailbox=mailbox, decision=LedgerEntry.Decision.SKIPPED, reason="before_start"
        )
        if mailbox.sync_from is not None:
            left_out = left_out.filter(internal_date__date__gte=mailbox.sync_from)
        left_out.update(decision=LedgerEntry.Decision.PENDING, reason="", decided_at=None)
    if options.get("imports") == Mailbox.Scope.ALL:
        doors.open_wide(mailbox=mailbox)
    _changed(mailbox, sorted(options), by=by, at=at)
    make_due(mailbox=mailbox, at=at)


@transaction.atomic
def choose_workers(
    *,
    by: Membership,
    mailbox: Mailbox,
    members: Iterable[Membership],
    teams: Iterable[Team],
    at: datetime,
) -> None:
    """Say who works in a team's mailbox from now on; raises ValidationError where nobody would."""
    members, teams = list(members), list(teams)
    if not members and not teams:
        raise ValidationError(_("Choose at least one team or member."), code="nobody")
    set_workers(mailbox, members=members, teams=teams)
    _changed(mailbox, ["workers"], by=by, at=at)


def set_workers(mailbox: Mailbox, *, members: Iterable[Membership], teams: Iterable[Team]) -> None:
    """These members and teams, and no others, work in a team's mailbox."""
    wanted, given = {member.pk for member in members}, {team.pk for team in teams}
    MailboxMember.objects.filter(mailbox=mailbox).exclude(member__in=wanted).delete()
    MailboxTeam.objects.filter(mailbox=mailbox).exclude(team__in=given).delete()
    MailboxMember.objects.bulk_create(
        (MailboxMember(mailbox=mailbox, member_id=pk) for pk in sorted(wanted)),
        ignore_conflicts=True,
    )
    MailboxTeam.objects.bulk_create(
        (MailboxTeam(mailbox=mailbox, team_id=pk) for pk in sorted(given)), ignore_conflicts=True
    )


@transaction.atomic
def choose_folders(
    *, by: Membership, mailbox: Mailbox, folders: Sequence[str] | None, at: datetime
) -> None:
    """Read these folders (wire names; None for the usual ones) and no others from now on.

    What waits in the others is left out, and what was left out of these comes in.
    """
    chosen = None if folders is None else sorted(set(folders))
    Connection.objects.filter(mailbox=mailbox).update(folders=chosen)
    for folder in Folder.objects.filter(mailbox=mailbox):
        wanted = folder.role not in UNUSUAL if chosen is None else folder.name in chosen
        if folder.is_synced == wanted:
            continue
        folder.is_synced = wanted
        folder.save(update_fields=["is_synced"])
        rows = LedgerEntry.objects.filter(folder=folder)
        if wanted:
            rows.filter(decision=LedgerEntry.Decision.SKIPPED, reason=FOLDER_OFF).update(
                decision=LedgerEntry.Decision.PENDING, reason="", decided_at=None
            )
        else:
            rows.filter(decision=LedgerEntry.Decision.PENDING).update(
                decision=LedgerEntry.Decision.SKIPPED, reason=FOLDER_OFF, decided_at=at
            )
    _changed(mailbox, ["folders"], by=by, at=at)
    make_due(mailbox=mailbox, at=at)


@transaction.atomic
def pause(*, by: Membership | None, mailbox: Mailbox, at: datetime, operator: str = "") -> None:
    """Neither read nor send until somebody resumes; whoever works on it is fenced off."""
    _fence_off(mailbox)
    mailbox.state, mailbox.state_reason = State.PAUSED, ""
    mailbox.save(update_fields=["state", "state_reason"])
    timeline.record("mailbox.paused", by=by, about=[mailbox], at=at, operator=operator)


@transaction.atomic
def resume(*, by: Membership | None, mailbox: Mailbox, at: datetime, operator: str = "") -> None:
    """Go on where it stopped, at once."""
    Schedule.objects.filter(mailbox=mailbox).update(is_enabled=True)
    forgive(mailbox=mailbox, at=at)
    if mailbox.state in (State.PAUSED, State.NEEDS_REAUTH, State.DEGRADED):
        mailbox.state, mailbox.state_reason = State.CONNECTING, ""
        mailbox.save(update_fields=["state", "state_reason"])
    timeline.record("mailbox.resumed", by=by, about=[mailbox], at=at, operator=operator)


@transaction.atomic
def delete(*, by: Membership, mailbox: Mailbox, at: datetime) -> None:
    """Disconnect: the fence first, then the secret; stored mail stays where it is."""
    _fence_off(mailbox)
    Connection.objects.filter(mailbox=mailbox).delete()
    mailbox.state, mailbox.state_reason = State.DELETED, ""
    mailbox.save(update_fields=["state", "state_reason"])
    timeline.record("mailbox.disconnected", by=by, about=[mailbox], at=at)


def _changed(mailbox: Mailbox, what: list[str], *, by: Membership, at: datetime) -> None:
    timeline.record("mailbox.changed", by=by, about=[mailbox], at=at, data={"changed": what})


def _fence_off(mailbox: Mailbox) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET fence = fence + 1, lease_until = NULL, is_enabled = false"
            " WHERE workspace_id = %s AND mailbox_id = %s",
            [mailbox.workspace_id, mailbox.pk],
        )


def stop_all(at: datetime) -> None:
    """Neither read nor send anything of the opened workspace; whoever works on it is fenced off."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET fence = fence + 1, lease_until = NULL, is_enabled = false"
            " WHERE workspace_id = %s",
            [tenancy.required()],
        )


def resume_all(at: datetime) -> None:
    """Go on with every mailbox of the opened workspace that nobody paused or has to sign in to."""
    still = (State.PAUSED, State.DELETED, State.NEEDS_REAUTH)
    going = Mailbox.objects.exclude(state__in=still).values_list("pk", flat=True)
    Schedule.objects.filter(mailbox__in=list(going)).update(is_enabled=True, due_at=at)
    ring()


def make_due(*, mailbox: Mailbox, at: datetime) -> None:
    """Have a mailbox looked at now; a pause the server asked for is kept."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET due_at = LEAST(due_at, %s), hot_until = now() + interval"
            " '5 minutes' WHERE workspace_id = %s AND mailbox_id = %s AND lane = 'in'",
            [at, mailbox.workspace_id, mailbox.pk],
        )
    ring()


def look_now(*, mailbox: Mailbox, at: datetime) -> None:
    """Have a mailbox looked at because somebody asked: whatever pause stands is over.

    What it failed with before still counts, so that the next pause is no shorter.
    """
    Schedule.objects.filter(mailbox=mailbox, lane=Schedule.Lane.IN).update(retry_at=None)
    make_due(mailbox=mailbox, at=at)


def forgive(*, mailbox: Mailbox, at: datetime) -> None:
    """Forget a mailbox's failures: both its lanes are due, whatever pause they had earned."""
    Schedule.objects.filter(mailbox=mailbox).update(
        due_at=at, retry_at=None, fail_count=0, fail_code=""
    )
    ring()


def ring() -> None:
    """Wake the scheduler once this transaction commits."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_notify('fio_due', '')")
