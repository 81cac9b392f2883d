"""Write a backup into an empty folder while everything goes on; it needs no superuser."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.config.backup import dump
from crm.config.embedded.refusal import Refusal


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = dump.write(options["folder"], at=timezone.now())
        except (dump.NotWritten, Refusal) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{options['folder']}: {made.octets / 1e6:.1f} MB, SHA-256 {made.sha256}\n"
            f"Keep apart from it, and never lose: the master keys named"
            f" {', '.join(made.sealed_by) or '(none is needed)'} of FIO_MASTER_KEYS."
        )
