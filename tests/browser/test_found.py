"""Working through what a search found: rows leave, and the search stays where one was."""

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read, row


def found(visits: Visits, demo: Demo, word: str) -> tuple[Page, str]:
    letter = demo.deliver(f"About the {word}", f"The {word} came back.")
    page = visits.of("alice")
    expect(row(page, letter.subject)).to_be_visible()
    page.goto(f"/acme/inbox/search/?q={word}")
    return page, letter.subject


def test_it_lets_rows_leave_a_search_and_come_back(visits: Visits, demo: Demo) -> None:
    page, subject = found(visits, demo, "quixotic")
    for key in ("#", "y", "e"):
        row(page, subject).locator(".thread-link").focus()
        page.keyboard.press(key)
        expect(row(page, subject)).to_have_count(0)
        page.keyboard.press("z")
        expect(row(page, subject)).to_have_count(1)
    page.wait_for_load_state("networkidle")


def test_it_returns_to_the_search_after_a_send_is_stopped(visits: Visits, demo: Demo) -> None:
    page, subject = found(visits, demo, "sesquipedal")
    read(page, subject)
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.type("Thank you.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    page.keyboard.press("z")
    expect(page.locator("#dock .editor [contenteditable]")).to_contain_text("Thank you.")
    assert "sesquipedal" in page.url
    expect(row(page, subject)).to_have_count(1)
