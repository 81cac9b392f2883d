"""The browser tells of new mail and of a mention while another page is looked at, or not at all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read, row

# What the browser shows is outside of its pages; this keeps on the page what it showed
KEPT = """
  const Shown = window.Notification;
  window.Notification = class extends Shown {
    constructor(title, options) {
      super(title, options);
      const root = document.documentElement;
      this.addEventListener("show", () => { root.dataset.told = options.body; });
    }
  };
"""
PROFILE = "/acme/settings/profile/"


@contextmanager
def chosen(page: Page) -> Iterator[None]:
    """Bob wants to be told of new mail, and of nothing when the story is over."""
    _say(page, "mail", quiet=False)
    yield
    _say(page, "nothing", quiet=False)


def _say(page: Page, what: str, *, quiet: bool) -> None:
    page.goto(PROFILE)
    form = page.locator("form").filter(has=page.locator("[name=browser_tells]"))
    form.locator("[name=browser_tells]").select_option(what)
    for day in form.locator("[name=quiet_days]").all():
        day.set_checked(quiet)
    form.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    expect(page.get_by_text("It is quiet now.")).to_have_count(int(quiet))


def _unwatched(page: Page) -> Page:
    """Another page of Bob's comes before it, as people have it; returns that one."""
    for each in (page, front := page.context.new_page()):
        each.context.new_cdp_session(each).send(
            "Emulation.setFocusEmulationEnabled", {"enabled": False}
        )
    front.goto(PROFILE)
    front.bring_to_front()
    while page.evaluate("document.hasFocus()"):
        page.wait_for_timeout(20)
    return front


def _mention(page: Page) -> None:
    """Alice asks Bob in a comment."""
    page.locator("#subject").click()
    page.keyboard.press("m")
    place = page.locator(".comment-dock [contenteditable]")
    expect(place).to_be_focused()
    page.keyboard.type("Can you take this, @Bob")
    page.locator(".comment-dock").get_by_role("button", name="@Bob Keller").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .comment")).to_contain_text("Can you take this")


def test_it_tells_of_new_mail_and_of_a_mention_and_of_nothing_in_quiet_hours(
    visits: Visits, demo: Demo
) -> None:
    page = visits.of("bob", PROFILE, permissions=["notifications"])
    with chosen(page):
        page.add_init_script(KEPT)
        page.goto("/acme/inbox/inbox/")
        assert page.evaluate("Notification.permission") == "granted"
        front = _unwatched(page)
        letter = demo.deliver("Told aloud", "Are you there?", to="sales")
        told = page.locator("html")
        expect(told).to_have_attribute("data-told", "1 new conversation")
        alice = visits.of("alice")
        read(alice, letter.subject)
        _mention(alice)
        expect(told).to_have_attribute("data-told", "Somebody mentioned you in a comment.")
        # Every day is quiet from now on: what comes is there, and nothing pops up
        _say(front, "mail", quiet=True)
        front.bring_to_front()
        page.evaluate("delete document.documentElement.dataset.told")
        later = demo.deliver("Told by nobody", "And now?", to="sales")
        expect(row(page, later.subject)).to_be_visible()
        read(alice, later.subject)
        bell = page.locator("#notice-count")
        before = bell.inner_text()
        _mention(alice)
        expect(bell).not_to_have_text(before)
        expect(told).not_to_have_attribute("data-told", re.compile(""))
        expect(page.locator("#toasts .toast")).to_have_count(0)
