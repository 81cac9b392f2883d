"""Which of a colleague's mails belong to a record is nobody's who cannot read them."""

from typing import Any

import pytest

from crm.deals.models import Deal
from inbox.actions import choosing
from inbox.models import Message, ThreadLink
from tests import make
from tests.inbox.test_stakes import stakes
from tests.unchanged import unchanged
from tests.world import NOW, World

LIST = "/acme/inbox/inbox/"


@pytest.fixture
def told(world: World) -> tuple[Message, Deal]:
    """One of Alice's mails belongs to a deal; Bob has mail of his own in the conversation."""
    with world.opened():
        deal = make.deal(make.pipeline()[0], "Fourteen depots", value="48600")
        row = make.message(make.mailbox(world.alice), sender="Ana <ana@santos.test>")
        make.message(make.mailbox(world.bob), within=row.thread)
        by: dict[str, Any] = {"by": world.alice, "at": NOW}
        choosing.link(thread=row.thread, record=deal, messages=[row], **by)
    return row, deal


def test_a_single_mail_is_told_to_who_reads_it(world: World, told: tuple[Message, Deal]) -> None:
    row, deal = told
    page, links = f"/acme/inbox/t/{row.thread.uid}/", f"threads/{row.thread.uid}/links/"
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    assert [card.messages for card in alice.get(page).context["works"]] == [1]
    [link] = world.api(world.alice).get(links).json()["results"]
    assert link["messages"] == [str(row.uid)]
    assert stakes(alice) == ['Fourteen depots">€48.6K'] and stakes(bob) == []
    assert "Fourteen depots" not in bob.get(page).text
    assert world.api(world.bob).get(links).json()["results"] == []
    for asked in ({"linked": "true"}, {"open_deal": "true"}, {"deal": str(deal.uid)}):
        assert len(world.api(world.alice).get("threads/", **asked).json()["results"]) == 1
        assert world.api(world.bob).get("threads/", **asked).json()["results"] == []
    # Of what is shared, whoever sees the deal reads the mail, and that it is this one
    with world.opened():
        row.thread.entries.filter(mailbox=row.mailbox).update(visibility="shared")
    assert [card.messages for card in bob.get(page).context["works"]] == [1]
    assert stakes(bob) == ['Fourteen depots">€48.6K']
    [link] = world.api(world.bob).get(links).json()["results"]
    assert link["messages"] == [str(row.uid)]


def test_nobody_takes_back_what_he_does_not_know_of(
    world: World, told: tuple[Message, Deal]
) -> None:
    row, deal = told
    path, api = f"threads/{row.thread.uid}", world.api(world.bob)
    asked = {"deal": str(deal.uid)}
    with unchanged(world):
        assert api.post(f"{path}/unlink/", asked).json() == {"results": []}
    with world.opened():
        made = {"source": "auto", "rule": "open", "why": "ana@santos.test"}
        ThreadLink.objects.update(**made)
    with unchanged(world):
        assert api.post(f"{path}/unlink/", asked).json() == {"results": []}
    # What he chooses himself is his choice, and nothing says that it was there
    [link] = api.post(f"{path}/links/", asked).json()["results"]
    assert (link["automatic"], link["reason"], link["messages"]) == (False, "You chose it.", [])
    assert api.post(f"{path}/unlink/", asked).json() == {"results": []}
    assert world.api(world.alice).get(f"{path}/links/").json()["results"] == []
