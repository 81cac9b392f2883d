"""A program links, splits and merges threads."""

from datetime import timedelta

from inbox.actions import choosing
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, World


def test_it_links_and_unlinks(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), visibility="shared")
        deal = make.deal(make.pipeline()[0], "Fourteen depots")
        hidden = make.lead(owner=world.alice, visibility="owner")
    api, bob = world.api(world.alice), world.api(world.bob)
    path = f"threads/{row.thread.uid}/"
    assert bob.get(path).status_code == 404
    said = {"deal": str(deal.uid), "lead": str(hidden.uid), "message": str(row.uid)}
    first = api.post(f"{path}links/", said, key="1")
    assert first.status_code == 200, first.content
    assert api.post(f"{path}links/", said, key="1").json() == first.json()
    told = {link["name"]: link for link in first.json()["results"]}
    assert told["Fourteen depots"]["reason"] == "You chose it."
    assert told["Fourteen depots"]["messages"] == [str(row.uid)]
    (seen,) = bob.get(f"{path}links/").json()["results"]
    assert (seen["name"], seen["reason"]) == ("Fourteen depots", "Alice Moreira chose it.")
    assert bob.post(f"{path}unlink/", {"deal": str(deal.uid)}).status_code == 403
    assert bob.post(f"{path}links/", {"lead": str(hidden.uid)}).status_code == 404
    assert api.post(f"{path}links/", {}).status_code == 400
    left = api.post(f"{path}unlink/", {"deal": str(deal.uid)}).json()["results"]
    assert [link["kind"] for link in left] == ["lead"]
    assert bob.get(path).status_code == 404
    back = api.post(f"{path}relink/", {"deal": str(deal.uid)}).json()["results"]
    assert len(back) == 2 and bob.get(path).status_code == 200


def test_it_splits_merges_and_takes_apart(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        first = make.message(box, subject="Pilot")
        later = NOW + timedelta(hours=1)
        second = make.message(box, within=first.thread, subject="Beans", received_at=later)
    api = world.api(world.alice)
    path = f"threads/{first.thread.uid}/"
    assert api.post(f"{path}split/", {"message": str(first.uid)}).status_code == 409
    made = api.post(f"{path}split/", {"message": str(second.uid)}).json()
    assert (made["subject"], made["message_count"]) == ("Beans", 1)
    assert api.post(f"{path}split/", {"message": str(second.uid)}).status_code == 400
    whole = api.post(f"{path}merge/", {"thread": made["id"]}).json()
    assert whole["message_count"] == 2
    assert api.get(f"threads/{made['id']}/").json()["id"] == str(first.thread.uid)
    apart = api.post(f"{path}unmerge/", {"thread": made["id"]}).json()
    assert apart["id"] == made["id"] and apart["message_count"] == 1
    assert api.post(f"{path}unmerge/", {"thread": made["id"]}).status_code == 409


def test_it_asks_which_of_several_is_meant(world: World) -> None:
    with world.opened():
        person = make.person("Dana", "dana@northwind.test", owner=world.alice)
        stage = make.pipeline()[0]
        deals = [make.deal(stage, name, person=person) for name in ("Depots", "Loggers")]
        row = make.message(make.mailbox(world.alice), visibility="shared")
        choosing.link(thread=row.thread, record=person, by=world.alice, at=NOW)
    api, bob = world.api(world.alice), world.api(world.bob)
    path = f"threads/{row.thread.uid}/"
    offered = api.get(f"{path}suggestions/").json()
    assert offered["asked"] and offered["declined_at"] is None
    assert {one["id"] for one in offered["results"]} == {str(deal.uid) for deal in deals}
    assert bob.get(f"{path}suggestions/").json()["asked"]
    with unchanged(world):
        assert bob.post(f"{path}decline/").status_code == 403
        assert world.api(world.charlie).post(f"{path}decline/").status_code == 404
    declined = api.post(f"{path}decline/").json()
    assert (declined["asked"], declined["results"]) == (False, [])
    said = {"declined_at": declined["declined_at"]}
    with unchanged(world):
        assert bob.post(f"{path}ask_again/", said).status_code == 403
        assert api.post(f"{path}ask_again/", {}).status_code == 400
    assert api.post(f"{path}ask_again/", said).json() == offered
    api.post(f"{path}links/", {"deal": str(deals[0].uid)})
    left = api.get(f"{path}suggestions/").json()
    assert not left["asked"] and [one["name"] for one in left["results"]] == ["Loggers"]


def test_it_attaches_what_was_there_before(world: World) -> None:
    with world.opened():
        dana = make.person("Dana", "dana@northwind.test", owner=world.alice)
        row = make.message(make.mailbox(world.alice))
        choosing.link(thread=row.thread, record=dana, by=world.alice, at=NOW)
        deal = make.deal(make.pipeline()[0], person=dana)
    api, bob, charlie = (world.api(who) for who in (world.alice, world.bob, world.charlie))
    of_deal = {"deal": str(deal.uid)}
    offered = api.get("threads/earlier/", **of_deal).json()
    assert offered == {"count": 1, "correspondent": "Dana", "attached_at": None}
    assert api.get("threads/earlier/").json()["count"] == 0
    with unchanged(world):
        assert bob.get("threads/earlier/", **of_deal).json()["count"] == 0
        assert charlie.get("threads/earlier/", **of_deal).status_code == 404
        assert charlie.post("threads/earlier/", of_deal).status_code == 404
        assert api.post("threads/earlier/", {}).status_code == 400
    done = api.post("threads/earlier/", of_deal, key="1")
    assert done.status_code == 202 and done.json()["count"] == 0
    links = api.get(f"threads/{row.thread.uid}/links/").json()["results"]
    assert {link["kind"] for link in links} == {"person", "deal"}
    back = of_deal | {"attached_at": done.json()["attached_at"]}
    bob.post("threads/earlier/return/", back)
    assert api.get("threads/earlier/", **of_deal).json()["count"] == 0
    assert api.post("threads/earlier/return/", back).json()["count"] == 1
