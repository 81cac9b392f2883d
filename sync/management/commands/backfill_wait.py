"""`manage.py backfill_wait`: returns when a mailbox is imported."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sync.actions import claim

TICK = 0.5


class Command(BaseCommand):
    help = "Wait until a mailbox is read to its end; fails when the time is up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", required=True, help="its public id")
        parser.add_argument("--timeout", type=float, default=600.0, help="in seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        until = time.monotonic() + options["timeout"]
        while True:
            standing = claim.standing(options["mailbox"])
            if standing is None:
                raise CommandError("there is no such mailbox")
            state, reason, pending = standing
            if state == "active" and not pending:
                self.stdout.write("in step")
                return
            if time.monotonic() >= until:
                raise CommandError(f"{state} {reason}, {pending} still to come".replace("  ", " "))
            time.sleep(TICK)
