"""Files as people bring them, and the way they take."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.contacts import tasks
from crm.contacts.actions import importing
from crm.contacts.models import Import
from tests.world import World


def written(rows: Iterable[Iterable[Any]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


PEOPLE = written(
    [
        ["First name", "Last name", "Company", "Job title", "E-mail", "Mobile phone", "Labels"],
        [
            "Ada",
            "Lovelace",
            "Engines",
            "Programmer",
            "ada@engines.test",
            "+44 20 7946 0018",
            "Star",
        ],
        ["Grace", "Hopper", "Engines", "Admiral", "grace@navy.test", "", "Star; Navy"],
        ["Grace", "Hopper", "Engines", "", "GRACE@navy.test", "", ""],
        ["Bad", "Address", "", "", "not-an-address", "", ""],
        ["", "", "", "", "", "", "Lost"],
    ]
)


def bring(client: Client, data: bytes, kind: str = "", name: str = "list.csv") -> str:
    """Bring a file and have it read; the address of its import."""
    file = SimpleUploadedFile(name, data)
    answer = client.post("/acme/imports/new/", {"file": file, "kind": kind})
    assert answer.status_code == 302, answer.content
    done()
    return str(answer.headers["Location"])


def done() -> None:
    """Do what every import waits for, as the workers would."""
    for workspace_id, import_id in importing.due_imports():
        tasks.run(workspace_id=workspace_id, import_id=import_id)


def go(client: Client, here: str, *steps: str) -> Import:
    """Press the buttons of an import's page, one after the other, and wait for each."""
    for step in steps:
        assert client.post(f"{here}{step}/").status_code == 302
        done()
    return last()


def last() -> Import:
    unwalled: Any = Import.unwalled
    found: Import = unwalled.order_by("-pk").first()
    return found


def brought(world: World, data: bytes, kind: str = "", name: str = "list.csv") -> Import:
    """A file of Alice's, brought and imported."""
    browser = world.browser(world.alice)
    return go(browser, bring(browser, data, kind, name), "run")
