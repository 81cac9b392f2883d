"""A rep chooses to be told of a mail, and sees at once when it was opened and a link followed."""

import http.client
import re

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read
from tests.tracking.sent import PERSON

EDITOR = "#dock .editor [contenteditable]"


def ask(demo: Demo, path: str) -> None:
    """Somebody elsewhere asks for it, and goes no further."""
    outside = http.client.HTTPConnection("localhost", demo.port, timeout=20)
    outside.request("GET", path, headers={"User-Agent": PERSON})
    assert outside.getresponse().status in (200, 302)
    outside.close()


def test_it_is_chosen_while_writing_and_told_as_it_happens(visits: Visits, demo: Demo) -> None:
    letter = demo.deliver("Offer for tracking", "Where do I find your offer?")
    page = visits.of("alice")
    read(page, letter.subject)
    page.keyboard.press("r")
    expect(page.locator(EDITOR)).to_be_focused()
    page.keyboard.type("Here: https://acme.test/offer for you.")
    page.get_by_role("button", name="Tracking").click()
    page.get_by_label("When it is opened").check()
    page.get_by_label("When a link is followed").check()
    page.keyboard.press("Escape")
    page.locator(EDITOR).click()
    page.keyboard.press("Control+Enter")
    line = page.locator("#messages .tracked")
    expect(line).to_have_text(re.compile("Not opened so far.*No link clicked so far"))
    pixel, link = demo.tracked(letter.subject)
    ask(demo, f"/t/{pixel}.gif")
    expect(line).to_contain_text("Opened once")
    ask(demo, f"/t/{pixel}.gif")
    expect(line).to_contain_text("Opened 2 times, last")
    ask(demo, f"/t/{link}")
    expect(line).to_contain_text("Link clicked once")
    page.goto("/acme/inbox/sent/?tracking=1")
    expect(page.locator("#threads .thread").filter(has_text=letter.subject)).to_be_visible()
    # What was chosen is the choice of the next mail, for the stories after this one as well
    page.goto("/acme/inbox/compose/")
    page.get_by_role("button", name="Tracking").click()
    for name in ("When it is opened", "When a link is followed"):
        expect(page.get_by_label(name)).to_be_checked()
        page.get_by_label(name).uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("[data-saved]")).to_contain_text(re.compile("saved", re.I))
