"""A Valkey of a test's own, to be killed and started again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.signals import setting_changed
from kombu import pools

from crm.config.cache import SparedCache
from crm.config.celery import app
from crm.config.embedded import folders, valkey
from crm.config.embedded.folders import Folders
from crm.ui import live


class Broker:
    """The server and the switch that ends it as a crash does."""

    def __init__(self, places: Folders) -> None:
        self.places = places
        self.start()

    def start(self) -> None:
        self.child = valkey.launch(self.places, durable=False)
        end = time.monotonic() + 20
        while not valkey.ready(self.places, self.child):
            assert time.monotonic() < end, "Valkey does not start"
            time.sleep(0.02)

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()


@contextmanager
def broker(data: Path) -> Iterator[Broker]:
    """This process uses it, and its own one again afterwards."""
    running = Broker(folders.prepare(data))
    usual, celery_usual = settings.REDIS_URL, app.conf.broker_url
    url = valkey.url(running.places)
    try:
        _use(url, url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host="))
        yield running
    finally:
        _use(usual, celery_usual)
        running.kill()


def _use(url: str, celery_url: str) -> None:
    settings.REDIS_URL = url
    settings.CACHES["default"]["LOCATION"] = url
    # Whoever asks for the cache next gets it made anew
    setting_changed.send(sender=None, setting="CACHES", value=settings.CACHES, enter=True)
    SparedCache.asked_again_at = 0.0
    live.client.cache_clear()
    app.conf.broker_url = celery_url
    pools.reset()
    app._pool = app.amqp._producer_pool = None
