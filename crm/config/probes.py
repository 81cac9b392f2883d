"""`/livez`: the process lives and takes requests. `/readyz`: everything it needs is there."""

from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from kombu.exceptions import OperationalError as BrokerAway

from crm.config.celery import app
from crm.ui import live
from crm.workspaces.postgres import patience
from sync.actions import claim, listen
from sync.management.commands import scheduler

# Seconds a probe waits for a statement
PATIENCE = 3.0

# Who holds the locks of the two processes, and what waits for them
STANDING = f"""
WITH held AS (
    SELECT classid::bigint AS kind FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE locktype = 'advisory' AND granted AND d.datname = current_database()
)
SELECT EXISTS (SELECT FROM held WHERE kind = %s), EXISTS (SELECT FROM held WHERE kind = %s),
       EXISTS (SELECT FROM sync_schedule s WHERE lane = 'in' AND is_enabled AND fail_count = 0
               AND last_ok_at < now() - interval '1 minute' AND NOT {claim.ENDED}),
       (SELECT count(*) FROM sync_schedule WHERE is_enabled AND lease_until IS NULL
        AND due_at < now() - interval '5 minutes')
"""


class ProbeMiddleware:
    """Answers the probes before any host, session or language is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/livez":
            # The proxy passes over who is leaving; who ends then loses nobody
            leaving = settings.LEAVING_FILE and Path(settings.LEAVING_FILE).exists()
            words, status = ("leaving\n", 503) if leaving else ("alive\n", 200)
            return HttpResponse(words, content_type="text/plain", status=status)
        if request.path == "/readyz":
            with patience.no_longer_than(PATIENCE):
                return _answer()
        return self.get_response(request)


def _answer() -> JsonResponse:
    """Each part with "ok" or why it is not; pages are served without the parts of `slower`."""
    found = _problems()
    problems = {name: text for name, text in found if text}
    slower = {} if problems else {name: text for name, text in _absent() if text}
    parts = {name: text or "ok" for name, text in found}
    return JsonResponse(
        {"ready": not problems, "problems": problems, "slower": slower, "parts": parts},
        status=503 if problems else 200,
    )


def _absent() -> list[tuple[str, str | None]]:
    """The processes of which one is enough, and without which mail comes late or not at all."""
    with connections["system"].cursor() as cursor:
        cursor.execute(STANDING, [scheduler.LOCK, listen.LOCK])
        schedules, listens, listenable, late = cursor.fetchone()
    deaf = listenable and not listens
    waits = f"{late} mailboxes have been due for five minutes: more workers are needed"
    return [
        ("scheduler", None if schedules else "none runs: start manage.py scheduler"),
        ("listener", "none runs: start manage.py listener" if deaf else None),
        ("lag", waits if late else None),
    ]


def _problems() -> list[tuple[str, str | None]]:
    found = [("database", _database()), ("broker", _broker())]
    if not any(text for _name, text in found):
        found += [("migrations", _migrations()), ("worker", _worker())]
    return found


def _database() -> str | None:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"PostgreSQL does not answer ({type(error).__name__})"
    return None


def _broker() -> str | None:
    try:
        live.client().ping()
    except redis.RedisError as error:
        return f"Valkey does not answer ({type(error).__name__})"
    return None


def _migrations() -> str | None:
    executor = MigrationExecutor(connections["system"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations wait: run manage.py migrate" if waiting else None


def _worker() -> str | None:
    # A worker that answered is trusted for some seconds, so that probes stay cheap
    if cache.get("readyz.worker"):
        return None
    try:
        answered = app.control.inspect(timeout=1.0).ping()
    except (BrokerAway, OSError):
        answered = None
    if not answered:
        return "no worker answers: start celery -A crm.config.celery worker"
    cache.set("readyz.worker", 1, 10)
    return None
