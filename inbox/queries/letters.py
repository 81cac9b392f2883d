"""The mails of a record, one by one, as its history tells them."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Window
from django.db.models.functions import Cast, Coalesce, RowNumber
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Organization, Person
from crm.timeline.queries.slots import Beside, Place, Slot
from crm.workspaces.models import Membership
from inbox.models import MailboxThread, Message
from inbox.queries import access

# Of an organization the conversations of so many people are shown, last changed first
PEOPLE = 5


def people_of(member: Membership, record: Any) -> list[Person]:
    """Whose mail belongs to a record: the person, whom it is with, or who works there."""
    rows = _people(member, record)
    return list(rows.order_by("-updated_at", "-pk")[:PEOPLE])


def letters(member: Membership, record: Any, after: Place | None, most: int) -> list[Beside]:
    """The mails with the people of a record that the member may read, the newest first.

    The same mail in several mailboxes is told once; what lies in the trash is left out. Three
    queries, and two for what the member sees.
    """
    own = access.mailbox_ids(member)
    people = _people(member, record).order_by().values("pk")
    belongs = Q(kind="person", object_id__in=people)
    belongs |= Q(kind=record._meta.model_name, object_id=record.pk)
    threads = access.links(member, own).filter(belongs).values("thread")
    trashed = MailboxThread.objects.filter(
        thread=OuterRef("thread"), mailbox=OuterRef("mailbox"), trashed_at__isnull=False
    )
    mail = access.messages(member, own).filter(~Exists(trashed), thread__in=threads)
    turn = Window(
        RowNumber(),
        partition_by=[F("thread"), Coalesce("rfc_id", Cast("pk", TextField()))],
        order_by=[F("received_at").desc(), F("pk").desc()],
    )
    once = mail.annotate(turn=turn).filter(turn=1).values("pk")
    rows = Message.objects.filter(_beyond(after), pk__in=once)
    found = rows.select_related("thread").order_by("-received_at", "-pk")[:most]
    return [Beside(row.received_at, row.pk, row) for row in found]


def _people(member: Membership, record: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = Person.objects.visible_to(member)
    if isinstance(record, Person):
        return rows.filter(pk=record.pk)
    if isinstance(record, Organization):
        return rows.filter(organization=record)
    person = getattr(record, "person_id", None)
    if person is not None:
        return rows.filter(pk=person)
    firm = getattr(record, "organization_id", None)
    return rows.filter(organization=firm) if firm is not None else rows.none()


def _beyond(after: Place | None) -> Q:
    if after is None:
        return Q()
    further = Q(received_at__lt=after.at)
    if after.in_slot:
        return further | Q(received_at=after.at, pk__lt=after.pk)
    return further | Q(received_at=after.at)


SLOT = Slot("mail", _("E-mail"), "inbox/letter.html", letters)
