"""What a member owns goes to another at once, and every change stands in the audit."""

from datetime import timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.contacts.models import Person
from crm.deals.models import Deal
from crm.fields import actions
from crm.fields.actions import transferring
from crm.fields.models import Transfer
from crm.projects.models import Task
from crm.timeline.models import Event
from crm.workspaces.models import AuditEntry
from tests import make
from tests.world import NOW, World


def test_it_gives_all_that_a_member_owns_to_another(world: World) -> None:
    with world.opened():
        ana = make.person("Ana", owner=world.bob)
        make.person("Bo", owner=world.alice)
        secret = make.organization("Porto Frio", owner=world.bob, visibility="owner")
        deal = make.deal(make.pipeline()[0], owner=world.bob)
        trashed = make.person("Cy", owner=world.bob)
        actions.trash([trashed], by=world.bob, at=NOW)
    alice = world.browser(world.alice)
    assert (
        f"/settings/members/{world.bob.uid}/records/" in alice.get("/acme/settings/members/").text
    )
    path = f"/acme/settings/members/{world.bob.uid}/records/"
    page = alice.get(path)
    owned = [(kind.one, count) for kind, count in page.context["owned"]]
    assert ("person", 2) in owned and ("organization", 1) in owned and ("deal", 1) in owned
    assert alice.post(path, {"kind": ["deal"], "to": ""}).status_code == 422
    assert alice.post(path, {"kind": ["deal"], "to": str(world.bob.uid)}).status_code == 422
    form = {"kind": ["person", "organization"], "to": str(world.alice.uid)}
    done = alice.post(path, form, follow=True)
    assert "3 records belong to Alice Moreira now." in done.text
    with world.opened():
        owners = set(Person.objects.values_list("owner__name", flat=True))
        assert owners == {"Alice Moreira"} and Deal.objects.get(pk=deal.pk).owner == world.bob
        ana.refresh_from_db()
        secret.refresh_from_db()
        assert (ana.version, secret.owner) == (2, world.alice)
    unwalled: Any = AuditEntry.unwalled
    told = unwalled.get(verb="records.transferred")
    assert (told.data["count"], told.data["from"], told.who) == (
        3,
        "Bob Lindqvist",
        "Alice Moreira",
    )
    # Whoever read the record before is told when saving over it
    late = world.browser(world.bob).post(
        f"/acme/people/{ana.uid}/facts/owner/", {"value": str(world.bob.uid), "version": "1"}
    )
    assert late.status_code == 409 and "Alice Moreira changed this meanwhile" in late.text


def test_it_gives_open_work_along_and_all_of_it_back(world: World) -> None:
    with world.opened():
        ana = make.person("Ana", owner=world.bob)
        project = make.project(make.board()[0], owner=world.alice)
        task = Task.objects.create(project=project, name="Order", assignee=world.bob)
        call = make.activity("Call Ana", ana, assignee=world.bob, due=NOW)
        done = make.activity("Called", ana, assignee=world.bob, due=NOW, done_at=NOW)
    alice = world.browser(world.alice)
    path = f"/acme/settings/members/{world.bob.uid}/records/"
    assert "Open activities" in alice.get(path).text
    form = {"kind": ["person", "activity", "task"], "to": str(world.alice.uid)}
    page = alice.post(path, form, follow=True)
    assert "3 records belong to Alice Moreira now." in page.text and "Give it back" in page.text
    with world.opened():
        rows = (call, done, task, ana)
        for row in rows:
            row.refresh_from_db()
        assert (call.assignee, done.assignee) == (world.alice, world.bob)
        assert (task.assignee, ana.owner, call.version) == (world.alice, world.alice, 2)
        event = Event.objects.get(verb="activity.changed")
        assert event.data["changes"]["assignee"] == ["Bob Lindqvist", "Alice Moreira"]
        assert {each.kind for each in event.about.all()} == {"activity", "person"}
        other = make.person("Later", owner=world.alice)
        made = Transfer.objects.get()
    undo = f"/acme/settings/transfers/{made.uid}/return/"
    assert world.browser(world.bob).post(undo).status_code == 403
    assert world.browser(world.charlie).post(undo).status_code == 404
    page = alice.post(undo, follow=True)
    assert "3 records belong to Bob Lindqvist now." in page.text and "Give it back" not in page.text
    assert "given back before" in alice.post(undo, follow=True).text
    with world.opened():
        for row in (*rows, other):
            row.refresh_from_db()
        assert (call.assignee, task.assignee, ana.owner) == (world.bob, world.bob, world.bob)
        assert other.owner == world.alice


def test_it_lets_those_who_administer_give_records_away(world: World) -> None:
    with world.opened():
        row = make.person("Ana", owner=world.alice)
    path = f"/acme/settings/members/{world.alice.uid}/records/"
    bob = world.browser(world.bob)
    form = {"kind": ["person"], "to": str(world.bob.uid)}
    assert bob.get(path).status_code == 403 and bob.post(path, form).status_code == 403
    charlie = world.browser(world.charlie)
    assert charlie.post(f"/globex{path.removeprefix('/acme')}", form).status_code == 404
    with world.opened():
        row.refresh_from_db()
        assert row.owner == world.alice


def test_it_tells_every_change_to_those_who_audit(world: World) -> None:
    with world.opened():
        row = make.person("Ana", owner=world.alice, visibility="owner")
        deal = make.deal(make.pipeline()[0], "Fourteen depots")
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    alice.post(f"/acme/people/{row.uid}/facts/title/", {"value": "Buyer", "version": "1"})
    bob.post(f"/acme/deals/{deal.uid}/facts/name/", {"value": "Fifteen depots", "version": "1"})
    alice.post("/acme/people/trash/", {"uid": str(row.uid)})
    page = alice.get("/acme/settings/audit/records/")
    told = [
        (each.name, str(what), each.event.by.name) for each, _kind, what in page.context["rows"]
    ]
    assert told == [
        ("Ana", "moved to the trash", "Alice Moreira"),
        ("Fifteen depots", "changed", "Bob Lindqvist"),
        ("Ana", "changed", "Alice Moreira"),
    ]
    assert "<s>Fourteen depots</s> → Fifteen depots" in page.text
    only = alice.get("/acme/settings/audit/records/", {"kind": "deal", "by": str(world.bob.uid)})
    assert len(only.context["rows"]) == 1
    assert bob.get("/acme/settings/audit/records/").status_code == 403
    assert "Ana" not in world.browser(world.charlie).get("/globex/settings/audit/records/").text


def test_it_pages_through_changes_in_as_many_queries(world: World) -> None:
    with world.opened():
        rows = [make.person(f"Person {n}") for n in range(60)]
        for number, row in enumerate(rows):
            at = NOW + timedelta(seconds=number)
            actions.change(row, {"title": "Buyer"}, by=world.bob, at=at)
    alice = world.browser(world.alice)
    path = "/acme/settings/audit/records/"
    with CaptureQueriesContext(connections["default"]) as queries:
        page = alice.get(path)
    assert len(page.context["rows"]) == 50 and len(queries) <= 15
    rest = alice.get(path, {"after": page.context["after"]})
    assert len(rest.context["rows"]) == 10 and not rest.context["after"]
    for bad in ("x", "2026-01-01|1", f"{NOW.isoformat()}|x"):
        assert alice.get(path, {"after": bad}).status_code == 200


def test_it_ends_where_somebody_has_what_he_gave_himself(world: World) -> None:
    with world.opened():
        ana = make.person("Ana", owner=world.alice)
        made = Transfer.objects.create(
            owner=world.alice,
            to=world.alice,
            by=world.alice,
            at=NOW,
            given={"person": [ana.pk]},
        )
        assert transferring.give_back(made=made, by=world.alice, at=NOW) == 1
        ana.refresh_from_db()
        assert (ana.owner, ana.version) == (world.alice, 2)
