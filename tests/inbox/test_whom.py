"""Beside a new mail stands whom it is to, what is open with them, and who wrote to them."""

from typing import Any

from django.utils import timezone

from crm.contacts.models import Person
from crm.deals.models import Deal
from tests import make
from tests.world import World

PAGE, PART = "/acme/inbox/compose/", "/acme/inbox/compose/whom/"
DANA = '"Dana Whitfield" <dana@northwind.test>'


def told(answer: Any) -> tuple[str, list[str], list[str]]:
    """Whom it is to, what it is linked to, and what could be linked."""
    context = answer.context
    person = context["person"]
    works = [card.record.name for card in context["works"]]
    return person.name if person else "", works, [row.name for row in context["open_ones"]]


def test_it_follows_whom_the_mail_is_to_and_what_it_is_about(world: World) -> None:
    with world.opened():
        firm = make.organization("Northwind", domains=["northwind.test"])
        dana = make.person("Dana Whitfield", "dana@northwind.test", organization=firm)
        stage = make.pipeline()[0]
        depots = make.deal(stage, "Fourteen depots", person=dana)
        make.deal(stage, "Door loggers", organization=firm)
        make.deal(stage, "Of others")
        make.linked(make.message(make.mailbox(world.alice), subject="Depots").thread, dana)
    alice = world.browser(world.alice)
    empty = alice.get(PAGE)
    assert told(empty) == ("", [], []) and "Say whom you write to" in empty.text
    page = alice.get(PAGE, {"to": DANA})
    assert told(page) == ("Dana Whitfield", [], ["Fourteen depots", "Door loggers"])
    assert [row.subject for _url, row in page.context["others"]] == ["Depots"]
    part = alice.get(PART, {"to": DANA, "about": f"deal:{depots.uid}"})
    assert told(part) == ("Dana Whitfield", ["Fourteen depots"], ["Door loggers"])
    stranger = alice.get(PART, {"to": "eva@rival.test"})
    assert told(stranger) == ("", [], []) and "Not among your people yet" in stranger.text
    assert alice.get(PART, {"to": "nobody@@x, ,<>", "about": "deal:x"}).status_code == 200


def test_it_names_colleagues_who_wrote_lately(world: World) -> None:
    now = timezone.now()
    with world.opened():
        firm = make.organization("Northwind")
        make.person("Dana Whitfield", "dana@northwind.test", organization=firm)
        make.person("Raj", "raj@northwind.test", organization=firm)
        team = make.team_mailbox(world.alice, world.bob)
        bob, own = make.mailbox(world.bob), make.mailbox(world.alice)
        said: dict[str, Any] = {"to": ["Raj <raj@northwind.test>"], "received_at": now}
        # Whoever writes this address into From is no colleague
        make.message(team, sender=f"Pay at once <{team.address}>", **said)
        said["place"] = "Sent"
        make.message(team, sender=f"Bob Keller <{team.address}>", **said)
        make.message(bob, sender=f"Bob alone <{bob.address}>", **said)
        make.message(own, sender=f"Alice <{own.address}>", **said)
    part = world.browser(world.alice).get(PART, {"to": DANA})
    assert [(each.who, each.whom) for each in part.context["lately"]] == [("Bob Keller", "Raj")]
    assert "Bob Keller, to Raj" in part.text


def test_it_says_nothing_of_what_one_does_not_see(world: World) -> None:
    with world.opened():
        dana = make.person("Dana Whitfield", "dana@northwind.test", owner=world.alice)
        hidden = make.deal(make.pipeline()[0], "Fourteen depots", person=dana, owner=world.alice)
        make.mailbox(world.bob)
        Deal.objects.filter(pk=hidden.pk).update(visibility="owner")
    bob, asked = world.browser(world.bob), {"to": DANA, "about": f"deal:{hidden.uid}"}
    assert told(bob.get(PART, asked)) == ("Dana Whitfield", [], [])
    with world.opened():
        Person.objects.update(visibility="owner")
    part = bob.get(PART, asked)
    assert told(part) == ("", [], []) and "Fourteen" not in part.text
    charlie = world.browser(world.charlie)
    assert charlie.get(PART, asked).status_code == 404
    there = charlie.get("/globex/inbox/compose/whom/", asked)
    assert told(there) == ("", [], []) and "Fourteen" not in there.text
