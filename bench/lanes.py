"""What a crowd of mailboxes costs: claims of the schedule, and connections that only wait."""

import multiprocessing
import os
import time
from pathlib import Path

from django.db import connections

from bench import ground
from bench.table import Line
from crm.workspaces import guard
from sync.actions import claim
from sync.providers.base import Endpoint, Login
from sync.providers.imap_idle import Watch
from tests.servers.certificates import Certificate
from tests.servers.dovecot import Dovecot

LANES, WORKSPACES, ROUNDS = 1_000_000, 20_000, 40
LISTENED = 60
FILL = """
INSERT INTO sync_schedule (workspace_id, mailbox_id, lane, is_enabled, due_at, lease_owner,
                           fence, fail_code, fail_count, is_behind)
SELECT 1000000 + n %% %s, 1000000 + n, 'in', true, now() - random() * interval '1 hour', '',
       0, '', 0, false
FROM generate_series(1, %s) n
"""


def claims() -> Line:
    """Lanes the scheduler takes in a second out of a million that are due."""
    ground.as_superuser(FILL, [WORKSPACES, LANES])
    with connections["system"].cursor() as cursor:
        cursor.execute("ANALYZE sync_schedule")
    claim.claim(owner="warm")
    started = time.perf_counter()
    taken = sum(len(claim.claim(owner="bench")) for _round in range(ROUNDS))
    rate = taken / (time.perf_counter() - started)
    ground.wipe()
    return Line(
        f"claims a second, {LANES:,} lanes due", f"{rate:,.0f}", "at least 3,333", rate / 3_333, 1.0
    )


def memory(server: Dovecot, certificate: Certificate) -> Line:
    """Kilobytes a process grows by for each mailbox it listens to over TLS."""
    policy = guard.Policy(allow_private=True, cafile=str(certificate.authority))
    boxes = [ground.box(server, certificate) for _number in range(LISTENED + 20)]
    # A process of its own: what this one has freed before would hide what is taken
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        each = pool.apply(_grown, ([(box.endpoint, box.login) for box in boxes], policy)) / 1000
    return Line(
        "memory of a mailbox that is listened to, KB",
        f"{each:.0f}",
        "limit 60",
        each / 60,
        1.0,
        is_limit=True,
    )


def _grown(boxes: list[tuple[Endpoint, Login]], policy: guard.Policy) -> float:
    """Bytes for each of the boxes after the first twenty."""
    watches = [Watch(endpoint, login, policy=policy) for endpoint, login in boxes]
    for number, watch in enumerate(watches):
        watch.open("INBOX")
        watch.start()
        if number == 19:
            before = _resident()
    return (_resident() - before) / (len(boxes) - 20)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
