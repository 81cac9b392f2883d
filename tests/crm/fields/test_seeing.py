"""Who sees which record: by owner, by team, by the teams below, and who administers."""

import pytest

from crm.contacts.models import Person
from crm.fields import queries
from crm.workspaces import actions
from crm.workspaces.models import Membership, Role
from inbox.queries import access, lists
from tests import make
from tests.world import NOW, PASSWORD, World


def join(world: World, name: str, role: str = Role.MEMBER) -> Membership:
    user = actions.create_user(email=f"{name}@acme.test", password=PASSWORD, name=name)
    return actions.add_member(workspace=world.acme, user=user, role=role, at=NOW)


@pytest.fixture
def house(world: World) -> dict[str, Membership]:
    """Sales has Bob and Mara; Field, below it, has Finn; Otto is in neither."""
    people = {name: join(world, name) for name in ("mara", "finn", "otto")}
    people["manager"] = join(world, "Manda", Role.MANAGER)
    with world.opened():
        sales = actions.create_team(
            name="Sales", members=[world.bob, people["mara"]], by=world.alice, at=NOW
        )
        actions.create_team(
            name="Field", members=[people["finn"]], parent=sales, by=world.alice, at=NOW
        )
    return people | {"alice": world.alice, "bob": world.bob}


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        ("owner", {"bob", "alice"}),
        ("team", {"bob", "mara", "alice"}),
        ("below", {"bob", "mara", "finn", "alice"}),
        ("everyone", {"bob", "mara", "finn", "otto", "manager", "alice"}),
    ],
)
def test_it_shows_a_record_to_whom_its_rule_says(
    world: World, house: dict[str, Membership], visibility: str, seen_by: set[str]
) -> None:
    with world.opened():
        row = make.person("Dana", owner=world.bob, visibility=visibility)
        found = {
            name
            for name, member in house.items()
            if Person.objects.visible_to(member).filter(pk=row.pk).exists()
        }
        told = {member.pk for member, _why in queries.who_sees(row).readers}
    assert found == seen_by
    assert told == {house[name].pk for name in seen_by}


def test_it_hides_a_record_everywhere(world: World, house: dict[str, Membership]) -> None:
    with world.opened():
        row = make.person("Dana Hidden", "dana@northwind.test", owner=world.bob, visibility="team")
        mail = make.message(make.mailbox(world.bob), visibility="shared")
        make.linked(mail.thread, row)
    otto = world.browser(house["otto"])
    for path in (
        "/acme/people/",
        "/acme/people/?q=dana",
        "/acme/inbox/palette/?q=dana",
        "/acme/inbox/suggestions/?q=dana",
        "/acme/people/names/?value=dana",
    ):
        assert "Hidden" not in otto.get(path).text, path
    for path in ("", "facts/name/", "seeing/"):
        assert otto.get(f"/acme/people/{row.uid}/{path}").status_code == 404
    assert otto.get(f"/acme/inbox/of/person/{row.uid}/").status_code == 404
    for verb in ("trash", "bulk"):
        sent = {"uid": str(row.uid), "visibility": "everyone"}
        assert otto.post(f"/acme/people/{verb}/", sent).status_code == 404
    api = world.api(house["otto"])
    assert api.get("people/").json()["results"] == []
    assert api.get(f"people/{row.uid}/").status_code == 404
    assert api.patch(f"people/{row.uid}/", {"name": "x"}).status_code == 404


def test_it_shows_shared_mail_to_those_who_see_the_person(
    world: World, house: dict[str, Membership]
) -> None:
    with world.opened():
        row = make.person("Dana", "dana@northwind.test", owner=world.bob, visibility="team")
        mail = make.message(make.mailbox(world.bob), visibility="shared")
        make.linked(mail.thread, row)
        for name, reads in (("mara", True), ("otto", False), ("finn", False)):
            member = house[name]
            assert access.messages(member).exists() is reads
            assert access.entries(member).exists() is reads
            narrowed = lists.Filter(query="price", record=("person", row.pk))
            assert bool(lists.threads(member, narrowed).rows) is reads
        told = access.readers(thread_id=mail.thread_id, mailbox_ids=[mail.mailbox_id])
    assert told == {house[name].pk for name in ("bob", "mara", "alice")}


def test_it_says_the_rule_and_the_names(world: World, house: dict[str, Membership]) -> None:
    with world.opened():
        row = make.person("Dana", owner=world.bob, visibility="below")
    text = world.browser(world.bob).get(f"/acme/people/{row.uid}/seeing/").text
    assert "The owner’s team and the teams below it see this" in text
    assert "in the team Field" in text and "administers the workspace" in text


def test_it_refuses_teams_in_a_ring(world: World) -> None:
    with world.opened():
        top = actions.create_team(name="Top", by=world.alice, at=NOW)
        below = actions.create_team(name="Below", parent=top, by=world.alice, at=NOW)
    browser = world.browser(world.alice)
    answer = browser.post(f"/acme/settings/teams/{top.uid}/", {"name": "Top", "parent": below.uid})
    assert answer.status_code == 422 and "A team cannot be below itself." in answer.text
