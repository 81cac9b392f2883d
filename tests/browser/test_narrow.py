"""What has little room is read all the same: on a phone, and between a list and its context."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import PHONE, Visits, read

MANY = 12


def _inside(page: Page, part: Locator) -> bool:
    """Whether all of it lies in the window, and nothing of it is cut off."""
    box, width = part.bounding_box(), page.evaluate("innerWidth")
    whole = part.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    return bool(whole and box and box["x"] >= 0 and box["x"] + box["width"] <= width)


def test_the_outbox_says_from_where_to_how_many(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/")
    to = page.locator("fio-recipients[data-line=to] input:not([type=hidden])")
    for number in range(MANY):
        to.fill(f"maria.pereira{number}@long-company-name{number}.test")
        to.press("Enter")
    subject = "The yearly change of all prices and what becomes of freight"
    page.locator("[name=subject]").fill(subject)
    page.locator(".editor [contenteditable]").click()
    page.keyboard.type("From January on.")
    page.keyboard.press("Alt+Enter")
    page.locator(".menu:popover-open [data-command=send-later][data-at]").first.click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    page.goto("/acme/inbox/outbox/")
    page.set_viewport_size(PHONE)
    waiting = page.locator(".outgoing").filter(has_text=subject)
    who = waiting.locator(".outgoing-who")
    expect(who).to_contain_text("maria.pereira2@long-company-name2.test and 9 more, from alice@")
    expect(waiting).to_contain_text("From January on.")
    assert _inside(page, who)
    when = waiting.get_by_text("goes ")
    line = float(when.evaluate("(e) => parseFloat(getComputedStyle(e).lineHeight)"))
    box = when.bounding_box()
    assert _inside(page, when) and box and box["height"] < 2 * line
    page.set_viewport_size({"width": 1440, "height": 900})
    waiting.get_by_role("button", name="Throw away").click()
    expect(waiting).to_have_count(0)


def test_the_bar_of_a_conversation_keeps_one_line(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", viewport={"width": 1300, "height": 800})
    letter = demo.deliver("Little room", "Does all of it fit?")
    read(page, letter.subject)
    place = page.locator("#position")
    expect(place).to_be_visible()
    for width in (1282, 1300, 1366, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        box = place.bounding_box()
        assert box and box["height"] < 30
        bar = page.locator(".pane-thread > .bar")
        assert bar.evaluate("(e) => e.scrollWidth <= e.clientWidth"), width


def test_what_opens_in_the_context_is_not_squeezed(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", viewport={"width": 1440, "height": 480})
    letter = demo.deliver("A long context", "Whom shall we block?")
    read(page, letter.subject)
    page.locator("[popovertarget=conversation-menu]").click()
    page.locator("#conversation-menu [data-command=block]").click()
    expect(page.get_by_role("button", name=letter.sender)).to_be_visible()
    form = page.locator("#facts .work-form")
    page.get_by_role("button", name=letter.sender).click()
    expect(form.get_by_role("button", name=f"Block {letter.sender}")).to_be_visible()
    assert form.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    assert form.evaluate("(e) => e.scrollHeight <= e.clientHeight")
    for button in form.get_by_role("button").all():
        assert _inside(page, button)


def test_an_answer_keeps_its_tools_on_two_rows_of_a_phone(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice", viewport=PHONE)
    letter = demo.deliver("Answered by thumb", "Do all buttons fit?")
    read(page, letter.subject)
    page.locator("#dock [data-does=reply]").click()
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.type("They do.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    rows = {
        round(box["y"] + box["height"] / 2)
        for button in page.locator("#dock .dock-tools button:visible").all()
        if (box := button.bounding_box())
    }
    assert len(rows) == 2, rows


def test_known_addresses_are_read_whole_on_a_phone(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/", viewport=PHONE, has_touch=True)
    expect(page.locator("[data-line=to] input:focus")).to_have_count(1)
    page.keyboard.type("helena")
    option = page.get_by_role("option").filter(has_text="Helena Ribeiro")
    expect(option).to_be_visible()
    for part in option.locator(".ell").all():
        assert _inside(page, part), part.inner_text()
