"""How a connected mailbox is reached, changed."""

from dataclasses import asdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.workspaces import sealing
from crm.workspaces.models import Membership
from inbox.models import Mailbox
from sync.actions.connect import Servers, refuse_plain
from sync.actions.pausing import resume
from sync.actions.telling import tell_changed
from sync.models import Connection, Security


@transaction.atomic
def change_servers(
    *, by: Membership, mailbox: Mailbox, servers: Servers, password: str, at: datetime
) -> None:
    """Reach the mailbox otherwise; an empty password keeps the old one. Reading goes on at once.

    Raises ValidationError when the old one would go where it has not been sent before.
    """
    refuse_plain(servers)
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
    tell_changed(mailbox, changed, by=by, at=at)
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
