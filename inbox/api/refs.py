"""What a request may name: rows of mail that the member who asks may use."""

from typing import Any

from django.db.models import Q, QuerySet

from crm.fields.models import View
from crm.fields.queries import saved
from crm.ui.rest import fields
from crm.ui.rest.refusals import Absent
from crm.workspaces.models import Membership
from inbox.models import Folder, MailLabel, Thread, Upload
from inbox.queries import access, labels, reading, templates
from inbox.queries import views as kept


def mailbox(**kwargs: Any) -> fields.Ref:
    return fields.Ref(access.mailboxes, **kwargs)


def folder(**kwargs: Any) -> fields.Ref:
    return fields.Ref(folders, **kwargs)


def message(**kwargs: Any) -> fields.Ref:
    return fields.Ref(access.messages, **kwargs)


class ThreadRef(fields.Id):
    """A thread of which the member may read something; a merged one stands for where it went."""

    def to_internal_value(self, data: Any) -> Thread:  # type: ignore[override]
        uid = fields.as_uid(super().to_internal_value(data))
        try:
            if uid is not None:
                return reading.find(self.context["member"], uid).thread
        except Thread.DoesNotExist:
            uid = None
        raise Absent


def label(**kwargs: Any) -> fields.Ref:
    return fields.Ref(known_labels, **kwargs)


def known_labels(member: Membership) -> QuerySet[MailLabel]:
    return labels.labels()


def view(**kwargs: Any) -> fields.Ref:
    return fields.Ref(views, **kwargs)


def views(member: Membership) -> QuerySet[View]:
    """Saved lists of mail that the member may open; of a mailbox that he has."""
    mine = access.mailboxes(member).values_list("uid", flat=True)
    boxes = ["", *(str(uid) for uid in mine)]
    rows = saved.known(member, kept.KIND)
    found: QuerySet[View] = rows.filter(
        Q(filter__mailbox__in=boxes) | ~Q(filter__has_key="mailbox")
    )
    return found


def upload(**kwargs: Any) -> fields.Ref:
    return fields.Ref(uploads, **kwargs)


def folders(member: Membership) -> QuerySet[Folder]:
    found: QuerySet[Folder] = Folder.objects.filter(mailbox__in=access.mailboxes(member))
    return found


def uploads(member: Membership) -> QuerySet[Upload]:
    return templates.usable(member)
