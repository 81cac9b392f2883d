"""Whoever runs Fio can see how it is doing, and reads no secret on the way."""

import io
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from crm.config import logs, metrics
from crm.timeline import actions as timeline
from crm.ui import tally
from sync.actions import claim
from sync.management.commands import scheduler
from tests import make
from tests.world import NOW, World

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-for-prometheus"


def test_it_counts_for_those_who_have_the_token(world: World, settings: Any) -> None:
    with world.opened():
        box = make.mailbox(world.alice, state="active")
        make.connection(box)
    settings.METRICS_TOKEN = TOKEN
    world.browser(world.alice).get("/acme/inbox/")
    page = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert page.status_code == 200
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.content.decode())
        for sample in family.samples
    }
    assert found["fio_mailboxes", "active"] == 1
    assert found["fio_due_mailboxes", "in"] == 1
    assert found["fio_pending_mails",] == 0
    assert found["fio_database_connections", "active"] >= 1
    assert found["fio_database_connections_limit",] > 10
    assert found["fio_heard_mailboxes",] == 0
    assert any(name[0] == "fio_request_seconds_count" for name in found)
    assert b"acme" not in page.content.replace(b"<slug:workspace>", b"")
    assert box.address.encode() not in page.content


def test_it_counts_what_all_processes_did(world: World, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    before = _counted()
    with world.opened():
        box = make.mailbox(world.alice, state="active")
        make.connection(box)
        timeline.record("email.sent", by=world.alice, about=[box], at=NOW)
        timeline.record("email.unknown", by=world.alice, about=[box], at=NOW)
        timeline.record("thread.read", by=world.alice, about=[box], at=NOW)
    tally.add("rounds", "connect.failed")
    tally.add("stored", by=3)
    tally.add("parser_deaths", by=1)
    after = _counted()
    grown = {key: value - before.get(key, 0) for key, value in after.items()}
    assert {key: value for key, value in grown.items() if value} == {
        ("fio_events_total", "email.sent"): 1,
        ("fio_events_total", "email.unknown"): 1,
        ("fio_rounds_total", "connect.failed"): 1,
        ("fio_stored_mails_total",): 3,
        ("fio_parser_deaths_total",): 1,
    }


def _counted() -> dict[tuple[str, ...], float]:
    page = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.content.decode())
        for sample in family.samples
        if family.type == "counter" and family.name.startswith("fio_")
    }


def test_it_says_which_part_is_not_ready(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    cache.set("readyz.worker", 1, 10)
    told = Client().get("/readyz").json()
    assert told["ready"] and told["parts"]["database"] == "ok"
    assert told["slower"]["scheduler"] == "none runs: start manage.py scheduler"
    assert told["slower"]["lag"].startswith("2 mailboxes have been due")
    assert claim.try_lock(scheduler.LOCK)
    try:
        assert "scheduler" not in Client().get("/readyz").json()["slower"]
    finally:
        claim.unlock(scheduler.LOCK)


def test_it_watches_only_numbers_there_are() -> None:
    """Each rule of the example asks for a number that `/metrics` tells."""
    rules = (ROOT / "docs" / "alerts.yml").read_text()
    told = {name for name, *_rest in metrics.GAUGES} | {"fio_queue_length"}
    told |= {f"{shown}_total" for _name, shown, *_rest in metrics.COUNTERS}
    told |= {"fio_request_seconds_count", "fio_request_seconds_bucket"}
    asked = set(re.findall(r"\bfio_\w+", rules))
    assert asked and asked <= told, asked - told


def test_it_shows_strangers_no_numbers(world: World, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics").status_code == 401
    wrong = Client().get("/metrics", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, b"fio_" in wrong.content) == (401, False)
    settings.METRICS_TOKEN = ""
    gone = Client().get("/metrics", headers={"Authorization": "Bearer "})
    assert (gone.status_code, b"fio_" in gone.content) == (301, False)


SECRETS = [
    ("connecting to postgresql://fio_app:hunter22@db/fio", "hunter22"),
    ('A1 LOGIN "alice@acme.test" "hunter22"', "hunter22"),
    ("AUTH PLAIN AGFsaWNlAGh1bnRlcjIy", "AGFsaWNlAGh1bnRlcjIy"),
    ('{"password": "hunter22", "host": "x"}', "hunter22"),
    ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
    ("made fio_0123456789abcdefABCDEF for Alice", "0123456789abcdefABCDEF"),
    ("https://fio.test/?token=hunter22&page=2", "hunter22"),
    ('A1 LOGIN "alice@acme.test" "correct hunter22"', "hunter22"),
    ("A1 LOGIN alice {8}\r\nhunter22", "hunter22"),
    ("refresh failed: access_token=hunter22", "hunter22"),
    ("client_secret: hunter22", "hunter22"),
    ("FIO_SECRET_KEY=hunter22", "hunter22"),
    ("FIO_MASTER_KEYS=one,hunter22", "hunter22"),
    ("Cookie: csrftoken=a; sessionid=hunter22", "hunter22"),
    ("redis://:one@hunter22@db/0", "hunter22"),
    ("redis://:one/hunter22@db/0", "hunter22"),
    ('{"password": "a\\"hunter22"}', "hunter22"),
    ("Not Found: /accounts/password/reset/key/a-hunter22/", "hunter22"),
]


@pytest.mark.parametrize(("line", "secret"), SECRETS)
@pytest.mark.parametrize("as_json", [True, False])
def test_it_writes_no_secret_into_a_log(line: str, secret: str, *, as_json: bool) -> None:
    written = _written(as_json=as_json, text=line)
    assert secret not in written
    assert logs.HIDDEN in written


def test_it_hides_secrets_in_tracebacks_and_named_values() -> None:
    written = _written(as_json=True, text="sign-in failed", error="refused: password=hunter22")
    told = json.loads(written)
    assert told["event"] == "sign-in failed"
    assert "hunter22" not in written
    assert "ValueError" in told["exception"]


def _written(*, as_json: bool, text: str, error: str = "") -> str:
    entry = logs.formatter(as_json=as_json)
    made = entry.pop("()")(**entry)
    stream = io.StringIO()
    target = logging.StreamHandler(stream)
    target.setFormatter(made)
    log = logging.Logger("fio.test")
    log.addHandler(target)
    try:
        if error:
            raise ValueError(error)
        log.warning("%s", text)
    except ValueError:
        log.exception(text)
    return stream.getvalue()


def test_it_names_every_request(world: World) -> None:
    client = world.browser(world.alice)
    assert client.get("/livez", headers={"X-Request-ID": "proxy-12345"})["X-Request-ID"] == (
        "proxy-12345"
    )
    made = client.get("/livez", headers={"X-Request-ID": "x\tforged line"})["X-Request-ID"]
    assert made.isalnum()
    assert made != client.get("/livez")["X-Request-ID"]
