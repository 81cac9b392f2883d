"""Follow the chain of every audit log, and print its length and last link to keep elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from crm.workspaces import chain
from crm.workspaces.models import Workspace


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspaces", nargs="*", metavar="WORKSPACE", help="default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Workspace.objects.using("system").order_by("slug")
        if options["workspaces"]:
            rows = rows.filter(slug__in=options["workspaces"])
        broken = 0
        with connections["system"].cursor() as cursor:
            for workspace in rows:
                found = chain.verify(cursor, workspace.pk)
                told = found.problem or "whole"
                self.stdout.write(f"{workspace.slug} {found.length} {found.head} {told}")
                broken += bool(found.problem)
        if broken:
            raise CommandError(f"{broken} audit logs were tampered with")
