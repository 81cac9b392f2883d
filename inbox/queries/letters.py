"""The mails of a record, one by one, as its history tells them."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, TextField, Window
from django.db.models.functions import Cast, Coalesce, RowNumber
from django.utils.translation import gettext_lazy as _

from crm.timeline.queries.slots import Beside, Place, Slot
from crm.workspaces.models import Membership
from inbox.models import LinkedMessage, MailboxThread, Message
from inbox.queries import access


def letters(member: Membership, record: Any, after: Place | None, most: int) -> list[Beside]:
    """The mails of a record's threads that the member may read, the newest first.

    The same mail in several mailboxes is told once; what lies in the trash is left out, and
    where single messages were linked, all others. Three queries, and two for what the member
    sees.
    """
    own = access.mailbox_ids(member)
    links = access.links(member, own).filter(kind=record.kind(), object_id=record.pk)
    meant = LinkedMessage.objects.filter(link__in=links.values("pk"))
    whole = links.filter(~Exists(LinkedMessage.objects.filter(link=OuterRef("pk"))))
    belongs = Q(thread__in=whole.values("thread")) | Q(pk__in=meant.values("message"))
    trashed = MailboxThread.objects.filter(
        thread=OuterRef("thread"), mailbox=OuterRef("mailbox"), trashed_at__isnull=False
    )
    mail = access.messages(member, own).filter(belongs, ~Exists(trashed))
    turn = Window(
        RowNumber(),
        partition_by=[F("thread"), Coalesce("rfc_id", Cast("pk", TextField()))],
        order_by=[F("received_at").desc(), F("pk").desc()],
    )
    once = mail.annotate(turn=turn).filter(turn=1).values("pk")
    rows = Message.objects.filter(_beyond(after), pk__in=once)
    found = rows.select_related("thread").order_by("-received_at", "-pk")[:most]
    return [Beside(row.received_at, row.pk, row) for row in found]


def _beyond(after: Place | None) -> Q:
    if after is None:
        return Q()
    further = Q(received_at__lt=after.at)
    if after.in_slot:
        return further | Q(received_at=after.at, pk__lt=after.pk)
    return further | Q(received_at=after.at)


SLOT = Slot("mail", _("E-mail"), "inbox/letter.html", letters)
