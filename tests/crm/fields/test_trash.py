"""What is deleted lies in the trash for thirty days, and then it is gone."""

from datetime import timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields import actions
from crm.timeline.models import Event
from sync.actions import upkeep
from sync.models import Upkeep
from tests import make
from tests.world import NOW, World


def names(world: World, who: Any, **query: str) -> list[str]:
    page = world.browser(who).get("/acme/trash/", query)
    assert page.status_code == 200
    return [row.name for _kind, row, _goes in page.context["rows"]]


def test_it_lists_what_was_deleted_and_takes_it_out(world: World) -> None:
    with world.opened():
        ana, firm = make.person("Ana"), make.organization("Porto Frio")
        deal = make.deal(make.pipeline()[0], "Fourteen depots")
    bob = world.browser(world.bob)
    for path, row in (("people", ana), ("organizations", firm), ("deals", deal)):
        bob.post(f"/acme/{path}/trash/", {"uid": str(row.uid)})
    assert names(world, world.alice) == ["Fourteen depots", "Porto Frio", "Ana"]
    assert names(world, world.alice, kind="deal") == ["Fourteen depots"]
    page = world.browser(world.alice).get("/acme/trash/")
    assert "Bob Lindqvist put it here on" in page.text
    said = bob.post("/acme/deals/restore/", {"uid": str(deal.uid)})
    assert "1 record taken out of the trash" in said.headers["HX-Trigger"]
    said = bob.post("/acme/people/removal/", {"uid": str(ana.uid)})
    assert "1 record is gone for good" in said.headers["HX-Trigger"]
    assert names(world, world.alice) == ["Porto Frio"]
    with world.opened():
        assert not Person.objects.exists() and Deal.objects.get().trashed_at is None
        assert Event.objects.get(verb="person.removed").by == world.bob
    # Nothing is deleted for good that was not deleted first
    assert bob.post("/acme/deals/removal/", {"uid": str(deal.uid)}).status_code == 404


def test_it_shows_the_trash_of_what_one_sees(world: World) -> None:
    with world.opened():
        secret = make.person("Ana", owner=world.alice, visibility="owner")
        actions.trash([secret], by=world.alice, at=NOW)
    assert names(world, world.alice) == ["Ana"] and names(world, world.bob) == []
    for path in ("restore", "removal"):
        world.browser(world.bob).post(f"/acme/people/{path}/", {"uid": str(secret.uid)})
    charlie = world.browser(world.charlie)
    assert charlie.get("/acme/trash/").status_code == 404
    assert "Ana" not in charlie.get("/globex/trash/").text
    with world.opened():
        assert Person.objects.get().is_trashed


def test_it_pages_through_the_trash_in_as_many_queries(world: World) -> None:
    with world.opened():
        rows = [make.person(f"Person {n:02}") for n in range(40)]
        firms = [make.organization(f"Firm {n:02}") for n in range(40)]
        actions.trash([*rows, *firms], by=world.alice, at=NOW)
    alice = world.browser(world.alice)
    alice.get("/acme/trash/")
    with CaptureQueriesContext(connections["default"]) as queries:
        page = alice.get("/acme/trash/")
    rest = alice.get("/acme/trash/", {"after": page.context["after"]})
    shown = [row.name for each in (page, rest) for _k, row, _g in each.context["rows"]]
    assert len(shown) == 80 and len(set(shown)) == 80 and not rest.context["after"]
    assert len(queries) <= 12
    for bad in ("x", "2026-01-01|person|1", f"{NOW.isoformat()}|person|x"):
        assert alice.get("/acme/trash/", {"after": bad}).status_code == 200


def test_it_empties_itself_after_thirty_days(world: World) -> None:
    with world.opened():
        old, young = make.organization("Old"), make.organization("Young")
        dana = make.person("Dana", organization=old)
        now = timezone.now()
        actions.trash([old], by=world.alice, at=now - timedelta(days=31))
        actions.trash([young], by=world.alice, at=now - timedelta(days=29))
        Upkeep.objects.create(fence=1)
    upkeep.tidy(upkeep.Turn(world.acme.pk, 1))
    with world.opened():
        assert list(Organization.objects.values_list("name", flat=True)) == ["Young"]
        assert Person.objects.get(pk=dana.pk).organization_id is None
        assert Event.objects.get(verb="organization.removed").by is None


def test_it_does_not_restore_what_became_a_part_of_another(world: World) -> None:
    with world.opened():
        into, other = make.person("Ana", "a@santos.test"), make.person("Ana", "b@santos.test")
    api = world.api(world.alice)
    api.post(f"people/{into.uid}/merge/", {"other": str(other.uid)})
    assert names(world, world.alice) == []
    told = api.post(f"people/{other.uid}/restore/")
    assert told.status_code == 409 and "became a part of another" in told.json()["detail"]
    with world.opened():
        assert Person.objects.get(pk=other.pk).is_trashed
