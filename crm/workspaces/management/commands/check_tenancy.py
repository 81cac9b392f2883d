"""Look at every table, foreign key and index, and say where the wall has a hole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.workspaces import inspection


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        findings = inspection.findings()
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            raise CommandError(f"{len(findings)} holes in the wall")
        self.stdout.write("The wall stands around every table, key and index.")
