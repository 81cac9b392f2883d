"""Labels of conversations: making, changing, merging and removing them, and putting them on."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.fields.models.labels import Hue
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.actions import triage
from inbox.models import MailLabel, Thread, ThreadLabel

MOST = 500
LONGEST = 40


def create_label(*, name: str, by: Membership, at: datetime, hue: str = "") -> MailLabel:
    """A new label, of the next colour unless one is named.

    Raises ValidationError without a name, where the name is taken, and after 500 labels.
    """
    _check(name)
    there = MailLabel.objects.filter(removed_at=None)
    count = there.count()
    if count >= MOST:
        raise ValidationError({"name": _("There are 500 labels already.")}, code="many")
    hues = [word for word in Hue.values if word != Hue.STONE]
    try:
        with transaction.atomic():
            made: MailLabel = MailLabel.objects.create(
                name=name.strip(),
                hue=hue or hues[count % len(hues)],
                created_at=at,
                updated_at=at,
            )
            timeline.record("mail_label.created", by=by, about=[made], at=at)
    except IntegrityError as error:
        raise _taken(name) from error
    return made


def change_label(
    *, label: MailLabel, name: str, hue: str, by: Membership, at: datetime
) -> MailLabel:
    """Another name or colour; raises ValidationError as `create_label` does."""
    _check(name)
    before = [label.name, label.hue]
    label.name, label.hue, label.updated_at = name.strip(), hue, at
    try:
        with transaction.atomic():
            label.save(update_fields=["name", "hue", "updated_at"])
            said = {"changes": {"label": [before, [label.name, label.hue]]}}
            timeline.record("mail_label.changed", by=by, about=[label], at=at, data=said)
    except IntegrityError as error:
        raise _taken(name) from error
    return label


def remove_label(*, label: MailLabel, by: Membership, at: datetime) -> None:
    """Show a label no more; `bring_back` puts it where it was."""
    with transaction.atomic():
        MailLabel.objects.filter(pk=label.pk, removed_at=None).update(removed_at=at)
        timeline.record("mail_label.removed", by=by, about=[label], at=at)


def merge_labels(*, label: MailLabel, into: MailLabel, by: Membership, at: datetime) -> None:
    """Put another label wherever this one is, and remove this one; raises ValidationError.

    Of two who merge the same two crosswise the second is refused, or both labels were gone.
    """
    both = MailLabel.objects.filter(pk__in={label.pk, into.pk}, removed_at=None)
    with transaction.atomic():
        if len(both.select_for_update().order_by("pk")) != 2:
            raise ValidationError({"into": _("Choose another label.")}, code="same")
        rows = ThreadLabel.objects.filter(label=label)
        ThreadLabel.objects.bulk_create(
            (
                ThreadLabel(label=into, merged_from=label, by=by, at=at, **pair)
                for pair in rows.values("thread_id", "mailbox_id").iterator()
            ),
            batch_size=2_000,
            ignore_conflicts=True,
        )
        remove_label(label=label, by=by, at=at)


def bring_back(*, label: MailLabel, by: Membership, at: datetime) -> None:
    """Take `remove_label` or `merge_labels` back; raises ValidationError if it is taken."""
    try:
        with transaction.atomic():
            ThreadLabel.objects.filter(merged_from=label).delete()
            MailLabel.objects.filter(pk=label.pk).update(removed_at=None, updated_at=at)
            timeline.record("mail_label.brought_back", by=by, about=[label], at=at)
    except IntegrityError as error:
        raise _taken(label.name) from error


def put_on(
    *, threads: Sequence[Thread], label: MailLabel, by: Membership, at: datetime
) -> list[Thread]:
    """Label threads in the member's own and team mailboxes; returns those that had it nowhere."""
    with transaction.atomic():
        entries = triage.own_entries(threads[: triage.MOST], by)
        known = _labelled(label, threads)
        fresh = [e for e in entries if (e.thread_id, e.mailbox_id) not in known]
        ThreadLabel.objects.bulk_create(
            (
                ThreadLabel(
                    label=label, thread_id=e.thread_id, mailbox_id=e.mailbox_id, by=by, at=at
                )
                for e in fresh
            ),
            ignore_conflicts=True,
        )
        if fresh:
            triage.record("labelled", fresh, by, at)
    had = {thread for thread, _box in known}
    return [thread for thread in threads if thread.pk in {e.thread_id for e in fresh} - had]


def take_off(
    *, threads: Sequence[Thread], label: MailLabel, by: Membership, at: datetime
) -> list[Thread]:
    """Take a label off, in the member's own and team mailboxes; returns those that had it."""
    with transaction.atomic():
        entries = triage.own_entries(threads[: triage.MOST], by)
        known = _labelled(label, threads)
        had = [e for e in entries if (e.thread_id, e.mailbox_id) in known]
        rows = ThreadLabel.objects.filter(
            label=label,
            thread__in={e.thread_id for e in had},
            mailbox__in={e.mailbox_id for e in had},
        )
        rows.delete()
        if had:
            triage.record("labelled", had, by, at)
    return [thread for thread in threads if thread.pk in {e.thread_id for e in had}]


def put_only(*, thread: Thread, labels: Sequence[MailLabel], by: Membership, at: datetime) -> None:
    """Give a thread these labels and no others, in the mailboxes the member works in."""
    with transaction.atomic():
        own = [entry.mailbox_id for entry in triage.own_entries([thread], by)]
        rows = ThreadLabel.objects.filter(thread=thread, mailbox__in=own, label__removed_at=None)
        others = MailLabel.objects.filter(pk__in=rows.values("label")).exclude(
            pk__in=[label.pk for label in labels]
        )
        for label in list(others):
            take_off(threads=[thread], label=label, by=by, at=at)
        for label in labels:
            put_on(threads=[thread], label=label, by=by, at=at)


def _labelled(label: MailLabel, threads: Sequence[Thread]) -> set[tuple[int, int]]:
    rows = ThreadLabel.objects.filter(label=label, thread__in=threads)
    return set(rows.values_list("thread_id", "mailbox_id"))


def _check(name: str) -> None:
    if not name.strip() or len(name.strip()) > LONGEST:
        text = _("A name has one to forty letters.")
        raise ValidationError({"name": text}, code="invalid")


def _taken(name: str) -> ValidationError:
    text = _("There is a label named %(name)s already.") % {"name": name}
    return ValidationError({"name": text}, code="taken")
