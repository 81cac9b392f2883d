"""Finding a conversation and putting it away, by keys and by pointer."""

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.visits import LEAVING, Visits, read, row


def test_it_finds_a_mail_by_its_words(visits: Visits, demo: Demo) -> None:
    letter = demo.deliver("Finding", "The zygomorphic shelf came back from repair.")
    page = visits.of("alice")
    expect(row(page, letter.subject)).to_be_visible()
    page.keyboard.press("/")
    page.get_by_role("searchbox", name="Search all mail").fill("zygomorphic")
    page.keyboard.press("Enter")
    expect(row(page, letter.subject)).to_have_count(1)
    page.get_by_role("searchbox", name="Search all mail").fill(f"from:{letter.sender} shelf")
    page.keyboard.press("Enter")
    expect(page.locator("#threads .thread")).to_have_count(1)


def test_a_deal_is_added_beside_the_mail(visits: Visits, demo: Demo) -> None:
    """What was picked closes its menu, and one types at once."""
    page = visits.of("alice")
    letter = demo.deliver("Nine more", "Please quote nine more of them.")
    read(page, letter.subject)
    facts = page.locator("#facts")
    facts.get_by_role("button", name="Add a record").click()
    page.get_by_role("menuitem", name="Add a deal").click()
    expect(facts.get_by_label("Title")).to_be_focused()
    expect(page.locator(".menu:popover-open")).to_have_count(0)
    page.keyboard.type("Nine more shelves")
    page.keyboard.press("Enter")
    expect(facts.get_by_role("link", name="Nine more shelves").first).to_be_visible()
    page.locator("#messages button.msg-side").click()
    page.get_by_role("menuitem", name="Link this message").click()
    expect(page.locator("#link-find")).to_be_focused()
    expect(page.locator(".menu:popover-open")).to_have_count(0)


def test_it_archives_with_a_key_and_takes_it_back(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("To the archive", "Nothing more to say.")
    read(page, letter.subject)
    page.keyboard.press("y")
    expect(row(page, letter.subject)).to_have_count(0)
    page.keyboard.press("z")
    expect(row(page, letter.subject)).to_have_count(1)
    page.wait_for_function(LEAVING)
    page.reload()
    read(page, letter.subject)
    page.keyboard.press("y")
    expect(row(page, letter.subject)).to_have_count(0)
    page.goto("/acme/inbox/archive/")
    expect(row(page, letter.subject)).to_have_count(1)


def test_it_marks_unread_and_read(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Once more", "Read me twice.")
    expect(row(page, letter.subject)).to_have_attribute("data-unread", "")
    read(page, letter.subject)
    expect(row(page, letter.subject)).not_to_have_attribute("data-unread", "")
    page.keyboard.press("Shift+U")
    expect(row(page, letter.subject)).to_have_attribute("data-unread", "")
    page.wait_for_load_state("networkidle")
    page.goto("/acme/inbox/inbox/")
    expect(row(page, letter.subject)).to_have_attribute("data-unread", "")


def test_it_trashes_and_restores(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("To the trash", "Throw me away.")
    read(page, letter.subject)
    page.keyboard.press("#")
    expect(row(page, letter.subject)).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Undo")
    page.goto("/acme/inbox/trash/")
    read(page, letter.subject)
    page.get_by_role("button", name="Take out of the trash").first.click()
    expect(row(page, letter.subject)).to_have_count(0)
    page.goto("/acme/inbox/inbox/")
    expect(row(page, letter.subject)).to_have_count(1)


def test_it_puts_several_away_at_once(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letters = [demo.deliver(f"Heap {n}", "One of two.") for n in (1, 2)]
    for letter in letters:
        expect(row(page, letter.subject)).to_be_visible()
        row(page, letter.subject).hover()
        row(page, letter.subject).locator(".thread-check").click()
    expect(page.locator("#bulk-count")).to_contain_text("2")
    page.locator("#bulk").get_by_role("button", name="Done").click()
    for letter in letters:
        expect(row(page, letter.subject)).to_have_count(0)
    page.goto("/acme/inbox/done/")
    for letter in letters:
        expect(row(page, letter.subject)).to_have_count(1)


def test_it_links_several_at_once_and_takes_it_back(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letters = [demo.deliver(f"Parcel {n}", "To be linked.") for n in (1, 2)]
    for letter in letters:
        expect(row(page, letter.subject)).to_be_visible()
        row(page, letter.subject).hover()
        row(page, letter.subject).locator(".thread-check").click()
    page.keyboard.press("Shift+L")
    menu = page.locator("#link-menu")
    menu.get_by_role("searchbox").fill("a")
    first = menu.get_by_role("menuitem").first
    expect(first).to_be_visible()
    name = first.get_attribute("data-name")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text(f"2 conversations linked to {name}")
    page.goto("/acme/inbox/inbox/?linked=yes")
    for letter in letters:
        expect(row(page, letter.subject)).to_have_count(1)
    page.goto(f"/acme/inbox/search/?q={letters[0].subject}")
    row(page, letters[0].subject).hover()
    row(page, letters[0].subject).locator(".thread-check").click()
    page.locator("#bulk").get_by_role("button", name="Archive").click()
    expect(page.locator("#toasts")).to_contain_text("archived")
    page.keyboard.press("z")
    expect(row(page, letters[0].subject)).to_have_count(1)


def test_it_suppresses_an_address_and_takes_it_back(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/suppressed/")
    held = page.locator("#suppressed")
    page.get_by_label("Address or domain").fill("Rui@gone.test")
    page.get_by_label("Address or domain").press("Enter")
    expect(held).to_contain_text("rui@gone.test")
    held.get_by_role("button", name="Take off").click()
    expect(held).not_to_contain_text("rui@gone.test")
    page.keyboard.press("z")
    expect(held).to_contain_text("rui@gone.test")
    page.get_by_role("searchbox", name="Search the list").fill("nobody")
    expect(held).to_contain_text("Nothing like that")
