"""The page of a person or an organization tells of its deals, leads and projects."""

from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.deals.models import DealPerson
from crm.leads.models import Lead
from tests import make
from tests.world import World


def _asked(browser: Any, path: str) -> tuple[str, int]:
    with CaptureQueriesContext(connections["default"]) as queries:
        answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text, len(queries)


def test_it_tells_what_a_contact_has_to_do_with(world: World) -> None:
    with world.opened():
        stages = make.pipeline()
        dairy, hettie = make.organization("Brightmoor Dairy"), make.person("Hettie Marlowe")
        first = make.deal(stages[0], "Yearly service", value=8900, person=hettie)
        make.deal(stages[1], "Walk-in fridge", organization=dairy, status="won")
        took_part = make.deal(stages[1], "Door loggers")
        DealPerson.objects.create(deal=took_part, person=hettie, role="pays")
        hidden = {"person": hettie, "owner": world.alice, "visibility": "owner"}
        make.deal(stages[0], "Secret talks", **hidden)
        make.lead("Met at the fair", source="Fair", person=hettie)
        make.lead("Taken up", status=Lead.Status.CONVERTED, person=hettie)
    bob, path = world.browser(world.bob), f"/acme/people/{hettie.uid}/related/"
    text, count = _asked(bob, path)
    assert path in bob.get(f"/acme/people/{hettie.uid}/").text
    assert all(word in text for word in ("Yearly service", "€8,900", "Door loggers", "Fair"))
    assert "Secret" not in text and "Walk-in" not in text and "Taken up" not in text
    assert "/acme/deals/new/?person=Hettie" in text
    of_dairy, _ = _asked(bob, f"/acme/organizations/{dairy.uid}/related/")
    assert "Walk-in fridge" in of_dairy and "Won" in of_dairy and "Yearly" not in of_dairy
    with world.opened():
        for number in range(20):
            make.deal(stages[0], f"Fridge {number}", person=hettie)
    many, again = _asked(bob, path)
    assert again == count and "All of them" in many and first.name not in many
    assert world.browser(world.charlie).get(path).status_code == 404
