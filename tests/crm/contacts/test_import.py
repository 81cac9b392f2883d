"""A file becomes people: understood, tried, imported, mended, taken back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from crm.contacts.actions import importing
from crm.contacts.importing import batches, guessing
from crm.contacts.models import Import, ImportRow, Organization, Person, PersonEmail
from crm.fields.models import Label
from crm.timeline.models import Event
from crm.workspaces.models import AuditEntry
from tests import make
from tests.crm.contacts.files import PEOPLE, bring, brought, done, go, last, written
from tests.world import World


def names(world: World) -> list[str]:
    with world.opened():
        return list(Person.objects.filter(trashed_at=None).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Title,Value,Currency,Stage", "deal"),
        ("Título,Valor,Moeda,Etapa,Organização", "deal"),
        ("Name,Domains,Website,Address,Phone", "organization"),
        ("Title,Source,Value", "lead"),
        ("Title,Board,Phase,Due", "project"),
        ("Name,Phone,Company", "person"),
        ("Name,E-mail,Stage,Value,Currency", "person"),
    ],
)
def test_it_sees_what_a_file_is_about(world: World, heading: str, kind: str) -> None:
    with world.opened():
        assert guessing.kind_of(heading.split(",")) == kind


def test_it_understands_a_file_tries_it_and_imports_it(world: World) -> None:
    alice = world.browser(world.alice)
    here = bring(alice, PEOPLE)
    page = alice.get(here).content.decode()
    for word in ("First name", "Ada", "Last name", "Job title", "E-mail", "Labels"):
        assert word in page
    with world.opened():
        batch = Import.objects.get()
        assert [each["to"] for each in batch.mapping] == [
            "first_name", "last_name", "organization", "title", "emails", "phones", "labels",
        ]  # fmt: skip
    go(alice, here, "trial")
    page = alice.get(here).content.decode()
    assert "A trial says" in page and "not a full e-mail address" in page
    assert last().counts == {"check": {"created": 2, "skipped": 1, "failed": 2}}
    with world.opened():
        assert not Person.objects.exists() and not Label.objects.exists()
        assert not Organization.objects.exists()
    batch = go(alice, here, "run")
    assert batch.state == "done" and batch.done == batch.total == 5
    assert (batch.counts["created"], batch.counts["skipped"], batch.counts["failed"]) == (2, 1, 2)
    with world.opened():
        ada = Person.objects.get(name="Ada Lovelace")
        assert ada.title == "Programmer" and ada.organization is not None
        assert ada.organization.name == "Engines" and Organization.objects.count() == 1
        assert [(e.address, e.is_primary) for e in ada.emails.all()] == [("ada@engines.test", True)]
        assert [(p.number, p.label) for p in ada.phones.all()] == [("+442079460018", "mobile")]
        assert ada.owner == world.alice and "engines" in ada.search
        star = Label.objects.get(name="Star")
        assert ada.label_ids == [star.pk]
        assert Event.objects.filter(verb="person.created", by=world.alice).count() == 2
        assert AuditEntry.objects.filter(verb="import.started").count() == 1
    assert "Ada Lovelace" in alice.get("/acme/people/").content.decode()


def test_it_gives_back_the_rows_that_were_not_imported(world: World) -> None:
    alice = world.browser(world.alice)
    here = bring(alice, PEOPLE)
    go(alice, here, "run")
    file = alice.get(f"{here}leftovers.csv").content.decode("utf-8-sig")
    heading, first, second = file.splitlines()
    assert heading.endswith("Labels,Why it was not imported")
    assert first.startswith("Bad,Address") and "not a full e-mail address" in first
    assert "neither a name" in second
    mended = file.replace("not-an-address", "bad@address.test").encode()
    batch = brought(world, mended)
    assert batch.counts["created"] == 1 and "Bad Address" in names(world)


def test_it_adds_nothing_a_second_time(world: World) -> None:
    brought(world, PEOPLE)
    batch = brought(world, PEOPLE)
    assert batch.counts["created"] == 0 and len(names(world)) == 2
    page = world.browser(world.alice).get(f"/acme/imports/{batch.uid}/").content.decode()
    assert "It is here already." in page


def test_it_brings_up_to_date_what_is_here_and_takes_that_back(world: World) -> None:
    with world.opened():
        make.person("Ada L.", "ada@engines.test", owner=world.bob)
    alice = world.browser(world.alice)
    here = bring(alice, PEOPLE)
    alice.post(here, {"policy": "update"})
    batch = go(alice, here, "run")
    assert batch.counts["updated"] == 1 and batch.counts["created"] == 1
    with world.opened():
        ada = Person.objects.get(name="Ada Lovelace")
        assert ada.title == "Programmer" and ada.owner == world.bob
        assert ada.phones.get().number == "+442079460018"
    batch = go(alice, here, "undo")
    assert batch.state == "undone"
    with world.opened():
        ada = Person.objects.get(name="Ada L.")
        assert ada.title == "" and ada.organization is None and not ada.phones.exists()
        assert ada.emails.get().address == "ada@engines.test"


def test_it_adds_once_more_where_that_is_wanted(world: World) -> None:
    brought(world, PEOPLE)
    alice = world.browser(world.alice)
    here = bring(alice, PEOPLE)
    alice.post(here, {"policy": "add"})
    batch = go(alice, here, "run")
    assert batch.counts["created"] == 3
    with world.opened():
        assert PersonEmail.objects.filter(is_live=True).count() == 2
        row = ImportRow.objects.filter(batch__uid=batch.uid).earliest("number")
        assert ["taken", "ada@engines.test"] in row.said


def test_it_takes_a_whole_import_back_but_not_what_was_changed_since(world: World) -> None:
    alice = world.browser(world.alice)
    here = bring(alice, PEOPLE)
    go(alice, here, "run")
    with world.opened():
        grace = Person.objects.get(name="Grace Hopper")
    alice.post(f"/acme/people/{grace.uid}/facts/title/", {"value": "Rear Admiral"})
    batch = go(alice, here, "undo")
    assert batch.state == "undone"
    assert (batch.counts["undone"], batch.counts["kept"]) == (1, 1)
    assert names(world) == ["Grace Hopper"]
    with world.opened():
        ada = Person.objects.get(name="Ada Lovelace")
        assert ada.is_trashed and not ada.emails.get().is_live
        # Grace works there still
        assert not Organization.objects.get().is_trashed
        assert Event.objects.filter(verb="person.trashed").count() == 1
    assert go(alice, bring(alice, PEOPLE), "run").counts["created"] == 1


def test_it_stops_and_goes_on_without_a_double(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    rows = [[f"Person {n}", f"p{n}@many.test"] for n in range(45)]
    alice = world.browser(world.alice)
    here = bring(alice, written([["Name", "Email"], *rows]))
    work, turns = batches.work, []

    def stopping(*args: Any) -> None:
        work(*args)
        turns.append(1)
        if len(turns) == 2:
            transaction.on_commit(lambda: alice.post(f"{here}stop/"))

    monkeypatch.setattr(batches, "work", stopping)
    batch = go(alice, here, "run")
    assert batch.state == "stopped" and batch.done == 20 and len(names(world)) == 20
    assert "20 of 45" in alice.get(here).content.decode() or batch.counts["created"] == 20
    batch = go(alice, here, "run")
    assert batch.state == "done" and batch.counts["created"] == 45
    assert len(names(world)) == 45 == len(set(names(world)))


def test_it_goes_on_after_its_worker_died(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    rows = [[f"Person {n}", f"p{n}@many.test"] for n in range(35)]
    alice = world.browser(world.alice)
    here = bring(alice, written([["Name", "Email"], *rows]))
    save, turns = importing._save, []

    def mortal(*args: Any) -> None:
        save(*args)
        turns.append(1)
        if len(turns) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "_save", mortal)
    with pytest.raises(KeyboardInterrupt):
        go(alice, here, "run")
    assert len(names(world)) == 10
    # Held by who died, for some minutes
    assert importing.due_imports() == []
    with world.opened():
        Import.objects.update(lease_until=None)
    done()
    assert last().state == "done" and len(names(world)) == 35 == len(set(names(world)))


def test_it_hurts_no_row_because_of_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    work = batches.work

    def picky(importer: Any, rows: Any, plan: Any, context: Any) -> None:
        if any("Ada" in row.cells for row in rows):
            raise ValueError("a case nobody thought of")
        work(importer, rows, plan, context)

    monkeypatch.setattr(batches, "work", picky)
    batch = brought(world, PEOPLE)
    assert batch.state == "done" and batch.counts["failed"] == 3
    assert names(world) == ["Grace Hopper"]


def test_it_is_for_leads_and_shows_charlie_nothing(world: World) -> None:
    alice, charlie = world.browser(world.alice), world.browser(world.charlie)
    bob = world.browser(world.bob)
    here = bring(alice, PEOPLE)
    for path in ("/acme/imports/", "/acme/imports/new/", here, f"{here}leftovers.csv"):
        assert bob.get(path).status_code == 403, path
        assert charlie.get(path).status_code == 404, path
    uid = here.split("/")[-2]
    assert charlie.get(f"/globex/imports/{uid}/").status_code == 404
    assert charlie.post(f"/globex/imports/{uid}/run/").status_code == 404
    assert bob.post(f"{here}run/").status_code == 403
    assert "list.csv" not in charlie.get("/globex/imports/").content.decode()
    done()
    assert names(world) == []


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "nothing in this file"),
        (b"\n\n\n", "nothing in this file"),
        (b"\x01\x02\x03\x04", "no table"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked workbook"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(world: World, data: bytes, word: str) -> None:
    alice = world.browser(world.alice)
    if not data:
        file = SimpleUploadedFile("empty.csv", b"")
        assert alice.post("/acme/imports/new/", {"file": file}).status_code == 422
        return
    here = bring(alice, data)
    page = alice.get(here).content.decode()
    assert word in page and last().state == "unreadable"
    assert alice.post(f"{here}run/").status_code == 302
    assert last().state == "unreadable"


def test_it_forgets_old_files_and_keeps_what_came_of_them(world: World) -> None:
    batch = brought(world, PEOPLE)
    with world.opened():
        later = timezone.now() + importing.KEPT
        assert importing.drop_imports(at=timezone.now(), most=100) == 0
        while importing.drop_imports(at=later, most=3):
            pass
        assert not Import.objects.filter(pk=batch.pk).exists() and not ImportRow.objects.exists()
    assert len(names(world)) == 2
