"""`/livez`: the process lives. `/readyz`: everything it needs is there."""

from collections.abc import Callable

import redis
from django.core.cache import cache
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from kombu.exceptions import OperationalError as BrokerAway

from crm.config.celery import app
from crm.ui import live


class ProbeMiddleware:
    """Answers the probes before any host, session or language is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/livez":
            return HttpResponse("alive\n", content_type="text/plain")
        if request.path == "/readyz":
            problems = {name: text for name, text in _problems() if text}
            answer = {"ready": not problems, "problems": problems}
            return JsonResponse(answer, status=503 if problems else 200)
        return self.get_response(request)


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
