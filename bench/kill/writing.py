"""The web server is killed while programs save drafts and hand mails over."""

import random
import time
from typing import Any

from bench import ground
from bench.figures import Figure
from bench.ground import Office
from bench.kill import count, labor
from bench.kill.writers import Writers
from inbox.models import Draft, Outgoing
from tests.servers.sink import sink

# Answers of a new server before it is killed as well
AFTER = 12
WEB = "pages-two"


def story(server: Any, certificate: Any, *, kills: int) -> list[Figure]:
    """Four programs write all the time; what was answered stands, what was sent leaves once."""
    luck = random.Random(6)
    with sink(certificate) as smtp:
        box = ground.box(server, certificate)
        office = Office.open(ground.World.build(), box, smtp_port=smtp.port)
        ground.pull_all(office)
        with labor.working(office, WEB) as running:
            with Writers(office, running.port, running.ports[WEB]) as writers:
                for number in range(1, kills + 1):
                    _until_answered(writers, writers.answered + AFTER)
                    time.sleep(luck.uniform(0, 0.3))
                    labor.web(running, WEB)
                    print(f"  kill {number} at {writers.answered} answers", flush=True)
                _until_answered(writers, writers.answered + AFTER)
            handed = len(writers.handed)
            labor.kill_along(running, 0, handed, lambda: count.leaving(office), lambda: 0.0)
        return [
            Figure("kill -9 of the web server", kills),
            Figure("requests answered", writers.answered),
            Figure("requests broken off, and asked again", writers.broken),
            Figure("requests refused otherwise", len(writers.refused), 0),
            *_drafts(office, writers),
            *_handed(office, writers),
            *count.sending(office, smtp),
        ]


def _until_answered(writers: Writers, wanted: int) -> None:
    until = time.monotonic() + labor.PATIENCE
    while writers.answered < wanted and time.monotonic() < until:
        time.sleep(0.05)


def _drafts(office: Office, writers: Writers) -> list[Figure]:
    """Every draft that was answered for against what stands; those handed over are there too."""
    with office.world.opened():
        stands = {str(uid): text for uid, text in Draft.objects.values_list("uid", "text")}
    lost = [uid for uid in writers.saved if uid not in stands]
    older = [uid for uid, text in writers.saved.items() if stands.get(uid, text) != text]
    return [
        Figure("drafts saved", len(writers.saved)),
        Figure("of them lost", len(lost), 0),
        Figure("of them older than was answered", len(older), 0),
        Figure("drafts twice", len(stands) - len(set(stands.values())), 0),
    ]


def _handed(office: Office, writers: Writers) -> list[Figure]:
    with office.world.opened():
        rows = [to[0] for to in Outgoing.objects.values_list("recipients", flat=True)]
    return [
        Figure("mails handed over", len(writers.handed)),
        Figure("of them not in the outbox", len(writers.handed - set(rows)), 0),
        Figure("in the outbox twice", len(rows) - len(set(rows)), 0),
    ]
