"""Migrate as the owner of the tables, then raise the walls around what is new."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections, transaction

from crm.workspaces import walls


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        planned = options["plan"] or options["check_unapplied"] or options["app_label"]
        if not planned:
            with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
                walls.raise_walls(cursor)
