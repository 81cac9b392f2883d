"""What is at stake stands beside a conversation, for those who may know of the deal."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

from crm.deals.actions import move_deal, win_deal
from crm.deals.models import Stage
from tests import make
from tests.world import NOW, World

LIST = "/acme/inbox/inbox/"


def stakes(browser: Any) -> list[str]:
    """What the list says is at stake, row by row where something is."""
    html = browser.get(LIST).text
    return [part.partition("<")[0] for part in html.split('thread-stake num" title="')[1:]]


def test_a_row_tells_the_worth_of_its_open_deal(world: World) -> None:
    with world.opened():
        first, last = make.pipeline()[0], make.pipeline("Old")[-1]
        row = make.message(make.team_mailbox(world.alice, world.bob))
        make.message(row.mailbox, subject="Nothing at stake")
        deal = make.deal(first, "Fourteen depots", value=Decimal(48_600), owner=world.alice)
        small = make.deal(first, "Door loggers", value=Decimal(900))
        make.linked(row.thread, deal)
        make.linked(row.thread, small)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    assert stakes(alice) == stakes(bob) == ['Fourteen depots">€48.6K']
    with world.opened():
        type(deal).objects.filter(pk=deal.pk).update(visibility="owner")
    assert stakes(alice) == ['Fourteen depots">€48.6K']
    assert stakes(bob) == ['Door loggers">€900']
    assert "Fourteen depots" not in bob.get(f"/acme/inbox/t/{row.thread.uid}/").text
    with world.opened():
        deal.refresh_from_db()
        win_deal(deal=move_deal(deal=deal, to=last, by=world.alice, at=NOW), by=world.alice, at=NOW)
    assert stakes(alice) == ['Door loggers">€900']


def test_it_tells_no_deal_that_a_colleagues_own_mail_accounts_for(world: World) -> None:
    with world.opened():
        row = make.message(make.team_mailbox(world.alice, world.bob), sender="Hans <h@hof.test>")
        own = make.mailbox(world.alice)
        make.message(own, within=row.thread, sender="Ana <ana@santos.test>")
        deal = make.deal(make.pipeline()[0], "Fourteen depots", value=Decimal(48_600))
        make.linked(row.thread, deal, source="auto", rule="open", why="ana@santos.test")
    assert stakes(world.browser(world.alice)) == ['Fourteen depots">€48.6K']
    assert stakes(world.browser(world.bob)) == []
    assert "Fourteen depots" not in world.browser(world.charlie).get("/globex/inbox/inbox/").text


def test_a_record_made_beside_a_mail_is_proposed_its_subject(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), subject="AW: Re: Zwölf Tore & more")
        make.pipeline()
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    links = alice.post(f"/acme/inbox/t/{row.thread.uid}/links/", {"do": "none"})
    for html in (page.text, links.text):
        made = re.findall(r'hx-get="(/acme/(?:deals|leads|projects)/new/[^"]*)"', html)
        asked = [alice.get(unescape(url)).context["form"]["name"].value() for url in made]
        assert asked == ["Zwölf Tore & more"] * 3


def test_the_context_shows_how_far_a_deal_has_come(world: World) -> None:
    with world.opened():
        stages: list[Stage] = make.pipeline()
        row = make.message(make.mailbox(world.alice))
        deal = make.deal(stages[1], "Fourteen depots", value=Decimal(48_600))
        make.linked(row.thread, deal)
    alice = world.browser(world.alice)
    (card,) = alice.get(f"/acme/inbox/t/{row.thread.uid}/").context["works"]
    assert [(step.is_done, step.is_here) for step in card.way] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    text = alice.get(f"/acme/inbox/t/{row.thread.uid}/").text
    assert "€48,600" in text and "55 %" in text
    # Its name heads the conversation as well
    assert text.count("Fourteen depots</span></a>") == 1
    with world.opened():
        win_deal(deal=deal, by=world.alice, at=NOW)
    (card,) = alice.get(f"/acme/inbox/t/{row.thread.uid}/").context["works"]
    assert card.here is None and card.way[-1].is_done
