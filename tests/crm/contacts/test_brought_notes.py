"""What a file says in words becomes notes: on each record, once, and taken back with the import."""

from typing import Any

from crm.contacts.models import Import, Organization, Person
from crm.deals.models import Deal
from crm.leads.models import Lead
from crm.timeline.models import Event, Note, Notice
from tests import make
from tests.crm.contacts.files import bring, brought, go, last, written
from tests.world import World

PEOPLE: list[list[str]] = [
    ["Person - Name", "Person - Email - Work", "Person - Notes", "Comments"],
    ["Ada Lovelace", "ada@engines.test", "Met at the fair.\nLikes <engines> & @Bob Lindqvist", ""],
    ["Grace Hopper", "grace@navy.test", "<p>Calls <b>early</b></p><script>x</script>", "Second"],
    ["Joan Clarke", "joan@hut8.test", "", ""],
]


def notes_of(row: Any) -> list[str]:
    return list(
        Note.objects.of(row).filter(trashed_at=None).order_by("pk").values_list("text", flat=True)
    )


def test_it_writes_what_a_file_says_of_people(world: World) -> None:
    alice = world.browser(world.alice)
    here = bring(alice, written(PEOPLE))
    assert [each["to"] for each in last().mapping] == ["name", "emails", "note", "note"]
    go(alice, here, "trial")
    with world.opened():
        assert not Note.objects.exists()
    assert go(alice, here, "run").counts["created"] == 3
    with world.opened():
        ada, grace, joan = (
            Person.objects.get(name=name)
            for name in ("Ada Lovelace", "Grace Hopper", "Joan Clarke")
        )
        assert notes_of(ada) == ["Met at the fair.\nLikes <engines> & @Bob Lindqvist"]
        assert notes_of(grace) == ["Calls early", "Second"] and notes_of(joan) == []
        note = Note.objects.of(grace).earliest("pk")
        assert note.html == "<p>Calls <strong>early</strong></p>" and note.created_by == world.alice
        told = Event.objects.get(verb="note.created", about__kind="person", about__object_id=ada.pk)
        assert told.about.filter(kind="note").exists()
        # Nobody reacts to an import, those it names among them
        assert not Notice.objects.exists()
    page = alice.get(f"/acme/history/person/{ada.uid}/").content.decode()
    assert "Likes &lt;engines&gt; &amp; @Bob Lindqvist" in page
    assert "Met at the fair" in alice.get("/acme/inbox/palette/?q=the fair").content.decode()


def test_it_says_nothing_twice_and_takes_its_own_words_back(world: World) -> None:
    with world.opened():
        make.person("Ada Lovelace", "ada@engines.test")
    alice = world.browser(world.alice)
    brought(world, written(PEOPLE))
    with world.opened():
        assert notes_of(Person.objects.get(name="Ada Lovelace")) == []
    here = bring(alice, written(PEOPLE))
    alice.post(here, {"policy": "update"})
    go(alice, here, "trial")
    assert last().counts["check"] == {"updated": 1, "skipped": 2}
    batch = go(alice, here, "run")
    assert (batch.counts["updated"], batch.counts["skipped"]) == (1, 2)
    with world.opened():
        ada = Person.objects.get(name="Ada Lovelace")
        assert len(notes_of(ada)) == 1
    again = bring(alice, written(PEOPLE))
    alice.post(again, {"policy": "update"})
    assert go(alice, again, "run").counts["updated"] == 0
    go(alice, here, "undo")
    with world.opened():
        counts = Import.objects.get(pk=batch.pk).counts
        assert (counts["undone"], counts["kept"]) == (1, 0)
        assert notes_of(ada) == [] and not Person.objects.get(pk=ada.pk).is_trashed
        assert Event.objects.filter(verb="note.removed", about__object_id=ada.pk).exists()


def test_it_keeps_a_note_somebody_wrote_on_in(world: World) -> None:
    alice = world.browser(world.alice)
    here = bring(alice, written(PEOPLE))
    go(alice, here, "run")
    with world.opened():
        note = Note.objects.get(text="Second")
        Note.objects.filter(pk=note.pk).update(version=2)
    assert go(alice, here, "undo").counts["undone"] == 3
    with world.opened():
        assert list(Note.objects.filter(trashed_at=None)) == [note]


def test_it_writes_notes_of_every_kind(world: World) -> None:
    with world.opened():
        make.pipeline("New business", "First talk")
    for heading, row, model in (
        (
            ["Organization - Name", "Organization - Notes"],
            ["Brightmoor", "Pays late"],
            Organization,
        ),
        (["Deal - Title", "Deal - Value", "Deal - Note"], ["Depots", "10", "By ship"], Deal),
        (["Lead - Title", "Lead - Value", "Lead - Notes"], ["Visitor", "10", "From a fair"], Lead),
    ):
        kind = model._meta.model_name
        batch = brought(world, written([heading, row]))
        assert (batch.kind, batch.counts["created"]) == (kind, 1)
        with world.opened():
            assert notes_of(model.objects.get()) == [row[-1]]
