"""A deal from its first line to its project, with the mouse, with keys alone, and on a phone."""

import os
from itertools import count

from playwright.sync_api import Page, expect

from tests.browser.readable import faults
from tests.browser.visits import Visits

_number = count(1)
FOCUSED = """t => document.activeElement.matches(".deal-link")
  && document.activeElement.textContent.includes(t)"""
SETTINGS = ("pipelines/", "lost-reasons/", "currencies/", "boards/", "project-templates/new/")


def _title(words: str) -> str:
    """A title nobody has used."""
    return f"{words} {os.getpid()}-{next(_number)}"


def _card(page: Page, title: str) -> str:
    return f"#board .deal:has-text('{title}')"


def _column(page: Page, title: str) -> str:
    """The name of the column a card stands in."""
    column = page.locator(".column").filter(has_text=title)
    return column.locator("h2 .ell").inner_text()


def _make(page: Page, title: str) -> None:
    """A deal by mouse, in the first stage; ends on the board."""
    page.goto("/acme/deals/")
    page.get_by_role("link", name="Add a deal").first.click()
    page.locator("[name=name]").fill(title)
    page.locator("[name=value]").fill("48600")
    page.locator("[name=organization]").fill("Brightmoor Dairy")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_it_is_dragged_to_won_and_its_project_started(visits: Visits) -> None:
    title = _title("Vaccine stores")
    page = visits.of("alice", "/acme/deals/")
    _make(page, title)
    address = page.url
    page.goto("/acme/deals/")
    card = page.locator(_card(page, title))
    first = _column(page, title)
    for number in (1, 2):
        expect(page.locator("#side-live")).to_contain_text("Live")
        column = page.locator(".column").nth(number)
        stage = column.locator("h2 .ell").inner_text()
        card.drag_to(column.locator(".column-body"), target_position={"x": 60, "y": 40})
        expect(column.locator(".deal").filter(has_text=title)).to_be_visible()
        expect(page.locator("#toasts .toast")).to_contain_text(f"is in {stage}")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".column").nth(1).locator(".deal").filter(has_text=title)).to_be_visible()
    assert _column(page, title) != first
    # Won waits below the board while a card is lifted
    page.goto("/acme/deals/")
    expect(page.locator("#side-live")).to_contain_text("Live")
    card.hover()
    page.mouse.down()
    box = page.locator(".board").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=4)
    expect(page.locator("#drops")).to_be_visible()
    won = page.locator("#drops [data-drop=won]").bounding_box()
    assert won is not None
    page.mouse.move(won["x"] + 40, won["y"] + 12, steps=4)
    page.mouse.up()
    expect(page.locator("#toasts .toast")).to_contain_text(f"{title} is won")
    expect(card).to_have_count(0)
    page.goto(address)
    page.get_by_role("button", name="Start a project").click()
    expect(page.locator("#toasts .toast")).to_contain_text("is started")
    panel = page.locator("#projects-of-deal")
    expect(panel.get_by_role("link", name=title)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("link", name=title)).to_have_count(0)
    page.get_by_role("button", name="Start a project").click()
    panel.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator("#tasks")).to_be_visible()


def test_it_goes_the_same_way_by_keys_alone(visits: Visits) -> None:
    title = _title("Four shop fridges")
    page = visits.of("alice", "/acme/deals/")
    press = page.keyboard.press
    expect(page.locator("#side-mail .side-item").first).to_be_attached()
    press("d")
    expect(page.locator("[name=name]")).to_be_visible()
    while not page.evaluate("document.activeElement.matches('[name=name]')"):
        press("Tab")
    page.keyboard.type(title)
    press("Enter")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    address = page.url
    press("g")
    press("d")
    expect(page.locator(_card(page, title))).to_be_visible()
    while not page.evaluate(FOCUSED, title):
        press("j")
    press("m")
    expect(page.locator("#move-menu")).to_be_visible()
    press("ArrowDown")
    press("Enter")
    second = page.locator(".column").nth(1)
    expect(second.locator(".deal").filter(has_text=title)).to_be_visible()
    expect(page.locator("#toasts .toast")).to_contain_text("is in")
    press("z")
    expect(page.locator(".column").first.locator(".deal").filter(has_text=title)).to_be_visible()
    page.locator(f"{_card(page, title)} .deal-link").focus()
    press("m")
    expect(page.locator("#move-menu")).to_be_visible()
    press("2")
    expect(page.locator("#move-menu")).to_be_hidden()
    expect(second.locator(".deal").filter(has_text=title)).to_be_visible()
    page.locator(f"{_card(page, title)} .deal-link").focus()
    press("w")
    expect(page.locator("#toasts .toast")).to_contain_text("is won")
    page.goto(address)
    expect(page.get_by_role("button", name="Start a project")).to_be_visible()
    press("p")
    expect(page.locator("#toasts .toast")).to_contain_text("is started")
    link = page.locator("#projects-of-deal").get_by_role("link", name=title)
    expect(link).to_be_visible()
    press("z")
    expect(link).to_have_count(0)
    press("p")
    expect(link).to_be_visible()
    while not page.evaluate("document.activeElement.closest('#projects-of-deal .who') !== null"):
        press("Tab")
    press("Enter")
    expect(page.locator("#tasks")).to_be_visible()


def test_axe_finds_nothing_where_one_sells(visits: Visits) -> None:
    title = _title("Cold room")
    page = visits.of("alice", "/acme/deals/", color_scheme="light")
    _make(page, title)
    found = faults(page)
    page.keyboard.press("Shift+W")
    expect(page.locator("#lost-dialog")).to_be_visible()
    found += faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="Start a project")).to_be_visible()
    page.keyboard.press("p")
    page.locator("#projects-of-deal").get_by_role("link", name=title).click()
    page.locator("#add-task [name=name]").fill("Order the loggers")
    page.keyboard.press("Enter")
    expect(page.locator(".task-name")).to_have_text("Order the loggers")
    found += faults(page)
    page.goto("/acme/leads/new/")
    page.locator("[name=name]").fill(title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    found += faults(page)
    lists = ("deals/", "deals/list/", "deals/forecast/", "leads/", "projects/", "projects/list/")
    for address in (*lists, *(f"settings/{each}" for each in SETTINGS)):
        page.goto(f"/acme/{address}")
        page.wait_for_load_state("load")
        found += faults(page)
    page.goto("/acme/settings/pipelines/")
    page.get_by_role("link", name="Stages").first.click()
    expect(page.get_by_role("heading", name="Stages")).to_be_visible()
    found += faults(page)
    assert not found, "\n\n".join(found)
