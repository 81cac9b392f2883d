"""Restore a backup into an empty database, and prove that every table came back the same."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.config.backup import load
from crm.config.backup.manifest import Damaged
from crm.config.embedded.refusal import Refusal


class Command(BaseCommand):
    help = __doc__ or ""
    # There is nothing to check yet
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what `backup` wrote")
        parser.add_argument("--jobs", type=int, default=1, help="faster, but not all or nothing")
        parser.add_argument(
            "--lost-keys", action="store_true", help="a master key is lost: restore the rest"
        )
        parser.add_argument(
            "--idle", action="store_true", help="nothing was sent since: the outbox goes on"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load.restore(
                options["folder"],
                jobs=options["jobs"],
                lost_keys=options["lost_keys"],
                idle=options["idle"],
                say=self.stdout.write,
            )
        except (load.NotRestored, Damaged, Refusal) as error:
            raise CommandError(str(error)) from error
