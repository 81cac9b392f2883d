"""`manage.py listener`: hears of new mail and makes its mailbox due."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from sync.actions import claim
from sync.actions.listen import Listener

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Hold IMAP IDLE connections for every mailbox in step, until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.is_set():
            with Listener() as listener:
                try:
                    while not stopping.is_set():
                        listener.turn()
                except (OperationalError, InterfaceError) as error:
                    log.warning("the database is away: %s", error)
                    claim.hang_up()
                    stopping.wait(1.0)
