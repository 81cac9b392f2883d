"""What somebody finds on another host: `python -m tests.platform.second_host EMAIL PATH`.

Signs in with the password of the stories, opens a page, and unseals every mailbox's
password; answers with one JSON object.
"""

import json
import sys
from typing import Any

import django


def main() -> None:
    """Run against whatever database the environment names."""
    django.setup()
    email, path = sys.argv[1:]
    print(json.dumps({"page": page(email, path), "secrets": secrets(), "outbox": outbox()}))


def page(email: str, path: str) -> str:
    """The page as a browser gets it after the sign-in form."""
    from django.conf import settings
    from django.test import Client

    from tests.world import PASSWORD

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"] = {"BACKEND": plain}
    browser = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    browser.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return browser.get(path).text


def secrets() -> dict[str, str]:
    """Each mailbox's password, or the sentence that says why it does not open."""
    from crm.workspaces import sealing
    from sync.models import Connection

    def opened(row: Any) -> str:
        try:
            return sealing.unseal(row, "password")
        except sealing.CannotOpen as error:
            return str(error)

    return everywhere(lambda: {row.username: opened(row) for row in Connection.objects.all()})


def outbox() -> dict[str, str]:
    """The state of each outgoing mail by its subject."""
    from inbox.models import Outgoing

    return everywhere(lambda: dict(Outgoing.objects.values_list("subject", "state")))


def everywhere(look: Any) -> dict[str, str]:
    """What is found in all workspaces together."""
    from django.db import transaction

    from crm.workspaces.models import Workspace
    from crm.workspaces.tenancy import open_workspace

    found: dict[str, str] = {}
    for workspace in Workspace.objects.using("system"):
        with open_workspace(workspace.pk), transaction.atomic():
            found |= look()
    return found


if __name__ == "__main__":
    main()
