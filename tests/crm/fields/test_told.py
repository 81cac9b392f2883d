"""The history tells what became of own fields in words, to nobody more than they may know."""

from crm.fields.models import Field
from tests import make
from tests.world import World


def test_its_history_says_names_and_choices(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], owner=world.alice)
        dana, firm = make.person("Dana"), make.organization("Northwind")
        secret = make.person("Secret", owner=world.alice, visibility="owner")
        for type in ("member", "person", "organization", "choices", "date_range", "phone"):
            Field.objects.create(
                kind="deal",
                key=type,
                name=f"Own {type}",
                type=type,
                options=[{"key": "r", "name": "Red"}] if type == "choices" else [],
            )
    alice = world.browser(world.alice)
    path = f"/acme/deals/{deal.uid}/facts/"
    for fact, said in {
        "member": {"value": str(world.bob.uid)},
        "person": {"value": "Dana", "is": str(dana.uid)},
        "organization": {"value": "Northwind", "is": str(firm.uid)},
        "choices": {"value": "r"},
        "date_range": {"from": "2026-12-01", "to": "2026-12-20"},
        "phone": {"value": "+47 22 33 44 55"},
    }.items():
        assert alice.post(f"{path}{fact}/", said).status_code == 200
    told = alice.get(f"/acme/history/deal/{deal.uid}/").text
    for words in ("Bob Lindqvist", "Dana", "Northwind", "Red", "1 Dec – 20 Dec", "+47 22 33 44 55"):
        assert f"<ins>{words}</ins>" in told, words
    alice.post(f"{path}person/", {"value": "Secret", "is": str(secret.uid)})
    told = world.browser(world.bob).get(f"/acme/history/deal/{deal.uid}/").text
    assert "Secret" not in told and "not shown" in told
