"""How well mails find their conversation: pairs joined, against those that belong together."""

from collections import Counter
from collections.abc import Iterable

from bench import ground, mailboxes
from bench.table import Line
from inbox.models import Message


def measure(office: ground.Office, count: int) -> Line:
    """Pairwise F1 over all mails of the mailbox."""
    truth = mailboxes.truth(count)
    cells: Counter[tuple[int, int]] = Counter()
    with office.world.opened():
        rows = Message.objects.filter(mailbox=office.mailbox).values_list("rfc_id", "thread_id")
        for rfc_id, thread in rows.iterator():
            cells[thread, truth[rfc_id.strip("<>")]] += 1
    found: Counter[int] = Counter()
    real: Counter[int] = Counter()
    for (thread, talk), number in cells.items():
        found[thread] += number
        real[talk] += number
    both, joined, meant = (_pairs(c.values()) for c in (cells, found, real))
    f1 = 2 * both / (joined + meant)
    return Line(
        f"conversations of {count} mails, F1", f"{f1:.4f}", "notmuch 0.996", f1 / 0.996, 1.0
    )


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
