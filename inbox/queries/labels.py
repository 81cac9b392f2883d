"""Labels of conversations, as a member sees them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from crm.workspaces.models import Membership
from inbox.models import MailLabel, Thread, ThreadLabel
from inbox.queries import access


def labels() -> QuerySet[MailLabel]:
    """Every label of the workspace by name."""
    found: QuerySet[MailLabel] = MailLabel.objects.filter(removed_at=None)
    return found.order_by(Lower("name"), "pk")


def label(uid: UUID | None) -> MailLabel | None:
    """The label of that id, removed ones left out."""
    return labels().filter(uid=uid).first() if uid is not None else None


def on(thread_ids: Iterable[int], mailbox_ids: Iterable[int]) -> dict[int, list[MailLabel]]:
    """The labels of threads as these mailboxes have them, by thread id, each once and by name."""
    rows = ThreadLabel.objects.filter(
        thread__in=list(thread_ids), mailbox__in=list(mailbox_ids), label__removed_at=None
    )
    found: dict[int, dict[int, MailLabel]] = {}
    for row in rows.select_related("label").order_by(Lower("label__name"), "label"):
        found.setdefault(row.thread_id, {})[row.label_id] = row.label
    return {thread: list(each.values()) for thread, each in found.items()}


def choices(member: Membership, threads: Sequence[Thread]) -> list[tuple[MailLabel, str]]:
    """Every label, and whether all or some of these threads have it for the member."""
    own = access.mailbox_ids(member)
    pairs = ThreadLabel.objects.filter(thread__in=threads, mailbox__in=own)
    had: Counter[int] = Counter()
    for label_id, _thread in set(pairs.values_list("label_id", "thread_id")):
        had[label_id] += 1
    all_of_them = len(threads)
    return [
        (each, "all" if 0 < all_of_them == had[each.pk] else "some" if had[each.pk] else "")
        for each in labels()
    ]


def counted(member: Membership) -> dict[int, int]:
    """How many list rows of the member's mailboxes have each label, by label id."""
    rows: Any = ThreadLabel.objects.filter(mailbox__in=access.mailbox_ids(member))
    counts = rows.values("label_id").annotate(count=Count("pk")).order_by()
    return {row["label_id"]: row["count"] for row in counts}
