"""What a member has goes to another and back, for programs."""

from typing import Any

from crm.timeline.models import Activity
from tests import make
from tests.world import NOW, World


def test_it_gives_what_a_member_has_to_another_and_back(world: World) -> None:
    with world.opened():
        ana, project = make.person("Ana", owner=world.bob), make.project(make.board()[0])
        make.deal(make.pipeline()[0], owner=world.bob, visibility="owner")
        make.task(project, "Order", assignee=world.bob)
        call = make.activity("Call Ana", ana, assignee=world.bob, due=NOW)
    alice, bob = world.api(world.alice), world.api(world.bob)
    held = alice.get("transfers/held/", owner=str(world.bob.uid)).json()["held"]
    assert held == {"person": 1, "deal": 1, "activity": 1, "task": 1}
    asked = {"owner": str(world.bob.uid), "new_owner": str(world.alice.uid)}
    given = {"given": ["person", "activity", "task"]}
    bad: dict[str, Any]
    for bad in ({"given": []}, {"given": ["stage"]}, {**given, "new_owner": asked["owner"]}):
        assert alice.post("transfers/", asked | bad).status_code == 400
    assert bob.post("transfers/", asked | given).status_code == 403
    made = alice.post("transfers/", asked | given, key="once")
    again = alice.post("transfers/", asked | given, key="once")
    assert made.status_code == 201 and again.json() == made.json()
    transfer = made.json()
    assert transfer["given"] == {"person": 1, "activity": 1, "task": 1}
    assert alice.get(f"people/{ana.uid}/").json()["owner"] == str(world.alice.uid)
    assert alice.get("transfers/held/", owner=str(world.bob.uid)).json()["held"] == {"deal": 1}
    (listed,) = alice.get("transfers/", owner=str(world.bob.uid)).json()["results"]
    assert listed == transfer and listed["returned_at"] is None
    path = f"transfers/{transfer['id']}/"
    assert bob.get("transfers/").status_code == 403 and bob.get(path).status_code == 404
    assert bob.get("transfers/held/", owner=str(world.bob.uid)).status_code == 403
    assert bob.post(f"{path}return/").status_code == 404
    assert alice.post(f"{path}return/").json()["returned_at"] is not None
    assert alice.post(f"{path}return/").status_code == 409
    with world.opened():
        assert Activity.objects.get(pk=call.pk).assignee == world.bob
    assert world.api(world.charlie).post(f"{path}return/").status_code == 404
