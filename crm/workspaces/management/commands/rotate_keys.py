"""Wrap every workspace's key by the first of FIO_MASTER_KEYS; with --fresh, renew it too.

What was interrupted is carried on with by running it again.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.workspaces import rotation, sealing
from crm.workspaces.models import Workspace


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fresh",
            action="store_true",
            help="give every workspace a new key and seal all its secrets by it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        workspaces = Workspace.objects.using("system").order_by("pk")
        secrets, failed = 0, []
        for workspace in workspaces.iterator():
            try:
                secrets += rotation.rotate(workspace.pk, fresh=options["fresh"], at=timezone.now())
            except sealing.CannotOpen as error:
                failed.append(f"{workspace.slug}: {error}")
        try:
            secrets += rotation.rotate_accounts()
        except sealing.CannotOpen as error:
            failed.append(f"accounts: {error}")
        self.stdout.write(f"{workspaces.count() - len(failed)} workspaces, {secrets} secrets")
        if failed:
            raise CommandError("left as they were: " + "; ".join(failed))
