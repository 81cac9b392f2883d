"""What previews and opens on pages of the inbox, through axe: light, dark and on a phone."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo, Letter
from tests.browser.readable import faults
from tests.browser.visits import Visits, read

EDITOR = "#dock .editor [contenteditable]"


def test_axe_finds_nothing_in_a_preview_of_a_block(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", color_scheme="light")
    letter = demo.deliver("Too many of these", "Buy now.")
    read(page, letter.subject)
    page.goto("/acme/inbox/blocked/")
    page.get_by_label("Address or domain").fill(letter.sender)
    page.get_by_role("button", name="Show what it hides").click()
    expect(page.locator("#block-preview")).to_contain_text("hides 1 conversation")
    found = faults(page)
    page.locator("#block-preview button").first.click()
    expect(page.locator("#blocked")).to_contain_text(letter.sender)
    found += faults(page)
    expect(page.locator("#toasts .toast")).to_be_visible()
    line = page.locator("#blocked li").filter(has_text=letter.sender)
    line.get_by_role("button", name="Unblock").click()
    expect(line).to_have_count(0)
    assert not found, "\n\n".join(found)


def test_axe_finds_nothing_in_templates_shown_and_picked(
    visits: Visits, demo: Demo, tmp_path: Path
) -> None:
    page = visits.of("alice", color_scheme="light")
    letter = demo.deliver("Say it as ever", "What does it cost?")
    read(page, letter.subject)
    page.goto("/acme/inbox/templates/new/")
    name = letter.subject.replace("Say it as ever", "As ever")
    page.locator("[name=name]").fill(name)
    page.locator("[name=folder]").fill("Prices")
    page.locator("#template-form .editor [contenteditable]").click()
    page.keyboard.type("Hello ")
    page.locator("#template-form select").first.select_option("person.first_name")
    page.keyboard.type(", of ")
    page.locator("#template-form select").first.select_option("deal.name")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Attach a file").click()
    offer = tmp_path / "offer.pdf"
    offer.write_bytes(b"%PDF-1.4")
    chosen.value.set_files(offer)
    expect(page.locator("#template-form .upload[data-state=there]")).to_contain_text("offer.pdf")
    page.locator("#preview-to").fill(letter.sender)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#template-preview")).to_contain_text("of [Deal: Title]")
    found = faults(page)
    page.get_by_role("button", name="Save the template").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()
    _begin(page, letter)
    page.locator("#dock [data-command=templates]").click()
    choice = page.locator(".menu:popover-open .menu-item").filter(has_text=name)
    expect(choice).to_be_visible()
    found += faults(page)
    choice.click()
    expect(page.locator("#dock .upload")).to_contain_text("offer.pdf")
    page.locator("#dock [data-command=discard]").click()
    assert not found, "\n\n".join(found)


def test_axe_finds_nothing_in_the_effect_of_a_new_default(visits: Visits) -> None:
    page = visits.of("alice", color_scheme="light")
    page.goto("/acme/settings/mailboxes/")
    row = page.locator("main a[href^='/acme/settings/mailboxes/'][aria-current]").first
    page.goto(f"{row.get_attribute('href')}options/")
    page.locator("select[name=visibility]").select_option("shared")
    expect(page.locator("#effect [name=old_too]")).to_be_visible()
    found = faults(page)
    assert not found, "\n\n".join(found)


def test_axe_finds_nothing_where_two_answer(visits: Visits, demo: Demo) -> None:
    """That the other reads, writes, and has answered; and what can be done with one message."""
    alice = visits.of("alice", color_scheme="light")
    bob = visits.of("bob", color_scheme="light")
    letter = demo.deliver("Who is first", "Is the offer still good?", to="sales")
    read(bob, letter.subject)
    read(alice, letter.subject)
    expect(alice.locator("#presence")).to_contain_text("is reading this too")
    found = faults(alice)
    alice.locator("#messages .msg-side").first.click()
    expect(alice.locator(".menu:popover-open")).to_contain_text("Raw source")
    found += faults(alice)
    alice.keyboard.press("Escape")
    _begin(bob, letter)
    expect(alice.locator("#presence")).to_contain_text("is writing an answer")
    found += faults(alice)
    _begin(alice, letter)
    alice.keyboard.type("Yes, it is.")
    expect(alice.locator("[data-saved]")).to_contain_text("Saved")
    bob.locator(EDITOR).click()
    bob.keyboard.type("Good until Friday.")
    bob.keyboard.press("Control+Enter")
    expect(bob.locator("#toasts .toast")).to_contain_text("Sends in")
    visits.expect(409)
    alice.locator(EDITOR).click()
    alice.keyboard.press("Control+Enter")
    held = alice.locator("#dock .guard")
    expect(held).to_contain_text("Bob Keller answered")
    found += faults(alice)
    held.get_by_role("button", name="Discard").click()
    assert not found, "\n\n".join(found)


def _begin(page: Page, letter: Letter) -> None:
    """An answer to it, opened from the list where it is not open yet."""
    if not page.locator("#subject").count():
        page.goto("/acme/inbox/inbox/")
        read(page, letter.subject)
    page.locator("#subject").click()
    page.keyboard.press("r")
    expect(page.locator(EDITOR)).to_be_focused()
