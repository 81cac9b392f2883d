"""Two who work in one team's mailbox, each at a browser, and what one sees of the other.

Each step is done by Alice and waited for on Bob's page; `waited` keeps the seconds from her last
key or click to the moment his page shows it.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo, Letter
from tests.browser.visits import read, row

RECORD = "Helena"
State = Literal["visible", "detached"]


@dataclass
class Desk:
    """Alice's page and Bob's, and the demo that delivers their mail."""

    demo: Demo
    alice: Page
    bob: Page
    waited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def letter(self, subject: str) -> Letter:
        """A new mail in the team's mailbox, on both pages."""
        letter = self.demo.deliver(subject, "Is the offer still good?", to="sales")
        for page in (self.alice, self.bob):
            expect(row(page, letter.subject)).to_be_visible()
        return letter

    def both_read(self, letter: Letter) -> None:
        """It is open on both pages, and nobody's keys go into a field."""
        for page in (self.alice, self.bob):
            read(page, letter.subject)
            page.locator("#subject").click()

    @contextmanager
    def timed(self, step: str, shown: Locator, state: State = "visible") -> Iterator[None]:
        """Does what is inside, and waits until Bob's page shows it."""
        began = time.monotonic()
        yield
        shown.wait_for(state=state)
        self.waited[step].append(time.monotonic() - began)


def assigned(desk: Desk, letter: Letter) -> None:
    """Alice gives it to Bob."""
    desk.both_read(letter)
    desk.alice.keyboard.press("Shift+A")
    mine = desk.bob.locator(".chip[data-command=assign]").filter(has_text="Bob Keller")
    choice = desk.alice.get_by_role("menuitemradio", name="Bob Keller")
    expect(choice).to_be_visible()
    with desk.timed("assign", mine):
        choice.click()


def commented(desk: Desk, letter: Letter) -> None:
    """Alice writes a comment."""
    desk.both_read(letter)
    desk.alice.keyboard.press("m")
    place = desk.alice.locator(".comment-dock [contenteditable]")
    expect(place).to_be_focused()
    words = f"Their budget ends with the year, {letter.subject}"
    desk.alice.keyboard.type(words)
    with desk.timed("comment", desk.bob.locator("#messages .comment").filter(has_text=words)):
        desk.alice.keyboard.press("Control+Enter")


def writing(desk: Desk, letter: Letter) -> None:
    """Alice begins an answer, and Bob is told before he writes a second one."""
    desk.both_read(letter)
    with desk.timed("collision", desk.bob.get_by_text("Alice Martins is writing an answer.")):
        desk.alice.keyboard.press("r")
    expect(desk.alice.locator("#dock .editor [contenteditable]")).to_be_focused()
    desk.alice.keyboard.press("Escape")
    expect(desk.alice.locator("#dock fio-composer")).to_have_count(0)


def snoozed(desk: Desk, letter: Letter) -> None:
    """Alice has it come back later; it leaves Bob's list as well."""
    read(desk.alice, letter.subject)
    desk.alice.locator("#subject").click()
    desk.alice.keyboard.press("h")
    choice = desk.alice.locator("[data-command=snooze-until][data-at]").first
    expect(choice).to_be_visible()
    with desk.timed("snooze", row(desk.bob, letter.subject), "detached"):
        choice.click()


def undone(desk: Desk, letter: Letter) -> None:
    """Alice calls it done, and takes that back."""
    read(desk.alice, letter.subject)
    desk.alice.locator("#subject").click()
    with desk.timed("done", row(desk.bob, letter.subject), "detached"):
        desk.alice.keyboard.press("e")
    expect(row(desk.alice, letter.subject)).to_have_count(0)
    with desk.timed("undo", row(desk.bob, letter.subject)):
        desk.alice.keyboard.press("z")


def scheduled(desk: Desk, letter: Letter) -> None:
    """Alice's answer shall leave later; Bob sees it wait in the conversation."""
    desk.both_read(letter)
    words = f"Monday it is, {letter.subject}"
    _answer(desk.alice, words)
    desk.alice.keyboard.press("Alt+Enter")
    choice = desk.alice.locator("[data-command=send-later][data-at]").first
    expect(choice).to_be_visible()
    with desk.timed("schedule", desk.bob.locator("#reading .outgoing").filter(has_text=words)):
        choice.click()


def joined(desk: Desk, letter: Letter) -> None:
    """Alice makes two conversations one, and two of it again."""
    other = desk.letter("The same again")
    desk.both_read(letter)
    page = desk.alice
    page.locator("[popovertarget=conversation-menu]").click()
    page.locator("#conversation-menu [data-command=merge]").click()
    page.locator("#merge-find").fill(other.subject)
    found = page.locator("#merge-found .menu-item").filter(has_text=other.subject)
    expect(found).to_have_count(1)
    later = desk.bob.locator("#messages .msg").nth(1)
    with desk.timed("merge", later):
        found.click()
    message = page.locator("#messages .msg").nth(1)
    expect(message).to_be_visible()
    message.locator("button.msg-side").click()
    with desk.timed("split", later, "detached"):
        page.get_by_role("menuitem", name="Split the conversation here").click()


def linked(desk: Desk, letter: Letter) -> None:
    """Alice links it to a record, and unlinks it."""
    desk.both_read(letter)
    desk.alice.keyboard.press("Shift+L")
    desk.alice.locator("#link-find").fill(RECORD)
    found = desk.alice.locator("#link-found .menu-item").first
    expect(found).to_be_visible()
    shown = desk.bob.locator("#facts").get_by_role("link", name=RECORD).first
    with desk.timed("link", shown):
        found.click()
    out = desk.alice.locator("#facts").get_by_role("button", name="Unlink").first
    expect(out).to_be_visible()
    with desk.timed("unlink", shown, "detached"):
        out.click()


def _answer(page: Page, words: str) -> None:
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.type(words)


STEPS: tuple[Callable[[Desk, Letter], None], ...] = (
    assigned,
    commented,
    writing,
    undone,
    scheduled,
    joined,
    linked,
    snoozed,
)
