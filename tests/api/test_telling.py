"""A program is told what its user is told of."""

from inbox.actions import assigning
from tests import make
from tests.inbox.post import deliver, mail
from tests.inbox.team import SALES, team_mailbox
from tests.unchanged import unchanged
from tests.world import NOW, World


def test_it_tells_what_one_is_told_of(world: World) -> None:
    with world.opened():
        (row,) = deliver(team_mailbox(world), mail("owen@brightmoor.test", SALES, "Pilot"))
        assigning.assign(threads=[row.thread], to=world.bob, by=world.alice, at=NOW)
        dana = make.person("Dana", owner=world.alice)
    bob, charlie = world.api(world.bob), world.api(world.charlie)
    reading = world.api(world.bob, ("activities:read",))
    said = {"subject": "Call", "assignee": str(world.alice.uid), "people": [str(dana.uid)]}
    call = bob.post("activities/", said).json()["id"]
    (told,) = bob.get("notices/", unread="true").json()["results"]
    assert (told["why"], told["thread"]) == ("given", str(row.thread.uid))
    assert (told["by"], told["read_at"]) == (str(world.alice.uid), None)
    # Mail is not told of to a token that reads none
    (told,) = reading.get("notices/").json()["results"]
    assert told["thread"] is None
    with unchanged(world):
        assert charlie.get("notices/").json()["results"] == []
        assert reading.post("notices/read_all/").status_code == 403
    (told,) = world.api(world.alice).get("notices/").json()["results"]
    assert (told["why"], told["activity"]) == ("assigned", call)
    assert bob.post("notices/read_all/", key="1").json() == {"read": 1}
    assert bob.post("notices/read_all/", key="1").json() == {"read": 1}
    assert bob.get("notices/", unread="true").json()["results"] == []
    assert len(bob.get("notices/", unread="false").json()["results"]) == 1
    assert len(world.api(world.alice).get("notices/", unread="true").json()["results"]) == 1
