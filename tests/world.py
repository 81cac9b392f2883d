"""Alice, Bob and Charlie, and the doors they use."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.test import Client

from crm.workspaces import actions, tokens
from crm.workspaces.models import Membership, Role, Workspace
from crm.workspaces.tenancy import open_workspace

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass
class World:
    """Two workspaces and three people."""

    acme: Workspace
    globex: Workspace
    alice: Membership
    bob: Membership
    charlie: Membership
    secrets: dict[int, str] = field(default_factory=dict)

    @classmethod
    def build(cls) -> "World":
        alice, bob, charlie = (
            actions.create_user(email=f"{name}@{company}.test", password=PASSWORD, name=full)
            for name, company, full in (
                ("alice", "acme", "Alice Moreira"),
                ("bob", "acme", "Bob Lindqvist"),
                ("charlie", "globex", "Charlie Okafor"),
            )
        )
        owner = actions.create_workspace(name="Acme", owner=alice, at=NOW)
        stranger = actions.create_workspace(name="Globex", owner=charlie, at=NOW)
        colleague = actions.add_member(
            workspace=owner.workspace, user=bob, role=Role.MEMBER, at=NOW
        )
        return cls(owner.workspace, stranger.workspace, owner, colleague, stranger)

    @contextmanager
    def opened(self, workspace: Workspace | None = None) -> Iterator[None]:
        """Acme (or another workspace) open, in one transaction."""
        with open_workspace((workspace or self.acme).pk), transaction.atomic():
            yield

    def browser(self, member: Membership) -> Client:
        """A signed-in browser on the page origin."""
        client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
        client.force_login(member.user, "allauth.account.auth_backends.AuthenticationBackend")
        confirm(client, member)
        return client

    def api(self, member: Membership, scopes: tuple[str, ...] = tokens.SCOPES) -> "Api":
        """A program with the member's token."""
        _token, secret = actions.issue_token(member=member, name="test", scopes=scopes, at=NOW)
        return Api(secret)


def confirm(client: Client, member: Membership, *, at: float | None = None) -> None:
    """Let the browser have proved who it is just now, or then (seconds since 1970)."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": at or time.time()}]
    session["account_authentication_methods_user"] = str(member.user.pk)
    session.save()


class Api:
    """Speaks JSON to /api/v1/ with a bearer token."""

    def __init__(self, secret: str) -> None:
        self.client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, data: Any = None, key: str | None = None) -> Any:
        return self._send("POST", path, data, {"Idempotency-Key": key} if key else {})

    def patch(self, path: str, data: Any) -> Any:
        return self._send("PATCH", path, data, {})

    def delete(self, path: str) -> Any:
        return self._send("DELETE", path, None, {})

    def _send(self, method: str, path: str, data: Any, extra: dict[str, str]) -> Any:
        body = json.dumps(data if data is not None else {})
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            body,
            "application/json",
            headers={**self.headers, **extra},
        )
