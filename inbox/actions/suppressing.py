"""The list of those who must not be written to: by hand, and by what comes back for good."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import Mailbox, Message, Outgoing, Participant, Suppression
from inbox.queries import claimed, insiders, suppressed

Reason = Suppression.Reason


class AlreadySuppressed(ValidationError):
    """It is on the list already."""


def suppress(
    *, pattern: str, reason: str = Reason.HAND, by: Membership, at: datetime
) -> Suppression:
    """Put a pattern of `blocking.read_pattern` on the list; raises AlreadySuppressed."""
    with transaction.atomic():
        if suppressed.listed(by).filter(pattern=pattern).exists():
            raise AlreadySuppressed(_("It is on the list already."), code="suppressed")
        fresh = {"reason": reason, "mailbox": None, "by": by, "created_at": at, "ended_at": None}
        meant = {"pattern": pattern, "is_heard": False}
        row: Suppression = Suppression.objects.update_or_create(**meant, defaults=fresh)[0]
        _record("mail.suppressed", row, by, at)
    return row


def lift(*, row: Suppression, by: Membership, at: datetime) -> None:
    """Take it off the list; what was heard beside what a person wrote down stays."""
    _turn("mail.unsuppressed", row, by, at, ended_at=at)


def bring_back(*, row: Suppression, by: Membership, at: datetime) -> None:
    """As if it had never been taken off."""
    _turn("mail.suppressed", row, by, at, ended_at=None)


def heard(*, mailbox: Mailbox, reports: Sequence[Message], at: datetime) -> list[Suppression]:
    """Put on the list whom these reports say that mail never gets to, or who called it spam.

    A report counts for a mail that left this mailbox, and for those it went to: anybody can
    write one. What the server only put off (4.x.x) never counts.
    """
    made = []
    for report in reports:
        told = report.bounce or {}
        original = told.get("original_message_id")
        said = list(_said(report, told.get("recipients") or ()))
        went_to = _recipients(mailbox, original) if original else set()
        if report.kind == Message.Kind.COMPLAINT and not said and len(went_to) == 1:
            said = list(went_to)
        reason = Reason.COMPLAINT if report.kind == Message.Kind.COMPLAINT else Reason.BOUNCE
        for address in sorted(insiders.insiders().outside(went_to.intersection(said))):
            made += _put(address, reason, mailbox, at)
    return made


def _said(report: Message, recipients: Iterable[dict[str, Any]]) -> Iterable[str]:
    for each in recipients:
        is_passing = str(each.get("status", "")).startswith("4")
        is_meant = (
            each.get("action") == "complained"
            if report.kind == Message.Kind.COMPLAINT
            else each.get("is_hard") and not is_passing
        )
        if is_meant:
            yield str(each.get("address", "")).lower()


def _recipients(mailbox: Mailbox, rfc_id: str) -> set[str]:
    """Whom the mail of that id went to, which left this mailbox; two queries."""
    sent = {"mailbox": mailbox, "rfc_id": rfc_id}
    left = Message.objects.filter(**sent, direction=Message.Direction.OUT)
    left = left.exclude(claimed.merely())
    named = Participant.objects.filter(message__in=left, role__in=["to", "cc", "bcc"])
    found = {address.lower() for address in named.values_list("address", flat=True)}
    for recipients in Outgoing.objects.filter(**sent).values_list("recipients", flat=True):
        found |= {str(each).lower() for each in recipients}
    return found


def _put(address: str, reason: str, mailbox: Mailbox, at: datetime) -> list[Suppression]:
    fresh = {"reason": reason, "mailbox": mailbox, "by": None, "created_at": at, "ended_at": None}
    row, is_new = Suppression.objects.get_or_create(pattern=address, is_heard=True, defaults=fresh)
    if not is_new and row.ended_at is None:
        return []
    if not is_new:
        Suppression.objects.filter(pk=row.pk).update(**fresh)
    _record("mail.suppressed", row, None, at)
    return [row]


def _turn(
    verb: str, row: Suppression, by: Membership, at: datetime, ended_at: datetime | None
) -> None:
    with transaction.atomic():
        Suppression.objects.filter(pk=row.pk).update(ended_at=ended_at)
        _record(verb, row, by, at)


def _record(verb: str, row: Suppression, by: Membership | None, at: datetime) -> None:
    timeline.record(verb, by=by, about=[row], at=at, data={"pattern": row.pattern})
