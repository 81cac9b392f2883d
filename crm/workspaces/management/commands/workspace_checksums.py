"""Print what each workspace holds: table, rows and a hash that does not depend on order."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction

from crm.workspaces import checksums


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", help="only this one, by its slug; - for what is shared")
        parser.add_argument("--json", action="store_true", help="a list for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic("system"), connections["system"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found = checksums.take(cursor)
        if options["workspace"]:
            found = [line for line in found if line.workspace == options["workspace"]]
            if not found:
                raise CommandError(f"there is no workspace {options['workspace']}")
        if options["json"]:
            self.stdout.write(json.dumps([line.as_dict() for line in found], indent=1))
            return
        for line in found:
            self.stdout.write(str(line))
