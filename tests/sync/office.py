"""Alice's mailbox on a real server, and the engine run by hand."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from crm.workspaces import sealing
from crm.workspaces.models import Membership
from inbox.actions import blobs
from inbox.models import Folder, LedgerEntry, Mailbox, Message, Outgoing
from sync.actions import connect, lease, pull, push
from sync.models import Connection, FolderCursor, Schedule
from tests import make
from tests.servers.dovecot import PASSWORD
from tests.servers.fixtures import Box
from tests.world import World


@dataclass
class Office:
    """A connected mailbox, its server, and whoever works it."""

    world: World
    box: Box
    mailbox: Mailbox

    @classmethod
    def open(
        cls,
        world: World,
        box: Box,
        *,
        by: Membership | None = None,
        smtp_port: int = 0,
        imap_port: int = 0,
        imap_host: str = "localhost",
        password: str = PASSWORD,
        **options: Any,
    ) -> "Office":
        settings.MAIL_CAFILE = str(box.authority)
        servers = connect.Servers(
            imap_host=imap_host,
            imap_port=imap_port or box.server.imaps,
            smtp_host="localhost",
            smtp_port=smtp_port or 1,
            smtp_security="starttls",
            username=box.address,
        )
        with world.opened():
            mailbox = connect.connect_mailbox(
                by=by or world.alice,
                address=box.address,
                servers=servers,
                password=password,
                at=timezone.now(),
                **options,
            )
        return cls(world, box, mailbox)

    def over(self, port: int, username: str = "", password: str = "") -> None:
        """Have the mailbox read without TLS, so that a proxy can see what passes."""
        with self.world.opened():
            connection = Connection.objects.get(mailbox=self.mailbox)
            connection.imap_port, connection.imap_security = port, "none"
            connection.allows_plain = True
            if username:
                connection.username = username
                sealing.seal(connection, "password", password)
            connection.save()

    def lease(self, lane: str = "in") -> lease.Lease:
        return lease.take(workspace_id=self.world.acme.pk, mailbox_id=self.mailbox.pk, lane=lane)

    def pull(self, times: int = 1) -> Mailbox:
        for _time in range(times):
            pull.pull(self.lease("in"))
        return self.look()

    def push(self) -> None:
        push.push(self.lease("out"))

    def look(self) -> Mailbox:
        """The mailbox row as it is now."""
        with self.world.opened():
            self.mailbox.refresh_from_db()
        return self.mailbox

    def schedule(self, lane: str = "in") -> Schedule:
        with self.world.opened():
            return Schedule.objects.get(mailbox=self.mailbox, lane=lane)

    def decisions(self) -> dict[str, int]:
        """How many messages of the ledger have each decision, absent ones apart."""
        found: dict[str, int] = {}
        with self.world.opened():
            for entry in LedgerEntry.objects.filter(mailbox=self.mailbox, missing_since=None):
                found[entry.decision] = found.get(entry.decision, 0) + 1
        return found

    def subjects(self, **where: Any) -> list[str]:
        with self.world.opened():
            found = Message.objects.filter(mailbox=self.mailbox, deleted_at=None, **where)
            return sorted(found.values_list("subject", flat=True))

    def folder(self, role: str) -> Folder:
        with self.world.opened():
            return Folder.objects.get(mailbox=self.mailbox, role=role)

    def cursor(self, role: str = "inbox") -> FolderCursor:
        with self.world.opened():
            return FolderCursor.objects.get(mailbox=self.mailbox, folder__role=role)

    def write(self, *recipients: str, subject: str = "Our offer", **fields: Any) -> Outgoing:
        """Put a mail into the outbox, due now."""
        rfc_id = make.new_rfc_id(self.box.address)
        data = make.raw(
            subject=subject,
            sender=f"Alice <{self.box.address}>",
            to=[r for r in recipients],
            rfc_id=rfc_id,
        )
        at = timezone.now()
        with self.world.opened():
            [blob_id] = blobs.keep(raws=[data], at=at)
            return Outgoing.objects.create(
                mailbox=self.mailbox,
                author=self.world.alice,
                rfc_id=rfc_id,
                blob_id=blob_id,
                subject=subject,
                recipients=list(recipients),
                send_after=at - timedelta(seconds=1),
                **fields,
            )

    def outgoing(self, item: Outgoing) -> Outgoing:
        with self.world.opened():
            return Outgoing.objects.get(pk=item.pk)

    def rewind(self, model: Any, field: str, back: timedelta, **where: Any) -> None:
        """Let time pass for rows: move one of their times back."""
        with self.world.opened():
            for row in model.objects.filter(mailbox=self.mailbox, **where):
                value = getattr(row, field)
                model.objects.filter(pk=row.pk).update(**{field: (value or timezone.now()) - back})
