"""Make a workspace with its owner, and print an API token as one line of JSON."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.workspaces import actions, tokens
from crm.workspaces.models import User


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--password", required=True, help="12 characters at least")
        parser.add_argument("--token-scopes", default=",".join(tokens.SCOPES))

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        scopes = [scope for scope in options["token_scopes"].replace(" ", ",").split(",") if scope]
        unknown = sorted(set(scopes) - set(tokens.SCOPES))
        if unknown:
            raise CommandError(f"unknown scopes {unknown}; known are {list(tokens.SCOPES)}")
        owner = self._owner(options["owner"], options["password"])
        member = actions.create_workspace(name=options["name"], owner=owner, at=now)
        _token, secret = actions.issue_token(
            member=member, name="workspace_create", scopes=scopes, at=now
        )
        answer = {"workspace": member.workspace.slug, "user": owner.email, "token": secret}
        self.stdout.write(json.dumps(answer))

    def _owner(self, email: str, password: str) -> User:
        known = User.objects.using("system").filter(email__iexact=email).first()
        if known is not None:
            if not known.check_password(password):
                raise CommandError(f"{email} exists already, with another password")
            return known
        try:
            return actions.create_user(email=email, password=password)
        except ValidationError as error:
            raise CommandError("--password: " + " ".join(error.messages)) from error
