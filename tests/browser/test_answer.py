"""The main job: read a conversation, answer it, and see the customer's answer come by itself."""

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import PHONE, Visits, read, row

WORDS = "The price is 4,800 a year, and the offer holds until Friday."


def _answer(page: Page, words: str) -> None:
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    expect(page.locator("#dock fio-composer")).to_have_count(0)


def test_it_answers_a_customer_who_answers_back(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Price for our depots", "What would fourteen depots cost a year?")
    reading = read(page, letter.subject)
    expect(reading).to_contain_text("What would fourteen depots cost")

    _answer(page, "This goes too early.")
    page.keyboard.press("z")
    expect(page.locator("#toasts .toast")).to_contain_text("Stopped")
    editor = page.locator("#dock .editor [contenteditable]")
    expect(editor).to_contain_text("This goes too early.")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(WORDS)
    page.keyboard.press("Control+Enter")

    others = reading.locator(".msg-toggle b", has_text="Owen")
    expect(others).to_have_count(2, timeout=90_000)
    expect(reading.locator(".msg").filter(has_text=WORDS)).to_have_count(1)
    expect(reading).not_to_contain_text("This goes too early.")
    assert demo.arrivals(letter.sender) == 1
    assert demo.copied(letter.subject) == 1
    expect(row(page, letter.subject).locator(".n")).to_have_text("3")
    # What comes while one looks at it is read
    expect(row(page, letter.subject)).not_to_have_attribute("data-unread", "")


def test_it_answers_on_a_phone(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", viewport=PHONE, has_touch=True, is_mobile=True)
    letter = demo.deliver("Small screen", "Can you read this on the train?")
    read(page, letter.subject)
    page.get_by_role("button", name="Write a reply").tap()
    page.locator("#dock .editor [contenteditable]").fill("Yes, and answer it.")
    send = page.locator("#dock .send-split button[type=submit]")
    expect(send).to_be_in_viewport(ratio=1)
    send.tap()
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    mine = page.locator("#reading .msg").filter(has_text="Yes, and answer it.")
    expect(mine).to_have_count(1, timeout=90_000)
    page.get_by_role("link", name="Back to the list").tap()
    expect(row(page, letter.subject)).to_be_visible()
    assert demo.arrivals(letter.sender) == 1


def test_it_answers_from_the_list_and_keeps_a_comment_from_escape(
    visits: Visits, demo: Demo
) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Answered from the list", "May I have it in blue?")
    row(page, letter.subject).locator(".thread-link").focus()
    page.keyboard.press("r")
    editor = page.locator("#dock .editor [contenteditable]")
    expect(editor).to_be_focused()
    expect(page.locator("#reading")).to_contain_text("May I have it in blue?")
    page.keyboard.press("Escape")
    expect(page.locator("#dock fio-composer")).to_have_count(0)

    # Escape leaves an empty comment, and never one in which something stands
    comment = page.locator("#dock.comment-dock")
    page.keyboard.press("m")
    expect(editor).to_be_focused()
    page.keyboard.press("Escape")
    expect(comment).to_have_count(0)
    page.keyboard.press("m")
    expect(editor).to_be_focused()
    page.keyboard.type("Blue is sold out")
    page.keyboard.press("Escape")
    expect(comment).to_contain_text("Blue is sold out")

    # Somewhere else and back: it is gone on with
    page.reload()
    page.locator("#subject").click()
    page.keyboard.press("m")
    expect(editor).to_have_text("Blue is sold out")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reading .msg").filter(has_text="Blue is sold out")).to_have_count(1)
    page.keyboard.press("m")
    expect(editor).not_to_contain_text("Blue")


def test_it_leaves_the_field_of_links_at_once(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Linked to nothing", "Is this about an order?")
    read(page, letter.subject)
    page.keyboard.press("Shift+L")
    expect(page.locator("#link-find")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#link-find")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
