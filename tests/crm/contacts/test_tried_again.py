"""An import that was given up after too many tries can be tried again, and doubles nothing."""

from typing import Any

import pytest

from crm.contacts.actions import importing
from crm.contacts.importing import batches, undoing
from crm.contacts.models import Import, Person
from crm.contacts.tables import reading
from crm.workspaces.models import AuditEntry
from tests.api.test_imports import upload
from tests.crm.contacts.files import bring, done, go, last, written
from tests.world import World

FILE = written([["Name", "E-mail"], *([f"Ana {n}", f"a{n}@b.test"] for n in range(6))])


def _wear_out(world: World) -> Import:
    """Every worker that takes it up dies, until it is given up."""
    for _try in range(12):
        with world.opened():
            Import.objects.update(lease_until=None)
        if not importing.due_imports():
            break
        try:
            done()
        except KeyboardInterrupt:
            continue
    return last()


def _people() -> list[str]:
    rows = Person.objects.filter(trashed_at=None).order_by("pk")
    return list(rows.values_list("name", flat=True))


def _go_to_death(world: World, here: str, step: str) -> Import:
    assert world.browser(world.alice).post(f"{here}{step}/").status_code == 302
    return _wear_out(world)


def test_it_goes_on_with_the_rows_that_are_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    monkeypatch.setattr(importing, "TRIES", 2)
    alice = world.browser(world.alice)
    here = bring(alice, FILE)
    with monkeypatch.context() as poisoned:
        work, turns = batches.work, []

        def mortal(*given: Any) -> None:
            turns.append(1)
            if len(turns) > 1:
                raise KeyboardInterrupt
            work(*given)

        poisoned.setattr(batches, "work", mortal)
        batch = _go_to_death(world, here, "run")
        assert (batch.state, batch.failed_at, batch.counts["created"]) == ("failed", "running", 2)
        page = alice.get(here).text
        assert ">Try again<" in page and "Take it all back" in page
        # As often as one likes, each time with all its tries
        tried = len(turns)
        batch = _go_to_death(world, here, "run")
        assert batch.state == "failed" and len(turns) >= tried + 3
    assert go(alice, here, "run").state == "done"
    with world.opened():
        assert _people() == [f"Ana {n}" for n in range(6)]
        assert AuditEntry.objects.filter(verb="import.started").count() == 3


def test_it_reads_a_file_once_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are kept as long as nobody read them; for programs as on the page."""
    monkeypatch.setattr(importing, "TRIES", 2)
    api, charlie = world.api(world.alice), world.api(world.charlie)

    def dying(_data: bytes) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as poisoned:
        poisoned.setattr(reading, "read", dying)
        here = f"imports/{upload(api, FILE).json()['id']}/"
        batch = _wear_out(world)
        assert (batch.state, batch.failed_at) == ("failed", "reading")
    page = world.browser(world.alice).get(f"/acme/{here}").text
    assert ">Try again<" in page and "Take it all back" not in page
    assert api.post(f"{here}undo/").status_code == 409
    assert charlie.post(f"{here}run/").status_code == 404
    assert api.post(f"{here}run/").json()["state"] == "reading"
    done()
    assert api.get(here).json()["state"] == "mapping"
    with world.opened():
        assert _people() == []


def test_it_tries_once_more_and_writes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked for a trial is not given an import."""
    monkeypatch.setattr(importing, "TRIES", 2)
    alice = world.browser(world.alice)
    here = bring(alice, FILE)

    def dying(*_given: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as poisoned:
        poisoned.setattr(batches, "work", dying)
        assert _go_to_death(world, here, "trial").failed_at == "checking"
    assert ">Try again<" in alice.get(here).text
    batch = go(alice, here, "run")
    assert (batch.state, batch.counts["check"]) == ("mapping", {"created": 6})
    with world.opened():
        assert _people() == []


def test_it_takes_back_what_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    monkeypatch.setattr(importing, "TRIES", 2)
    alice = world.browser(world.alice)
    here = bring(alice, FILE)
    go(alice, here, "run")
    undo, turns = undoing.undo, []

    def mortal(*given: Any) -> Any:
        turns.append(1)
        if len(turns) > 1:
            raise KeyboardInterrupt
        return undo(*given)

    with monkeypatch.context() as poisoned:
        poisoned.setattr(undoing, "undo", mortal)
        batch = _go_to_death(world, here, "undo")
        assert (batch.state, batch.failed_at) == ("failed", "undoing")
        with world.opened():
            assert len(_people()) == 4
    page = alice.get(here).text
    assert ">Try again<" not in page and "Take it all back" in page
    # Nothing is imported by going on
    assert go(alice, here, "run").state == "failed"
    assert go(alice, here, "undo").state == "undone"
    with world.opened():
        assert _people() == [] and Person.objects.count() == 6
