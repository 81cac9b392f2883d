"""Leads come in, wait apart from deals, are archived, become deals and leads again."""

import json
import re
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.deals import actions as deals
from crm.deals.models import Deal
from crm.fields.models import Field, Label
from crm.leads import actions
from crm.leads.models import Lead
from crm.timeline.models import ActivityAbout, Event
from inbox.models import ThreadLink
from tests import make
from tests.world import NOW, World


def undo_of(answer: Any) -> str:
    return str(answer.headers["HX-Trigger"]).split('"undo": "')[1].split('"')[0]


def test_it_takes_a_lead_in_by_hand(world: World) -> None:
    bob = world.browser(world.bob)
    assert "No leads yet" in bob.get("/acme/leads/").text
    typed = {
        "name": "Fridges for three clinics",
        "source": "Fair, Harrogate",
        "organization": "Larkspur Clinics",
        "person": "Hettie Marlowe",
        "value": "9800",
        "currency": "EUR",
    }
    page = bob.post("/acme/leads/new/", typed, follow=True)
    assert page.status_code == 200 and "Fair, Harrogate" in page.text and "€9,800" in page.text
    with world.opened():
        lead = Lead.objects.get()
        assert (lead.owner, lead.status, lead.person.name) == (world.bob, "open", "Hettie Marlowe")
        assert not Deal.objects.exists()
    listed = bob.get("/acme/leads/")
    assert [row.name for row in listed.context["rows"]] == ["Fridges for three clinics"]
    assert bob.post("/acme/leads/new/", {"name": ""}).status_code == 422
    part = bob.post(f"/acme/leads/{lead.uid}/facts/value/", {"value": "1200", "currency": "gbp"})
    assert "£1,200" in part.text
    charlie = world.browser(world.charlie)
    for path in ("", f"{lead.uid}/", f"{lead.uid}/facts/value/"):
        assert charlie.get(f"/acme/leads/{path}").status_code == 404


@pytest.mark.parametrize("path", ["leads/", "deals/list/", "projects/list/", "people/"])
def test_it_gives_a_page_the_rows_alone(world: World, path: str) -> None:
    bob = world.browser(world.bob)
    with world.opened():
        make.lead("Three clinics")
    rows = bob.get(f"/acme/{path}", {"q": "clinic"}, headers={"HX-Request": "true"})
    assert rows.status_code == 200 and "<html" not in rows.text and 'id="rows"' in rows.text


def test_it_archives_leads_and_takes_them_out_again(world: World) -> None:
    with world.opened():
        first, second = make.lead("First"), make.lead("Second")
        hidden = make.lead("Hidden", owner=world.alice, visibility="owner")
    bob = world.browser(world.bob)
    asked = {"uid": [str(first.uid), str(hidden.uid)], "as": "archived"}
    told = bob.post("/acme/leads/archive/", asked)
    assert "1 lead archived" in told.headers["HX-Trigger"]
    assert [row.name for row in bob.get("/acme/leads/").context["rows"]] == ["Second"]
    archive = bob.get("/acme/leads/?status=archived")
    assert [row.name for row in archive.context["rows"]] == ["First"]
    bob.post(undo_of(told))
    with world.opened():
        assert set(Lead.objects.values_list("status", flat=True)) == {"open"}
        verbs = Event.objects.filter(verb__startswith="lead.").values_list("verb", flat=True)
        assert list(verbs.order_by("pk")) == ["lead.archived", "lead.unarchived"]
    assert bob.post("/acme/leads/archive/", {"uid": str(hidden.uid)}).status_code == 404
    assert bob.post("/acme/leads/archive/", {"uid": "x"}).status_code == 404
    charlie = world.browser(world.charlie)
    assert charlie.post("/acme/leads/archive/", {"uid": str(second.uid)}).status_code == 404


def test_it_becomes_a_deal_with_all_that_is_known(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[1]
        dana = make.person("Dana", "dana@northwind.test")
        Label.objects.create(kind="lead", name="Hot", hue="clay")
        Field.objects.create(kind="lead", key="depots", name="Depots", type="number")
        Field.objects.create(kind="lead", key="fair", name="Fair", type="text")
        Field.objects.create(kind="deal", key="depots", name="Depots", type="number")
        label = Label.objects.get()
        lead = make.lead(
            "Three clinics", value=9800, person=dana, owner=world.bob, label_ids=[label.pk],
            custom={"depots": 14, "fair": "Harrogate"},
        )  # fmt: skip
        actions.change_lead(lead=lead, values={"source": "Fair"}, by=world.bob, at=NOW)
        make.activity("Call Dana", lead)
        thread = make.thread()
        ThreadLink.objects.create(thread=thread, kind="lead", object_id=lead.pk, created_at=NOW)
    bob = world.browser(world.bob)
    answer = bob.post(f"/acme/leads/{lead.uid}/conversion/", {"stage": str(stage.uid)})
    with world.opened():
        deal = Deal.objects.get()
        assert answer.headers["HX-Redirect"] == f"/acme/deals/{deal.uid}/"
        assert (deal.name, deal.value, deal.stage) == ("Three clinics", 9800, stage)
        assert (deal.person, deal.owner, deal.custom) == (dana, world.bob, {"depots": 14})
        assert [row.name for row in Label.objects.filter(pk__in=deal.label_ids)] == ["Hot"]
        told = Event.objects.filter(about__kind="deal", about__object_id=deal.pk)
        assert {"lead.changed", "lead.converted", "deal.created"} <= {e.verb for e in told}
        assert ActivityAbout.objects.get().object_id == deal.pk
        link = ThreadLink.objects.get()
        assert (link.kind, link.object_id) == ("deal", deal.pk)
        assert Lead.objects.get().status == "converted"
    page = bob.get(f"/acme/leads/{lead.uid}/")
    assert "Open the deal" in page.text and "Make it a deal" not in page.text
    again = bob.post(f"/acme/leads/{lead.uid}/conversion/", {"stage": str(stage.uid)})
    assert again.status_code == 409
    # Its history came along and stands in nobody's way
    with world.opened():
        deals.change_deal(deal=deal, values={"value": 1}, by=world.alice, at=NOW)
        stale = deals.change_deal(deal=deal, values={"name": "X"}, by=world.bob, at=NOW, version=1)
        assert stale.name == "X"


def test_it_is_a_lead_again_and_the_same_deal_after_that(world: World) -> None:
    with world.opened():
        first, second, _third = make.pipeline()
        lead = make.lead("Three clinics")
        deal = actions.convert_lead(lead=lead, stage=first, by=world.bob, at=NOW)
        deals.change_deal(deal=deal, values={"value": 7}, by=world.bob, at=NOW)
        make.activity("Call back", deal)
    alice = world.browser(world.alice)
    answer = alice.post(f"/acme/leads/deals/{deal.uid}/")
    assert answer.headers["HX-Redirect"] == f"/acme/leads/{lead.uid}/"
    with world.opened():
        back = Lead.objects.get()
        assert (back.status, back.value, back.deal_id) == ("open", 7, deal.pk)
        assert Deal.objects.get().is_trashed
        assert ActivityAbout.objects.get().kind == "lead"
    told = alice.get("/acme/settings/audit/records/?kind=deal").text
    assert re.search(r"Three clinics(</a>)?</b> added", told)
    alice.post(f"/acme/leads/{lead.uid}/conversion/", {"stage": str(second.uid)})
    with world.opened():
        same = Deal.objects.get()
        assert (same.pk, same.stage, same.is_trashed) == (deal.pk, second, False)
        assert ActivityAbout.objects.get().kind == "deal"


def test_it_makes_a_lead_of_a_deal_that_never_was_one(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], "Too early", value=50, owner=world.bob)
    bob = world.browser(world.bob)
    bob.post(f"/acme/leads/deals/{deal.uid}/")
    with world.opened():
        lead = Lead.objects.get()
        assert (lead.name, lead.value, lead.owner) == ("Too early", 50, world.bob)
    charlie = world.browser(world.charlie)
    assert charlie.post(f"/acme/leads/deals/{deal.uid}/").status_code == 404
    gone = {"stage": str(deal.stage.uid)}
    assert charlie.post(f"/acme/leads/{lead.uid}/conversion/", gone).status_code == 404


def test_it_asks_for_what_the_stage_needs(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        Field.objects.create(
            kind="deal", key="seats", name="Seats", type="number", required_in=[stage.pk]
        )
        lead = make.lead()
    bob = world.browser(world.bob)
    asked = bob.post(f"/acme/leads/{lead.uid}/conversion/", {"stage": str(stage.uid)})
    assert asked.status_code == 422 and "This stage asks for: Seats." in asked.text
    with world.opened():
        assert Lead.objects.get().is_open and not Deal.objects.exists()


@pytest.mark.parametrize("path", ["", "?status=archived"])
def test_it_asks_as_often_whatever_there_is(world: World, path: str) -> None:
    bob = world.browser(world.bob)
    with world.opened():
        make.lead("One", person=make.person(), status="archived" if path else "open")

    def asked() -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            assert bob.get(f"/acme/leads/{path}").status_code == 200
        return len(seen)

    asked()
    few = asked()
    with world.opened():
        for number in range(20):
            make.lead(f"L{number}", organization=make.organization(f"F{number}"),
                      owner=world.alice, status="archived" if path else "open")  # fmt: skip
    assert asked() == few <= 16


def test_it_converts_many_leads_at_once_and_back(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        one, other = make.lead("One", owner=world.alice), make.lead("Other", owner=world.alice)
    alice = world.browser(world.alice)
    assert "Make them deals" in alice.get("/acme/leads/").text
    typed = {"uid": [str(one.uid), str(other.uid)], "stage": str(stage.uid)}
    done = alice.post("/acme/leads/conversion/", typed)
    assert done.status_code == 204 and "2 leads are deals now" in done.headers["HX-Trigger"]
    with world.opened():
        assert {deal.name for deal in Deal.objects.filter(stage=stage)} == {"One", "Other"}
    undo = json.loads(done.headers["HX-Trigger"])["fio:said"]["undo"]
    assert alice.post(undo).status_code == 204
    with world.opened():
        assert {lead.status for lead in Lead.objects.all()} == {"open"}
        assert not Deal.objects.filter(trashed_at=None).exists()
    again = world.api(world.alice).post(
        "leads/conversions/", {"leads": typed["uid"], "stage": str(stage.uid)}
    )
    assert again.status_code == 201
    assert [row["title"] for row in again.json()["results"]] == ["One", "Other"]
    charlie = world.api(world.charlie)
    refused = charlie.post("leads/conversions/", {"leads": typed["uid"], "stage": str(stage.uid)})
    assert refused.status_code == 404
