"""What mails told of their reading."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Max

from inbox.queries.ours import Told
from tracking.models import Hit, Trace

# Who speaks for a kind; what one of us did says nothing
ORDER = (Hit.Who.HUMAN, Hit.Who.PROXY, Hit.Who.BOT)


def told(message_ids: Collection[int]) -> dict[int, list[Told]]:
    """For each of these messages what is known of its opens, and of its clicks; one query."""
    rows = Trace.objects.filter(message__in=message_ids).order_by()
    each = rows.values_list("message", "kind", "hits__who")
    found: dict[int, dict[str, dict[str, Told]]] = defaultdict(dict)
    for pk, kind, who, count, last_at in each.annotate(Count("hits"), Max("hits__at")):
        by = found[pk].setdefault(kind, {})
        if who in ORDER:
            by[who] = Told(kind, who, count, last_at)
    kinds = (Trace.Kind.OPEN, Trace.Kind.CLICK)
    return {
        pk: [_foremost(kind, by[kind]) for kind in kinds if kind in by] for pk, by in found.items()
    }


def _foremost(kind: str, by: dict[str, Told]) -> Told:
    return next((by[who] for who in ORDER if who in by), Told(kind))
