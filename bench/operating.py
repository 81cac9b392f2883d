"""What operators wait for: the page over 10,000 mailboxes, and the end of a large workspace.

python -m bench.operating --write docs/operating.md
"""

import argparse
import os
import statistics
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connections
from django.test import Client
from django.utils import timezone

from bench import ground, letters, reading
from bench.figures import Figure, show, write
from crm.workspaces import walls
from crm.workspaces.actions import closing, erasing
from crm.workspaces.models import User
from tests import make
from tests.world import PASSWORD, World

WORKSPACES, MAILBOXES, BUSY, PENDING = 2_000, 10_000, 50, 12_000
LIMIT = 100.0
WORDS = """The page of all mailboxes over {boxes:,} of {spaces:,} workspaces, {busy} of which have
{pending:,} mails to come: the middle of 21 whole requests of an operator. Then a workspace with
{mails:,} mails in {threads:,} conversations is taken away, while a member of another one goes on
opening his inbox: what stands against it is the same page just before. Two processor cores;
{load}."""
PAGES: dict[str, dict[str, Any]] = {
    "trouble first": {},
    "longest not read": {"order": "lag"},
    "by workspace": {"order": "workspace"},
    "failing ones": {"kind": "failing"},
    "importing, needing a look": {"kind": "importing", "state": "degraded"},
    "one word": {"q": "space-77"},
    "the hundredth page": {"p": 100},
}
FILLS = (
    """INSERT INTO workspaces_workspace (id, uid, name, slug, data_key, created_at)
    SELECT 1000000 + n, gen_random_uuid(), 'Space ' || n, 'space-' || n, 'none'::bytea, now()
    FROM generate_series(0, %(spaces)s::int - 1) n""",
    """INSERT INTO inbox_mailbox (id, workspace_id, uid, address, name, provider, kind, visibility,
    state, state_reason, mirror_read, mirror_archive, mirror_delete, created_at, last_ok_at)
    SELECT 1000000 + n, 1000000 + n %% %(spaces)s, gen_random_uuid(), 'rep' || n || '@firm.test',
    '', 'imap', 'team', 'private', CASE WHEN n %% 40 = 0 THEN 'degraded' WHEN n %% 55 = 0
    THEN 'needs_reauth' WHEN n %% 9 = 0 THEN 'backfilling' ELSE 'active' END,
    CASE WHEN n %% 40 = 0 THEN 'server.busy' ELSE '' END, false, false, false,
    now() - interval '90 days', now() - n %% 700 * interval '1 second'
    FROM generate_series(0, %(boxes)s::int - 1) n""",
    """INSERT INTO sync_schedule (workspace_id, mailbox_id, lane, is_enabled, due_at, lease_owner,
    fence, fail_code, fail_count, is_behind, heard_until)
    SELECT workspace_id, id, lane, true, now() + interval '1 minute', '', 1, state_reason,
    length(state_reason), state = 'backfilling', now() + interval '1 minute'
    FROM inbox_mailbox, unnest('{in,out}'::text[]) AS lane WHERE id >= 1000000""",
    """INSERT INTO inbox_ledgerentry (workspace_id, uid, mailbox_id, folder_id, generation, number,
    flags, is_news, attempts, listed_at, decision, reason)
    SELECT workspace_id, gen_random_uuid(), id, 1000000 + id, 1, n, '{}', false, 0, now(),
    'pending', '' FROM (SELECT id, workspace_id FROM inbox_mailbox WHERE state = 'degraded'
    ORDER BY id LIMIT %(busy)s) m, generate_series(1, %(pending)s::int) n""",
)


def main() -> int:
    """Returns 1 where a figure is not what it must be."""
    parser = argparse.ArgumentParser(prog="python -m bench.operating", description=__doc__)
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/operating.md")
    chosen, before = parser.parse_args(), os.getloadavg()[1]
    with ground.database():
        world = World.build()
        letters.fill(world)
        values = {"spaces": WORKSPACES, "boxes": MAILBOXES, "busy": BUSY, "pending": PENDING}
        for statement in FILLS:
            ground.as_superuser(statement, values)
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        sections = {"All mailboxes": looked(), "A large workspace taken away": taken_away(world)}
    for title, figures in sections.items():
        show(title, figures)
    if chosen.write:
        load = f"load {before:.1f} at the beginning, {os.getloadavg()[1]:.1f} at the end"
        words = WORDS.format(**values, mails=letters.MAILS, threads=letters.THREADS, load=load)
        write(chosen.write, "Operating", words, "python -m bench.operating", sections)
    return 0 if all(each.holds for found in sections.values() for each in found) else 1


def looked() -> list[Figure]:
    """Milliseconds of the operators' pages."""
    user = User.objects.db_manager("system").create_superuser("ops@fio.test", PASSWORD)
    browser = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    browser.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return [
        Figure(
            what,
            statistics.median(
                reading._times(partial(reading._get, browser, "/admin/mailboxes/", query))
            ),
            LIMIT,
            " ms",
        )
        for what, query in PAGES.items()
    ]


def taken_away(world: World) -> list[Figure]:
    """How long it takes, what is left, and what the neighbours notice."""
    with world.opened(world.globex):
        make.mailbox(world.charlie)
    other = world.browser(world.charlie)
    here = f"/{world.globex.slug}/inbox/inbox/"
    read = partial(reading._get, other, here, {})
    quiet = statistics.median(reading._times(read))
    # The audit log goes only where PostgreSQL's own clock says that the time to think is over
    long_ago = timezone.now() - 2 * closing.GRACE
    closing.close_workspace(workspace=world.acme, by=world.alice, at=long_ago)
    rows = sum(_left(world.acme.pk).values())
    ended = threading.Event()

    def erase() -> None:
        try:
            erasing.erase(workspace_id=world.acme.pk, at=timezone.now())
        finally:
            connections.close_all()
            ended.set()

    began, took = time.perf_counter(), []
    threading.Thread(target=erase).start()
    while not ended.is_set():
        started = time.perf_counter()
        read()
        took.append((time.perf_counter() - started) * 1000)
        ended.wait(0.05)
    wall = time.perf_counter() - began
    return [
        Figure("rows of it", rows),
        Figure("taken away within", wall, unit=" s"),
        Figure("rows a second", rows / wall),
        Figure("rows left", sum(_left(world.acme.pk).values()), 0),
        Figure("the inbox of another workspace before", quiet, unit=" ms"),
        Figure("meanwhile, the middle", statistics.median(took), unit=" ms"),
        Figure("meanwhile, 95 of 100 within", statistics.quantiles(took, n=20)[-1], 200, " ms"),
    ]


def _left(workspace_id: int) -> dict[str, int]:
    """Rows of the workspace by table, as the superuser sees them."""
    admin = ground.superuser()
    tables = [model._meta.db_table for model in walls.walled_models()]
    sums = {
        table: admin.execute(
            f"SELECT count(*) FROM {table} WHERE workspace_id = %s", [workspace_id]
        ).fetchone()
        for table in tables
    }
    return {table: row[0] for table, row in sums.items() if row}


if __name__ == "__main__":
    sys.exit(main())
