"""Make an operator, who may open /admin/; the password is asked for, or FIO_OPERATOR_PASSWORD."""

import getpass
import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.workspaces import actions
from crm.workspaces.models import User


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"]
        if User.objects.using("system").filter(email__iexact=email).exists():
            raise CommandError(f"{email} exists already: make it an operator under /admin/")
        password = os.environ.get("FIO_OPERATOR_PASSWORD") or getpass.getpass()
        try:
            actions.create_user(email=email, password=password, is_staff=True, is_superuser=True)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{email} may open /admin/")
