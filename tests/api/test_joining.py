"""A program links, splits and merges threads."""

from datetime import timedelta

from tests import make
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
