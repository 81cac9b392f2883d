"""Rows chosen with a finger, on a phone, and what is done to them."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.readable import faults
from tests.browser.visits import PHONE, Visits, row

# The least a finger or a shaking hand needs, in CSS pixels
TARGET = 24


@contextmanager
def pressed(page: Page, element: Locator) -> Iterator[None]:
    """A finger rests on it while the block runs."""
    box = element.bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    yield
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_it_chooses_rows_with_a_finger(visits: Visits, demo: Demo) -> None:
    letters = [demo.deliver(f"By finger {n}", "One of three.") for n in (1, 2, 3)]
    page = visits.of("alice", viewport=PHONE, has_touch=True, is_mobile=True)
    first, second, third = (row(page, letter.subject) for letter in letters)
    # The box is there without a pointer over it; a tap checks and opens nothing
    first.locator(".thread-check").tap()
    expect(first).to_have_attribute("data-checked", "")
    expect(page.locator("#bulk-count")).to_have_text("1 selected")
    page.locator("#bulk").get_by_role("button", name="Uncheck all").tap()
    expect(page.locator("#bulk")).to_be_hidden()
    # A finger that rests checks as well, and then taps do
    with pressed(page, second.locator(".thread-subject")):
        expect(second).to_have_attribute("data-checked", "")
    third.locator(".thread-subject").tap()
    expect(page.locator("#bulk-count")).to_have_text("2 selected")
    expect(page.locator("#reading[data-open]")).to_have_count(0)
    bar = page.locator("#bulk")
    for button in bar.get_by_role("button").all():
        box = button.bounding_box()
        assert box and min(box["width"], box["height"]) >= TARGET
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    bar.get_by_role("button", name="More actions").tap()
    page.get_by_role("menuitem", name="Mark as read").tap()
    for each in (second, third):
        expect(each).not_to_have_attribute("data-unread", "")
    expect(bar).to_be_hidden()
    # What rests no more is read by a tap
    third.locator(".thread-subject").tap()
    expect(page.locator("#subject")).to_have_text(letters[2].subject)


def test_it_chooses_rows_on_a_phone_with_keys(visits: Visits, demo: Demo) -> None:
    letter = demo.deliver("By key on a phone", "With a keyboard beside it.")
    page = visits.of("alice", viewport=PHONE)
    line = row(page, letter.subject)
    expect(line.get_by_role("checkbox")).to_have_attribute("aria-checked", "false")
    line.locator(".thread-link").focus()
    page.keyboard.press("x")
    expect(line.get_by_role("checkbox")).to_have_attribute("aria-checked", "true")
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    more = page.locator("#bulk").get_by_role("button", name="More actions")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Labels")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Move to the trash")).to_be_focused()
    page.keyboard.press("Enter")
    expect(line).to_have_count(0)
