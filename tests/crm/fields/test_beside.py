"""A person or an organization that is hidden is not named beside records that are not."""

import asyncio
from typing import Any

import pytest

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields import queries
from crm.fields.models import Field
from crm.workspaces.models import Membership, Role
from tests import make
from tests.crm.fields.test_seeing import house, join
from tests.world import World

__all__ = ["house"]
SECRETS = ("Hidden Holding", "Secret Sam")


@pytest.fixture
def beside(world: World) -> dict[str, str]:
    """Records open to everybody, of an organization and a person that are Alice's alone."""
    with world.opened():
        mine: dict[str, Any] = {"owner": world.alice, "visibility": "owner"}
        firm = make.organization(SECRETS[0], **mine)
        sam = make.person(SECRETS[1], "sam@holding.test", **mine)
        both = {"organization": firm, "person": sam}
        worker = make.person("Worker", "worker@holding.test", organization=firm)
        deal = make.deal(make.pipeline()[0], "Open deal", **both)
        lead = make.lead("Open lead", **both)
        project = make.project(make.board()[0], "Open project", **both)
        other = make.person("Other")
        make.deal(deal.stage, "Secret deal", person=worker, **mine)
    return {
        "person": f"people/{worker.uid}/",
        "deal": f"deals/{deal.uid}/",
        "lead": f"leads/{lead.uid}/",
        "project": f"projects/{project.uid}/",
        "history": f"history/deal/{deal.uid}/",
        "merge": f"people/{other.uid}/merge/?with={worker.uid}",
    }


def _read(answer: Any) -> str:
    assert answer.status_code == 200
    if not answer.streaming:
        return str(answer.text)

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return asyncio.run(whole()).decode()


def _paths(beside: dict[str, str]) -> list[str]:
    lists = ["people/", "deals/", "deals/list/", "deals/forecast/", "leads/", "projects/"]
    lists += ["projects/list/", "people/names/?value=work", "picker/?find=open"]
    lists += ["inbox/palette/?q=open", "deals/list/?q=hidden", beside["history"], beside["merge"]]
    pages = [beside[kind] for kind in ("person", "deal", "lead", "project")]
    editors = [f"{path}facts/organization/{edit}" for path in pages for edit in ("", "?edit=1")]
    return [*lists, *pages, *editors, f"{beside['deal']}facts/person/?edit=1"]


def test_it_names_nobody_hidden_on_any_page(world: World, beside: dict[str, str]) -> None:
    deal = beside["deal"]
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    for name in ("Another", SECRETS[1]):
        assert alice.post(f"/acme/{deal}facts/person/", {"value": name}).status_code == 200
    with world.opened():
        Person.objects.filter(name="Another").update(visibility="owner", owner=world.alice)
    named = 0
    for path in _paths(beside):
        text = _read(bob.get(f"/acme/{path}"))
        assert not any(secret in text for secret in (*SECRETS, "Another")), path
        named += any(secret in _read(alice.get(f"/acme/{path}")) for secret in SECRETS)
    assert named > 15
    assert "not shown" in bob.get(f"/acme/{beside['history']}").text
    # The deal that nobody else sees is not counted among what a merge moves
    assert "1 deal" not in bob.get(f"/acme/{beside['merge']}").text


def test_it_names_nobody_hidden_in_a_file(world: World, beside: dict[str, str]) -> None:
    manager = world.browser(join(world, "Manda", Role.MANAGER))
    alice = world.browser(world.alice)
    for path in ("people/cards/", *(f"{kind}/sheet/?all=1" for kind in ("people", "deals"))):
        text = _read(manager.get(f"/acme/{path}"))
        assert not any(secret in text for secret in SECRETS), path
        assert any(secret in _read(alice.get(f"/acme/{path}")) for secret in SECRETS)


def test_what_is_hidden_stays_until_another_is_named(world: World, beside: dict[str, str]) -> None:
    bob, path = world.browser(world.bob), f"/acme/{beside['deal']}facts/organization/"
    with world.opened():
        firm = Organization.objects.get()
    form = bob.get(f"{path}?edit=1").text
    assert 'name="is" value="hidden"' in form and str(firm.uid) not in form
    answer = bob.post(path, {"value": "", "is": "hidden"})
    assert answer.status_code == 422 and "so it stays" in answer.text
    with world.opened():
        assert Deal.objects.get(name="Open deal").organization == firm
    assert bob.post(path, {"value": "Northwind", "is": ""}).status_code == 200
    assert bob.post(path, {"value": "", "is": ""}).status_code == 200
    with world.opened():
        assert Deal.objects.get(name="Open deal").organization is None


@pytest.mark.parametrize("visibility", ["owner", "team", "below", "everyone"])
def test_one_record_is_seen_as_many_are(
    world: World, house: dict[str, Membership], visibility: str
) -> None:
    with world.opened():
        rows = [make.person(visibility=visibility, owner=each) for each in (world.bob, None)]
        for member in house.values():
            seen = set(Person.objects.visible_to(member))
            assert {row for row in rows if queries.sees(member, row)} == seen


def test_an_own_field_refers_to_nobody_hidden_or_foreign(world: World) -> None:
    with world.opened(world.globex):
        foreign = make.person("Foreign")
    with world.opened():
        mine: dict[str, Any] = {"owner": world.alice, "visibility": "owner"}
        secret, open_one = make.person("Secret", **mine), make.person("Open")
        for type in ("person", "member"):
            Field.objects.create(kind="deal", key=f"own_{type}", name=f"Own {type}", type=type)
        stage = make.pipeline()[0]
        deal = make.deal(stage, "Depots")
        kept = make.deal(stage, "Kept", custom={"own_person": str(secret.uid)})
    api = world.api(world.bob)
    nobody = "00000000-0000-7000-8000-000000000000"
    for key, values in (
        ("own_person", (foreign.uid, world.bob.uid, nobody)),
        ("own_member", (world.charlie.uid, open_one.uid, nobody)),
    ):
        for uid in values:
            told = api.patch(f"deals/{deal.uid}/", {"custom": {key: str(uid)}})
            assert told.status_code == 400, (key, uid)
    right = {"own_person": str(open_one.uid), "own_member": str(world.alice.uid)}
    assert api.patch(f"deals/{deal.uid}/", {"custom": right}).json()["custom"] == right
    # What somebody else put there may be sent back as it was read
    same = {"custom": {"own_person": str(secret.uid)}, "title": "Kept on"}
    assert api.patch(f"deals/{kept.uid}/", same).status_code == 200
    with world.opened():
        Deal.objects.filter(pk=kept.pk).update(custom={})
    assert api.patch(f"deals/{kept.uid}/", same).status_code == 400
