"""`/metrics` for Prometheus: how requests go, and how far behind the mail is."""

import hmac
import time
from collections.abc import Callable, Iterable

import redis
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from crm.config.celery import LANES
from crm.ui import live, tally
from sync.actions import claim

SECONDS = Histogram(
    "fio_request_seconds",
    "Time to answer a request, by route; streams of events are left out.",
    ("method", "route", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

# name, what it tells, its label, and one statement that yields (label, value) rows
GAUGES = (
    (
        "fio_mailboxes",
        "Mailboxes by state.",
        "state",
        "SELECT state, count(*) FROM inbox_mailbox GROUP BY 1",
    ),
    (
        "fio_due_mailboxes",
        "Mailboxes that are due and not held by a worker.",
        "lane",
        "SELECT lane, count(*) FILTER (WHERE due_at <= now() AND lease_until IS NULL)"
        " FROM sync_schedule WHERE is_enabled GROUP BY 1",
    ),
    (
        "fio_oldest_due_seconds",
        "How long the mailbox that waits longest has been due.",
        "lane",
        "SELECT lane, greatest(0, extract(epoch FROM now() - min(due_at)))"
        " FROM sync_schedule WHERE is_enabled AND lease_until IS NULL GROUP BY 1",
    ),
    (
        "fio_sync_lag_seconds",
        "Age of the last round without an error, the slowest of each twenty left out.",
        "lane",
        "SELECT lane, percentile_disc(0.95) WITHIN GROUP"
        " (ORDER BY extract(epoch FROM now() - last_ok_at))"
        f" FROM sync_schedule s WHERE is_enabled AND last_ok_at IS NOT NULL AND NOT {claim.ENDED}"
        " GROUP BY 1",
    ),
    (
        "fio_failing_mailboxes",
        "Mailboxes whose last round failed, by the error's code.",
        "code",
        "SELECT fail_code, count(*) FROM sync_schedule WHERE is_enabled AND fail_code <> ''"
        " GROUP BY 1",
    ),
    (
        "fio_heard_mailboxes",
        "Mailboxes whose server tells the listener of new mail at once.",
        "",
        "SELECT '', count(*) FROM sync_schedule WHERE heard_until > now()",
    ),
    (
        "fio_held_lanes",
        "Lanes that a worker holds at this moment.",
        "lane",
        "SELECT lane, count(*) FROM sync_schedule WHERE lease_until > now() GROUP BY 1",
    ),
    (
        "fio_database_connections",
        "Connections to this database, by what they do.",
        "state",
        "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() GROUP BY 1",
    ),
    (
        "fio_database_connections_limit",
        "Most connections that the database takes.",
        "",
        "SELECT '', setting::int FROM pg_settings WHERE name = 'max_connections'",
    ),
    (
        "fio_pending_mails",
        "Mails that servers listed and that are not stored yet.",
        "",
        "SELECT '', count(*) FROM inbox_ledgerentry WHERE decision = 'pending'",
    ),
    (
        "fio_outgoing_mails",
        "Mails on their way out, by state.",
        "state",
        "SELECT state, count(*) FROM inbox_outgoing"
        " WHERE state IN ('queued', 'sending', 'unknown', 'failed') GROUP BY 1",
    ),
    (
        "fio_oldest_unsent_seconds",
        "How long the oldest mail has waited past its time to leave.",
        "",
        "SELECT '', coalesce(greatest(0, extract(epoch FROM now() - min(send_after))), 0)"
        " FROM inbox_outgoing WHERE state = 'queued' AND held_at IS NULL",
    ),
)


class Mail:
    """What stands in the tables, counted when it is asked for; names nobody."""

    def collect(self) -> Iterable[Metric]:
        with connections["system"].cursor() as cursor:
            for name, told, label, statement in GAUGES:
                gauge = GaugeMetricFamily(name, told, labels=[label] if label else [])
                cursor.execute(statement)
                for value, number in cursor.fetchall():
                    gauge.add_metric([value] if label else [], float(number))
                yield gauge
        yield from _queues()
        yield from _tallied()


def _queues() -> Iterable[Metric]:
    gauge = GaugeMetricFamily("fio_queue_length", "Bells rung and not answered.", labels=["queue"])
    try:
        for lane in LANES:
            gauge.add_metric([lane], float(live.client().llen(lane)))
    except redis.RedisError:
        return
    yield gauge


# What all processes count together, what it tells, and its label
COUNTERS = (
    ("events", "fio_events", "Mails and troubles, by what happened.", "verb"),
    ("rounds", "fio_rounds", "Looks at mailboxes, by how they ended: ok, or an error.", "code"),
    ("stored", "fio_stored_mails", "Mails that came in, new ones and history.", ""),
    ("parser_deaths", "fio_parser_deaths", "Parser processes that a mail killed.", ""),
)


def _tallied() -> Iterable[Metric]:
    try:
        found = tally.counted()
    except redis.RedisError:
        return
    for name, shown, told, label in COUNTERS:
        counter = CounterMetricFamily(shown, told, labels=[label] if label else [])
        rows = {key: count for (kind, key), count in found.items() if kind == name}
        for key, count in (rows or ({} if label else {"": 0})).items():
            counter.add_metric([key] if label else [], float(count))
        yield counter


class MetricsMiddleware:
    """Times every request, and answers `/metrics` for whoever has the token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/metrics" and settings.METRICS_TOKEN:
            return _answer(request)
        started = time.perf_counter()
        response = self.get_response(request)
        if not response.streaming:
            found = getattr(request, "resolver_match", None)
            route = found.route if found else "none"
            spent = time.perf_counter() - started
            SECONDS.labels(_method(request), route, str(response.status_code)).observe(spent)
        return response


def _method(request: HttpRequest) -> str:
    """The method where it is a usual one: strangers make no new rows."""
    usual = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return request.method if request.method in usual else "other"


def _answer(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("Give FIO_METRICS_TOKEN as a bearer token.\n", status=401)
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """All processes of this host where they share a folder, else this one."""
    registry = CollectorRegistry()
    if settings.METRICS_FOLDER:
        # This one class of the package has no types
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(Mail())
    return registry
