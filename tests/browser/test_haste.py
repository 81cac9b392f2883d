"""Somebody types faster than the server answers, and nothing happens that he did not mean."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.demo import Demo
from tests.browser.test_records import edit, listed, person
from tests.browser.visits import LEAVING, Visits, read, row

WORDS = "The price is 4,800 a year."
EDITOR = "#dock .editor [contenteditable]"
ANSWERED = """() => {
  answered = new Promise((done) =>
    addEventListener("htmx:finally:request", () => done(true), { once: true }));
}"""
# What keys depend on, for when one has no effect
STATE = """() => ({
  focus: document.activeElement?.outerHTML.slice(0, 200),
  at: location.pathname, read: document.querySelector("#subject")?.textContent,
  busy: [...document.querySelectorAll("[aria-busy=true]")].map((each) => each.id || each.className),
  over: [...document.querySelectorAll("dialog[open], :popover-open")].map((each) => each.id),
  rows: [...document.querySelectorAll("#threads .thread")].slice(0, 4).map((each) =>
    [each.innerText.slice(0, 50), each.dataset.focus, each.getAttribute("aria-current")]),
})"""


class Slow:
    """A server that keeps the answers to some addresses back until it is let go."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.page, self.pattern = page, pattern
        self.held: list[Route] = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        self.held.append(route)

    def wait(self) -> None:
        """Until the page has asked."""
        for _step in range(2_000):
            if self.held:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"nobody asked for {self.pattern}: {self.page.evaluate(STATE)}")

    def let_go(self) -> None:
        for route in self.held:
            route.continue_()
        self.page.unroute(self.pattern)


# The page's own way to ask keeps back what fits, until it is let go
HOLD = """(pattern) => {
  const ask = window.fetch;
  window.held = [];
  window.fetch = (url, options) => window.held && new RegExp(pattern).test(url)
    ? new Promise((go) => window.held.push(() => go(ask(url, options))))
    : ask(url, options);
}"""
LET_GO = "() => { const held = window.held; window.held = null; held.forEach((go) => go()); }"


class SlowParts:
    """The same for the parts of a page alone, held back by the page itself."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.page, self.pattern = page, pattern
        page.evaluate(HOLD, pattern)

    def wait(self) -> None:
        """Until the page has asked."""
        for _step in range(2_000):
            if self.page.evaluate("window.held.length"):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"nobody asked for {self.pattern}: {self.page.evaluate(STATE)}")

    def let_go(self) -> None:
        self.page.evaluate(LET_GO)


def _reply(page: Page) -> None:
    page.keyboard.press("r")
    expect(page.locator(EDITOR)).to_be_focused()
    page.keyboard.type(WORDS)


def _is_back(page: Page) -> None:
    """The mail was stopped, and what was written stands there again and nothing more."""
    expect(page.locator("#toasts .toast")).to_contain_text("Stopped")
    expect(page.locator(EDITOR)).to_have_text(WORDS)
    expect(page.locator(EDITOR)).to_be_focused()
    expect(page.locator("fio-composer")).to_have_count(1)


def test_it_stops_what_is_still_on_its_way_to_the_server(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Price in haste", "What would fourteen depots cost a year?")
    read(page, letter.subject)
    _reply(page)
    slow = Slow(page, "**/send/")
    page.keyboard.press("Control+Enter")
    slow.wait()
    page.keyboard.press("z")
    page.keyboard.press("e")
    slow.let_go()
    _is_back(page)
    expect(row(page, letter.subject)).to_be_visible()
    assert demo.arrivals(letter.sender) == 0


def test_it_stops_what_was_sent_while_the_old_composer_is_there(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Price in a hurry", "What would fourteen depots cost a year?")
    read(page, letter.subject)
    _reply(page)
    slow = Slow(page, "**/dock/")
    page.keyboard.press("Control+Enter")
    slow.wait()
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    page.keyboard.press("z")
    page.keyboard.press("r")
    slow.let_go()
    _is_back(page)
    assert demo.arrivals(letter.sender) == 0


def test_it_takes_no_letters_for_commands_while_the_composer_comes(
    visits: Visits, demo: Demo
) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Typed too early", "Are you there?")
    read(page, letter.subject)
    slow = Slow(page, "**/composer/?*")
    page.keyboard.press("r")
    slow.wait()
    page.keyboard.type("ey#")
    slow.let_go()
    expect(page.locator(EDITOR)).to_be_focused()
    expect(page.locator("#toasts .toast")).to_have_count(0)
    expect(row(page, letter.subject)).to_be_visible()
    expect(page.locator("#subject")).to_have_text(letter.subject)


def test_it_writes_what_was_typed_while_the_editor_came(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Typed ahead", "Are you there?")
    read(page, letter.subject)
    page.locator("#subject").click()
    slow = Slow(page, "**/composer/?*")
    page.keyboard.press("r")
    slow.wait()
    page.keyboard.type("Hellp")
    page.keyboard.press("Backspace")
    page.keyboard.type("o Owen,")
    page.keyboard.press("Enter")
    page.keyboard.type("Yes")
    slow.let_go()
    expect(page.locator(EDITOR)).to_be_focused()
    page.keyboard.type(", I am.")
    expect(page.locator(f"{EDITOR} > p").nth(0)).to_have_text("Hello Owen,")
    expect(page.locator(f"{EDITOR} > p").nth(1)).to_have_text("Yes, I am.")
    expect(row(page, letter.subject)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("fio-composer")).to_have_count(0)
    # A comment as well; what is typed after it was asked for is nobody's command
    slow = Slow(page, "**/comments/")
    page.keyboard.press("m")
    slow.wait()
    page.keyboard.type("easy")
    slow.let_go()
    expect(page.locator("#dock.comment-dock [contenteditable]")).to_have_text("easy")
    expect(row(page, letter.subject)).to_be_visible()


def test_it_shows_no_draft_that_is_thrown_away(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Thrown away", "Will you answer?")
    read(page, letter.subject)
    _reply(page)
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    slow = Slow(page, "**/inbox/drafts/*/")
    page.locator("#dock [data-command=discard]").click()
    slow.wait()
    page.keyboard.press("r")
    slow.let_go()
    expect(page.locator("#toasts .toast")).to_contain_text("thrown away")
    expect(page.locator("fio-composer")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.locator(EDITOR)).to_be_focused()
    expect(page.locator(EDITOR)).to_have_text("")


def test_it_answers_the_conversation_that_is_being_opened(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    second = demo.deliver("Opened in haste", "How soon can you come?")
    first = demo.deliver("Read before", "Just to say thank you.")
    read(page, first.subject)
    expect(row(page, second.subject)).to_be_visible()
    slow = SlowParts(page, r"/acme/inbox/t/[^/]+/$")
    page.keyboard.press("j")
    slow.wait()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("e")
    slow.let_go()
    expect(page.locator(EDITOR)).to_be_focused()
    expect(page.locator("#subject")).to_have_text(second.subject)
    expect(row(page, second.subject)).to_be_visible()


def test_it_opens_a_conversation_while_the_list_is_asked_for_anew(
    visits: Visits, demo: Demo
) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Opened in between", "Another one comes right now.")
    expect(row(page, letter.subject)).to_be_visible()
    slow = Slow(page, "**/acme/inbox/inbox/?rows=*")
    other = demo.deliver("Comes meanwhile", "Here I am.")
    slow.wait()
    row(page, letter.subject).locator(".thread-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#subject")).to_have_text(letter.subject)
    expect(page.locator("#subject")).to_be_focused()
    slow.let_go()
    expect(row(page, other.subject)).to_be_visible()
    expect(page.locator("#subject")).to_be_focused()


def test_it_answers_while_the_page_catches_up(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Asked at once", "How soon can you come?")
    read(page, letter.subject)
    slow = Slow(page, "**/dock/")
    # As after a break of the line: every part of the page is asked for anew
    page.evaluate("dispatchEvent(new Event('online'))")
    slow.wait()
    page.keyboard.press("r")
    expect(page.locator(EDITOR)).to_be_focused()
    page.keyboard.type(WORDS)
    slow.let_go()
    expect(page.locator(EDITOR)).to_have_text(WORDS)
    expect(page.locator("fio-composer")).to_have_count(1)


def test_it_leaves_the_caret_to_who_is_quicker_than_the_editor(visits: Visits) -> None:
    page = visits.of("alice")
    slow = Slow(page, "**/*editor*.js")
    page.goto("/acme/inbox/compose/", wait_until="commit")
    slow.wait()
    subject = page.get_by_label("Subject")
    subject.focus()
    page.keyboard.type("Written ")
    slow.let_go()
    expect(page.locator(".editor [contenteditable]")).to_be_visible()
    page.keyboard.type("without a break")
    expect(subject).to_have_value("Written without a break")


def test_it_offers_what_was_typed_last(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letters = [demo.deliver("Known by mail", "Hello.") for _ in range(2)]
    for letter in letters:
        expect(row(page, letter.subject)).to_be_visible()
    page.goto("/acme/inbox/compose/")
    to = page.get_by_role("combobox", name="To").first
    slow = Slow(page, "**/*q=*")
    to.press_sequentially("ow")
    slow.wait()
    asked = len(slow.held)
    # Two more pauses in typing, each long enough to ask again
    for typed in ("en", letters[0].sender[4:]):
        to.press_sequentially(typed)
        page.wait_for_timeout(400)
    assert len(slow.held) == asked
    slow.let_go()
    offered = page.locator("#main [role=option]:visible")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text(letters[0].sender)


def test_it_finds_what_was_typed_last(visits: Visits) -> None:
    page = visits.of("alice", "/acme/people/")
    find = page.locator("form.find input[type=search]")
    slow = Slow(page, "**/people/?*q=*")
    for letters in ("no", "body", "there"):
        find.press_sequentially(letters)
        page.wait_for_timeout(500)
    slow.let_go()
    expect(page).to_have_url(re.compile(r"q=nobodythere"))
    expect(page.locator("#rows tbody tr")).to_have_count(0)


def test_it_takes_no_field_from_who_has_begun_to_type(visits: Visits) -> None:
    bob, alice = visits.of("bob", "/acme/people/"), visits.of("alice", "/acme/people/?view=all")
    name = person(bob, "Edited in haste")
    expect(listed(alice, name)).to_have_count(1)
    alice.get_by_role("link", name=name).click()
    expect(alice.locator("#fact-title button")).to_be_attached()
    slow = Slow(alice, "**/?part=facts")
    edit(bob, "title", "Director")
    bob.keyboard.press("Enter")
    slow.wait()
    edit(alice, "name", "Typed in haste")
    alice.evaluate(ANSWERED)
    slow.let_go()
    alice.evaluate("answered")
    expect(alice.locator("#fact-name [name=value]")).to_have_value("Typed in haste")
    alice.keyboard.press("Escape")
    expect(alice.locator("#fact-title .fact-value")).to_have_text("Director")


def test_it_leaves_no_mail_before_who_has_no_access_any_more(visits: Visits) -> None:
    page = visits.of("alice")
    expect(page.locator("#threads .thread").first).to_be_visible()
    page.context.clear_cookies()
    # As when the server ends the stream: the page comes back for it
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_it_loses_no_undo_to_a_page_that_is_left(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Taken back at once", "Still here?")
    read(page, letter.subject)
    slow = Slow(page, "**/triage/")
    page.keyboard.press("y")
    slow.wait()
    assert page.evaluate(LEAVING)
    page.keyboard.press("z")
    assert not page.evaluate(LEAVING)
    slow.let_go()
    page.wait_for_function(LEAVING)
    page.reload()
    expect(row(page, letter.subject)).to_be_visible()
