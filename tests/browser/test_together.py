"""Two of a team at their browsers: one draft between them, and a palette that does everything."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import PHONE, Visits, read, row


def _editor(page: Page) -> Locator:
    return page.locator("#dock .editor [contenteditable]")


def _palette(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(f">{words}")
    page.keyboard.press("Enter")


def test_it_goes_on_with_a_colleagues_draft_and_overwrites_nothing(
    visits: Visits, demo: Demo
) -> None:
    alice, bob = visits.of("alice"), visits.of("bob")
    letter = demo.deliver("Written together", "When can you come?", to="sales")
    for page in (alice, bob):
        read(page, letter.subject)
    alice.keyboard.press("r")
    expect(_editor(alice)).to_be_focused()
    alice.keyboard.type("We come on Tuesday.")
    expect(alice.locator("[data-saved]")).to_contain_text("Saved")

    # Bob sees it come, and goes on with it from the palette
    expect(bob.locator("#begun")).to_contain_text("Alice Martins’s draft")
    _palette(bob, "colleague")
    expect(bob.locator("[data-whose]")).to_contain_text("It becomes yours")
    expect(_editor(bob)).to_contain_text("We come on Tuesday.")
    _editor(bob).click()
    bob.keyboard.press("Control+End")
    bob.keyboard.type(" Or on Friday.")
    expect(alice.locator("#begun")).to_contain_text("Bob Keller’s draft")

    # Alice is told, and keeps what she wrote beside his
    visits.expect(409)
    alice.keyboard.type(" At noon.")
    guard = alice.locator("#dock .guard")
    expect(guard).to_contain_text("Bob Keller went on with this draft.")
    guard.get_by_role("button", name="Keep mine as well").click()
    expect(guard).to_be_hidden()
    expect(bob.locator("#begun")).to_contain_text("At noon.")

    # From the list of drafts both are there for both
    alice.goto("/acme/inbox/drafts/")
    mine = alice.locator("#drafts .thread").filter(has_text=letter.subject)
    expect(mine).to_have_count(2)
    expect(mine.filter(has_text="Bob Keller")).to_contain_text("Or on Friday.")


def test_it_shows_a_waiting_mail_whole_on_a_phone(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", viewport=PHONE, has_touch=True, is_mobile=True)
    letter = demo.deliver("Waits on a phone", "Write to me on Monday.")
    read(page, letter.subject)
    page.get_by_role("button", name="Write a reply").tap()
    _editor(page).fill("It is Monday.")
    page.locator("#dock [data-command=later]").tap()
    page.locator(".menu:popover-open [data-command=send-later]").last.tap()
    expect(page.locator("#toasts .toast")).to_be_visible()
    page.goto("/acme/inbox/outbox/")
    waiting = page.locator(".outgoing").filter(has_text=letter.subject)
    for name in ("Send now", "Change the time", "Back to drafts", "Throw away"):
        expect(waiting.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    waiting.get_by_role("button", name="Throw away").tap()
    expect(waiting).to_have_count(0)


def test_it_sends_now_what_should_have_waited(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Sent sooner", "When do I hear from you?")
    read(page, letter.subject)
    page.keyboard.press("r")
    expect(_editor(page)).to_be_focused()
    page.keyboard.type("Today already.")
    page.keyboard.press("Alt+Enter")
    page.locator(".menu:popover-open [data-command=send-later][data-at]").last.click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    page.goto("/acme/inbox/outbox/")
    waiting = page.locator(".outgoing").filter(has_text=letter.subject)
    expect(waiting).to_be_visible()
    assert demo.arrivals(letter.sender) == 0
    waiting.get_by_role("button", name="Send now").click()
    assert demo.copied(letter.subject) == 1
    assert demo.arrivals(letter.sender) == 1
    expect(
        page.locator(".outgoing").filter(has_text="Back to drafts").filter(has_text=letter.subject)
    ).to_have_count(0)


def test_it_says_what_cannot_be_done_here(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Done by its name", "Anything?")
    expect(row(page, letter.subject)).to_be_visible()
    _palette(page, "merge with")
    expect(page.locator("#toasts .toast")).to_contain_text("That cannot be done on this page.")
    read(page, letter.subject)
    _palette(page, "filter the list")
    expect(page.locator("#filters-menu")).to_be_visible()
    page.keyboard.press("Escape")
    _palette(page, "assigned to me")
    expect(page.locator("#list-title")).to_have_text("Assigned to me")


def test_whoever_is_mentioned_reads_and_comments_and_no_more(visits: Visits, demo: Demo) -> None:
    alice = visits.of("alice")
    letter = demo.deliver("Between us", "Can this stay private?")
    read(alice, letter.subject)
    alice.locator("#subject").click()
    alice.keyboard.press("m")
    place = alice.locator(".comment-dock [contenteditable]")
    expect(place).to_be_focused()
    # What was begun in small letters is written as the name is
    alice.keyboard.type("What do you say, @bob k")
    expect(alice.locator(".note-names .chip")).to_have_text("@Bob Keller")
    alice.keyboard.press("Enter")
    expect(place).to_have_text("What do you say, @Bob Keller ")
    alice.keyboard.press("Control+Enter")
    expect(alice.locator("#who-reads")).to_contain_text("mentioned by Alice Martins")

    bob = visits.of("bob", path="/acme/notices/")
    bob.get_by_role("link", name=letter.subject).click()
    expect(bob.locator("#dock")).to_contain_text("Only its mailbox answers.")
    expect(bob.locator("#reading [data-command=done]")).to_have_count(0)
    bob.locator("#subject").click()
    bob.keyboard.press("e")
    expect(bob.locator("#subject")).to_have_text(letter.subject)
    expect(bob.locator("#toasts .toast")).to_have_count(0)
    bob.locator("#dock [data-command=comment]").click()
    expect(bob.locator(".comment-dock [contenteditable]")).to_be_focused()
    bob.keyboard.type("Gladly.")
    bob.keyboard.press("Control+Enter")
    expect(alice.locator("#messages .comment")).to_have_count(2)
