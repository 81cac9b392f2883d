"""Sample data can be added and wholly removed; what somebody made with it stays."""

from datetime import timedelta

from crm.contacts.models import Organization, Person
from crm.deals import actions as deals
from crm.deals.actions.following import follow_up
from crm.deals.actions.samples import add_samples
from crm.deals.actions.unsampling import remove_samples
from crm.deals.models import Deal, Pipeline, Stage
from crm.fields.models import Label
from crm.leads.models import Lead
from crm.projects.models import Project, Task
from crm.timeline.actions import notes
from crm.timeline.models import Activity, Event, EventAbout, Note, Sample
from tests import make
from tests.world import NOW, World


def test_it_adds_sample_data_and_removes_all_of_it(world: World) -> None:
    alice = world.browser(world.alice)
    alice.get("/acme/deals/")
    assert "look around with sample data" in alice.get("/acme/deals/").text
    with world.opened():
        before = Event.objects.count()
    assert alice.post("/acme/settings/samples/", {"do": "add"}).status_code == 302
    board = alice.get("/acme/deals/").text
    assert "Cold chain sensors, 14 depots" in board and "Call about installation" in board
    assert "Sample" in board
    alice.post("/acme/settings/samples/", {"do": "add"})
    with world.opened():
        assert (Deal.objects.count(), Person.objects.count()) == (5, 5)
    assert "Fridges for three clinics" in alice.get("/acme/leads/").text
    assert "Pilot in one depot" in alice.get("/acme/projects/").text
    with world.opened():
        Pipeline.objects.update(follows_up=True)
        assert Task.objects.count() == 5 and follow_up(at=NOW + timedelta(days=90), most=9)
    alice.post("/acme/settings/samples/", {"do": "remove"})
    with world.opened():
        gone = (Deal, Person, Organization, Lead, Project, Task, Activity, Note, Label, Sample)
        for model in gone:
            assert not model.objects.exists(), model
        about = EventAbout.objects.exclude(kind__in=("pipeline", "currency", "board"))
        kinds = ("deal", "person", "lead", "project", "activity", "note")
        assert not about.filter(kind__in=kinds).exists()
        assert Event.objects.count() <= before + 2
    bob = world.browser(world.bob)
    assert bob.post("/acme/settings/samples/", {"do": "add"}).status_code == 403


def test_it_leaves_what_somebody_made(world: World) -> None:
    with world.opened():
        mine = make.person("Dana Whitfield", owner=world.alice)
        add_samples(by=world.alice, at=NOW)
        changed, noted, *_others = Deal.objects.order_by("pk")
        changed.version += 1
        changed.save()
        notes.write_note(html="mine", about=[noted], by=world.bob, at=NOW)
        pilot = Project.objects.get()
        make.task(pilot, "Mine")
        gone = remove_samples(by=world.alice, at=NOW)
        assert not Lead.objects.exists() and Project.objects.get() == pilot
        assert set(Deal.objects.all()) == {changed, noted}
        assert mine in Person.objects.all()
        # Whom the deals that stay are with stays too
        assert {changed.person, noted.person} <= set(Person.objects.all())
        assert {changed.organization, noted.organization} == set(Organization.objects.all())
        assert pilot.organization in Organization.objects.all()
        assert Note.objects.get().text == "mine"
        # Nor does their history tell of calls and notes that are gone
        assert not Event.objects.filter(verb__startswith="activity.").exists()
        assert Event.objects.filter(verb__startswith="note.").count() == 1
        assert not Sample.objects.exists() and not changed.is_trashed
        assert (gone.removed, gone.kept) == (9, 7)
        assert Deal.objects.get(pk=changed.pk).label_ids == []


def test_it_takes_away_what_was_only_moved_about_the_board(world: World) -> None:
    with world.opened():
        add_samples(by=world.alice, at=NOW)
        moved, closed, changed, *_others = Deal.objects.order_by("pk")
        last = Stage.objects.order_by("-position", "-pk").first()
        assert last is not None
        for deal in (moved, changed):
            deals.move_deal(deal=deal, to=last, by=world.alice, at=NOW)
        deals.win_deal(deal=closed, by=world.alice, at=NOW)
        deals.reopen_deal(deal=closed, by=world.alice, at=NOW)
        deals.change_deal(deal=changed, values={"value": 7}, by=world.alice, at=NOW)
        gone = remove_samples(by=world.alice, at=NOW)
        assert Deal.objects.get() == changed
        assert not Sample.objects.exists() and gone.kept >= 1


def test_it_offers_the_first_steps(world: World) -> None:
    page = world.browser(world.alice).get("/acme/inbox/inbox/").text
    assert "Connect your mailbox" in page and "Invite your team" in page
    assert "Add sample data" in page
    assert "Add sample data" not in world.browser(world.bob).get("/acme/inbox/inbox/").text
