"""What the processes cost and the database holds while time passes."""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connections

from tests.servers.process import family
from tests.servers.stack import Stack

PAGE = 4096
# Where transactions idle longer than this somebody has forgotten one
IDLE = 15


@dataclass
class Watch:
    """Samples of resident memory by process (its children with it), in octets by the second."""

    stack: Stack
    samples: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    idle: int = 0

    def look(self, second: float) -> None:
        """One sample of everything."""
        for name, child in self.stack.running.items():
            resident = sum(_resident(pid) for pid in family(child.pid))
            self.samples[name].append((second, float(resident)))
        with connections["system"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                " AND state_change < now() - make_interval(secs => %s)",
                [IDLE],
            )
            self.idle = max(self.idle, cursor.fetchone()[0])

    def growth(self, name: str) -> float:
        """How much of its memory a process gained in the second half, in percent of it.

        A straight line through the samples, so that one moment says little; the first half
        is for filling pools and caches.
        """
        rows = self.samples[name][len(self.samples[name]) // 2 :]
        if len(rows) < 4:
            return 0.0
        line = statistics.linear_regression([at for at, _size in rows], [s for _at, s in rows])
        gained = line.slope * (rows[-1][0] - rows[0][0])
        return 100 * gained / statistics.mean(size for _at, size in rows)

    def last(self, name: str) -> float:
        """Its memory in MB at the end."""
        return self.samples[name][-1][1] / 1e6


def stuck_leases() -> int:
    """Lanes that say somebody holds them long after nobody can."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM sync_schedule WHERE lease_until < now() - interval '1 minute'"
            " AND is_enabled AND due_at < now() - interval '1 minute'"
        )
        return int(cursor.fetchone()[0])


def _resident(pid: int) -> int:
    """Octets of a process that are its own or shared with its family (PSS)."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0
