"""Leads for programs."""

from crm.leads.models import Lead
from tests import make
from tests.world import World


def test_it_makes_archives_and_converts_a_lead(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
    api = world.api(world.bob)
    told = api.post("leads/", {"title": "Three clinics", "source": "Fair", "value": "9800.00"})
    assert told.status_code == 201
    lead = told.json()
    assert (lead["status"], lead["currency"], lead["deal"]) == ("open", "EUR", None)
    path = f"leads/{lead['id']}/"
    assert api.patch(path, {"status": "archived"}).json()["status"] == "archived"
    assert api.get("leads/", status="open").json()["results"] == []
    assert api.patch(path, {"status": "converted"}).status_code == 400
    made = api.post(f"{path}convert/", {"stage": str(stage.uid)})
    assert made.status_code == 201 and made.json()["title"] == "Three clinics"
    assert api.post(f"{path}convert/", {"stage": str(stage.uid)}).status_code == 409
    assert api.patch(path, {"status": "open"}).status_code == 409
    assert api.get(path).json()["deal"] == made.json()["id"]
    back = api.post("leads/from_deal/", {"deal": made.json()["id"]})
    assert back.status_code == 201 and back.json()["id"] == lead["id"]
    charlie = world.api(world.charlie)
    assert charlie.get(path).status_code == 404
    assert charlie.post(f"{path}convert/", {"stage": str(stage.uid)}).status_code == 404
    with world.opened():
        assert Lead.objects.get().is_open


def test_it_changes_many_leads_at_once(world: World) -> None:
    with world.opened():
        one, other = make.lead("One"), make.lead("Other")
    api = world.api(world.alice)
    done = api.post(
        "leads/bulk/",
        {
            "create": [{"title": "New"}],
            "update": [{"id": str(one.uid), "status": "archived"}],
            "delete": [str(other.uid)],
        },
    ).json()
    assert [row["title"] for row in done["created"]] == ["New"]
    assert done["updated"][0]["status"] == "archived"
    (gone,) = api.get("leads/", trashed="true").json()["results"]
    assert gone["id"] == str(other.uid)
