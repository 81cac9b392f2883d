"""Workspaces too large for one breath: exported as of one moment, taken away bit by bit."""

import json
import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from crm.contacts.models import Person
from crm.workspaces import actions, archive
from crm.workspaces.actions import deleting
from inbox.models import Thread
from tests import make
from tests.crm.workspaces.test_departure import archive_of, close, lines, rows_of
from tests.world import World


def test_it_exports_one_moment_whatever_happens_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.opened():
        make.person("Dana", "dana@northwind.test")
        make.message(make.mailbox(world.alice), subject="Before")
        row = actions.ask_export(by=world.alice, at=timezone.now())
    schema = archive.schema

    def meanwhile() -> dict[str, Any]:
        work = threading.Thread(target=happen)
        work.start()
        work.join()
        return schema()

    def happen() -> None:
        with world.opened():
            Person.objects.all().delete()
            make.person("Emil", "emil@northwind.test")
            make.message(make.mailbox(world.bob), subject="After")
        connections.close_all()

    monkeypatch.setattr(archive, "schema", meanwhile)
    assert actions.make_export(workspace_id=world.acme.pk, export_id=row.pk)
    with world.opened():
        row.refresh_from_db()
    found = archive_of(world, row)
    assert [one["name"] for one in lines(found, "contacts_person")] == ["Dana"]
    assert [one["address"] for one in lines(found, "contacts_personemail")] == [
        "dana@northwind.test"
    ]
    assert [one["subject"] for one in lines(found, "inbox_message")] == ["Before"]
    letters = [name for name in found.namelist() if name.startswith("mail/")]
    assert len(letters) == 1 and row.done == row.total
    assert json.loads(found.read("workspace.json"))["name"] == "Acme"


def test_it_takes_few_rows_at_once_and_goes_on_after_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "AT_ONCE", 3)
    with world.opened():
        box = make.mailbox(world.alice)
        for number in range(10):
            make.message(box, subject=f"Number {number}")
        # Conversations that point at each other in a row longer than a batch
        joined = list(Thread.objects.order_by("pk"))
        for one, into in pairwise(joined):
            Thread.objects.filter(pk=one.pk).update(merged_into=into)
    close(world, ago=timedelta(days=15))
    run, turns = deleting._run, []

    def mortal(statement: str, workspace_id: int) -> int:
        turns.append(run(statement, workspace_id))
        if len(turns) == 40:
            raise KeyboardInterrupt
        return turns[-1]

    monkeypatch.setattr(deleting, "_run", mortal)
    with pytest.raises(KeyboardInterrupt):
        actions.erase(workspace_id=world.acme.pk, at=timezone.now())
    assert rows_of(world.acme.pk)
    actions.erase(workspace_id=world.acme.pk, at=timezone.now())
    assert rows_of(world.acme.pk) == {} and max(turns) <= 3
