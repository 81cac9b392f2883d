"""A member reads the inbox: lists, conversations, search."""

from datetime import timedelta

from tests import make
from tests.world import NOW, World


def test_it_lists_and_opens_a_conversation(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.conversation(box, subject="Price for 14 depots")
    browser = world.browser(world.alice)
    page = browser.get("/acme/inbox/inbox/")
    assert page.status_code == 200
    assert "Price for 14 depots" in page.text
    row = page.context["rows"][0]
    opened = browser.get(row.url)
    assert opened.status_code == 200
    assert "Part 3 of the conversation" in opened.text
    part = browser.get(row.url, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text and 'id="reading"' in part.text
