"""The sync ledger, added up."""

from collections.abc import Iterable

from django.db.models import Count

from inbox.models import LedgerEntry


def counts(mailbox_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """By mailbox id: how many messages each decision has, and how many were listed in all."""
    empty = dict.fromkeys(["listed", *LedgerEntry.Decision.values], 0)
    found = {pk: dict(empty) for pk in mailbox_ids}
    rows = (
        LedgerEntry.objects.filter(mailbox__in=list(found))
        .values_list("mailbox_id", "decision")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for mailbox_id, decision, number in rows:
        found[mailbox_id][decision] = number
        found[mailbox_id]["listed"] += number
    return found
