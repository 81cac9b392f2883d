"""Where leads come from is offered while one types it."""

from django.test import Client

from crm.leads.models import Lead
from tests import make
from tests.world import World


def test_it_offers_the_sources_there_are(world: World) -> None:
    with world.opened():
        for source in ("Feira de S\u00e3o Paulo", "Fair, Harrogate", "Fair, Harrogate", "Web", ""):
            make.lead(source=source)
        make.lead(source="Fair secret", owner=world.alice, visibility="owner")
        make.lead(source="Old fair", trashed_at=Lead.objects.first().created_at)
    bob, alice = world.browser(world.bob), world.browser(world.alice)

    def offered(browser: Client, typed: str, name: str = "source") -> list[str]:
        answer = browser.get("/acme/leads/sources/", {name: typed})
        assert answer.status_code == 200
        found: list[str] = answer.context["found"]
        assert all(f'data-name="{each}"' in answer.text for each in found)
        return found

    assert offered(bob, "fair") == ["Fair, Harrogate"]
    assert offered(bob, "HARR fa", "value") == ["Fair, Harrogate"]
    assert offered(bob, "sao") == ["Feira de S\u00e3o Paulo"]
    assert offered(alice, "fair") == ["Fair, Harrogate", "Fair secret"]
    # By what the lead is called nothing is found, nor by nothing
    assert offered(bob, "fridges") == offered(bob, "") == offered(bob, "%") == []
    assert world.browser(world.charlie).get("/acme/leads/sources/?source=f").status_code == 404


def test_its_fields_ask_for_them(world: World) -> None:
    with world.opened():
        lead = make.lead(source="Fair, Harrogate")
    bob = world.browser(world.bob)
    for path in ("new/", f"{lead.uid}/facts/source/?edit=1", "bulk/fact/?fact=source"):
        page = bob.get(f"/acme/leads/{path}").text
        assert 'hx-get="/acme/leads/sources/"' in page and "data-namer" in page, path
        assert 'aria-live="polite"' in page and "aria-controls" in page
    assert 'list="sources"' not in bob.get("/acme/leads/new/").text
    said = {"value": "Fair, Leeds"}
    assert "Fair, Leeds" in bob.post(f"/acme/leads/{lead.uid}/facts/source/", said).text
