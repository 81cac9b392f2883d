"""Every page, light and dark, through axe; and the main job with nothing but a keyboard."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.readable import faults
from tests.browser.visits import Visits, read

PAGES = (
    "/acme/inbox/inbox/",
    "/acme/inbox/trash/",
    "/acme/inbox/spam/",
    "/acme/inbox/done/",
    "/acme/inbox/archive/",
    "/acme/inbox/sent/",
    "/acme/inbox/all/",
    "/acme/inbox/search/",
    "/acme/inbox/search/?q=proposta",
    "/acme/inbox/compose/",
    "/acme/inbox/drafts/",
    "/acme/inbox/outbox/",
    "/acme/inbox/snoozed/",
    "/acme/inbox/inbox/?linked=no&awaiting=me",
    "/acme/inbox/mail-labels/",
    "/acme/inbox/templates/",
    "/acme/inbox/templates/new/",
    "/acme/inbox/blocked/",
    "/acme/inbox/suppressed/",
    "/acme/activities/",
    "/acme/activities/calendar/",
    "/acme/activities/calendar/?by=month",
    "/acme/activities/new/",
    "/acme/notices/",
    "/acme/settings/activity-types/",
    "/acme/settings/samples/",
    "/acme/people/",
    "/acme/people/new/",
    "/acme/people/duplicates/",
    "/acme/trash/",
    "/acme/settings/fields/",
    "/acme/settings/audit/records/",
    "/acme/settings/profile/",
    "/acme/settings/workspace/",
    "/acme/settings/members/",
    "/acme/settings/teams/",
    "/acme/settings/tokens/",
    "/acme/settings/security/",
    "/acme/settings/audit/",
    "/acme/settings/departure/",
    "/acme/settings/mailboxes/",
    "/acme/settings/mailboxes/connect/",
    "/workspaces/new/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/acme/nothing-is-here/",
)
BOX = ("", "test/", "repair/", "decisions/", "door/", "mode/", "options/")
PARTS = 4
OUTSIDE = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")


def _of_mailbox(page: Page) -> list[str]:
    """The pages of the first mailbox."""
    page.goto("/acme/settings/mailboxes/")
    row = page.locator("main a[href^='/acme/settings/mailboxes/'][aria-current]").first
    return [f"{row.get_attribute('href')}{end}" for end in BOX]


def _sign_up(page: Page, address: str) -> None:
    """A newcomer, who sees how to begin."""
    page.goto("/accounts/signup/")
    for name, text in (("name", "Nina"), ("company", "Nina & Co"), ("email", address)):
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=password1]").fill("a long password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Welcome, Nina")).to_be_visible()


def _settle(page: Page) -> None:
    page.wait_for_load_state("load")
    if page.locator("#side").count():
        expect(page.locator("#side-mail .side-item").first).to_be_attached()


def test_axe_finds_nothing_in_a_conversation(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", color_scheme="light")
    letter = demo.deliver(
        "For all readers", "Can everybody read this?", file=("offer.pdf", b"%PDF-1.4")
    )
    read(page, letter.subject)
    _settle(page)
    found = faults(page)
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    found += faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    found += faults(page)
    assert not found, "\n\n".join(found)


# Each look of each page takes its time: none of these stories is a long one
@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing(visits: Visits, part: int) -> None:
    page = visits.of("alice", color_scheme="light")
    visits.expect(404)
    found = []
    for address in [*PAGES, *_of_mailbox(page)][part::PARTS]:
        page.goto(address)
        _settle(page)
        found += faults(page)
    assert not found, "\n\n".join(found)


def test_axe_finds_nothing_before_one_is_in(visits: Visits) -> None:
    page = visits.stranger(color_scheme="light")
    found = []
    for address in OUTSIDE:
        page.goto(address)
        found += faults(page)
    _sign_up(page, f"nina{os.getpid()}@nina.test")
    found += faults(page)
    assert not found, "\n\n".join(found)


def _say(page: Page, words: str) -> None:
    """Through the palette, by the words of a command."""
    page.keyboard.press("Control+k")
    page.keyboard.type(f">{words}")
    page.keyboard.press("Enter")


# What is opened over a conversation by a key or by the words of a command, and what shows that
OPENED = (
    ("h", "#snooze-menu:popover-open"),
    ("l", "#label-menu:popover-open"),
    ("Shift+A", "#assign-menu:popover-open"),
    ("remind me", ".menu:popover-open [data-at]"),
    ("filter the list", "#filters-menu:popover-open a"),
    ("v", "#facts :focus"),
    ("Shift+L", "#link-find"),
    ("merge with", "#merge-find"),
    ("m", ".comment-dock [contenteditable]"),
    ("?", "#help[open]"),
)


def test_axe_finds_nothing_in_what_opens_over_a_conversation(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", color_scheme="light")
    letter = demo.deliver("Opened for all", "Is the file attached?", to="sales")
    found = []
    for said, shown in OPENED:
        page.goto("/acme/inbox/inbox/")
        read(page, letter.subject)
        page.locator("#subject").click()
        if " " in said:
            _say(page, said)
        else:
            page.keyboard.press(said)
        expect(page.locator(shown).first).to_be_visible()
        found += faults(page)
    page.goto("/acme/inbox/inbox/?linked=no")
    page.locator("[popovertarget=view-menu]").click()
    found += faults(page)
    page.goto("/acme/inbox/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    found += faults(page)
    assert not found, "\n\n".join(found)


def test_axe_finds_nothing_in_what_opens_while_one_writes(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", color_scheme="light")
    letter = demo.deliver("Written for all", "Where is the offer?")
    read(page, letter.subject)
    page.locator("#subject").click()
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.type("The file is attached.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dock .guard")).to_contain_text("The text says a file is attached")
    found = faults(page)
    page.locator("#dock .editor [contenteditable]").click()
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".menu:popover-open [data-command=send-later]").first).to_be_visible()
    found += faults(page)
    page.locator(".menu:popover-open [data-command=send-later]").nth(1).click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    page.goto("/acme/inbox/outbox/")
    waiting = page.locator(".outgoing").filter(has_text=letter.subject)
    expect(waiting).to_be_visible()
    found += faults(page)
    waiting.get_by_role("button", name="Throw away").click()
    assert not found, "\n\n".join(found)


# The buttons of a composer whose menus say more, and what each shows
MENUS = (
    ("Tracking", "When it is opened"),
    ("Remind me if nobody answers", "After"),
    ("Templates", "Save this as a template"),
    ("Insert a field", "First name"),
    ("Attach a file of a record", "file"),
)


def test_axe_finds_nothing_in_the_menus_of_a_composer(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/", color_scheme="light")
    expect(page.locator("[data-line=to] input:focus")).to_have_count(1)
    found = []
    for name, shown in MENUS:
        page.get_by_role("button", name=name, exact=True).click()
        menu = page.locator(".menu:popover-open")
        expect(menu).to_contain_text(shown)
        found += faults(page)
        if name == "Tracking":
            page.get_by_label("When it is opened").check()
            found += faults(page)
            page.get_by_label("When it is opened").uncheck()
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)
    assert not found, "\n\n".join(found)


def _is_focus_seen(page: Page) -> bool:
    """Whether something has the focus, lies in view and looks different for it."""
    return bool(
        page.evaluate(
            """() => {
              const at = document.activeElement;
              if (!at || at === document.body) return false;
              const box = at.getBoundingClientRect();
              const inView = box.bottom > 0 && box.right > 0 && box.top < innerHeight
                && box.left < innerWidth && box.width > 0;
              const near = [at, at.parentElement, at.parentElement?.parentElement];
              const marked = near.some((element) => {
                const style = element && getComputedStyle(element);
                return style && ((style.outlineStyle !== "none" && style.outlineWidth !== "0px")
                  || style.boxShadow !== "none" || style.borderColor !== "");
              });
              return inView && marked;
            }"""
        )
    )


def test_it_works_with_a_keyboard_alone(visits: Visits, demo: Demo) -> None:
    letter = demo.deliver("By keyboard", "No mouse today.")
    page = visits.of("alice")
    expect(page.locator("#threads .thread").first).to_contain_text(letter.subject)
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    for _step in range(40):
        assert _is_focus_seen(page), page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.thread-link')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#subject")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("#threads .thread-link").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#threads .thread-link").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#subject")).to_have_text(letter.subject)
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.type("Keys are enough.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    mine = page.locator("#reading .msg").filter(has_text="Keys are enough.")
    expect(mine).to_have_count(1, timeout=90_000)
    page.keyboard.press("e")
    expect(page.locator("#threads .thread").filter(has_text=letter.subject)).to_have_count(0)
    expect(page.locator("#threads .thread-link:focus")).to_have_count(1)
    assert _is_focus_seen(page)
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.locator("#threads .thread").filter(has_text=letter.subject)).to_have_count(1)
