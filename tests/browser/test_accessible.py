"""Every page, light and dark, through axe; and the main job with nothing but a keyboard."""

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.readable import faults
from tests.browser.visits import Visits, read

PAGES = (
    "/acme/inbox/inbox/",
    "/acme/inbox/trash/",
    "/acme/inbox/search/",
    "/acme/inbox/search/?q=proposta",
    "/acme/inbox/compose/",
    "/acme/inbox/drafts/",
    "/acme/inbox/outbox/",
    "/acme/inbox/snoozed/",
    "/acme/inbox/inbox/?linked=no&awaiting=mine",
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
BOX = ("", "test/", "repair/", "decisions/", "door/", "mode/")
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


def test_axe_finds_nothing(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", color_scheme="light")
    visits.expect(404)
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
    for address in (*PAGES, *_of_mailbox(page)):
        page.goto(address)
        _settle(page)
        found += faults(page)
    outside = visits.stranger(color_scheme="light")
    for address in OUTSIDE:
        outside.goto(address)
        found += faults(outside)
    _sign_up(outside, letter.sender)
    found += faults(outside)
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
