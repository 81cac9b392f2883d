"""The product in Portuguese, wide and on a phone, with nothing cut off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import PHONE, WIDE, Visits

PAGES = (
    "/acme/inbox/inbox/",
    "/acme/inbox/compose/",
    "/acme/settings/mailboxes/",
    "/acme/settings/members/",
    "/acme/settings/profile/",
)


def _choose(page: Page, language: str) -> None:
    page.goto("/acme/settings/profile/")
    page.locator("[name=language]").select_option(language)
    page.locator("form:has([name=language]) button[type=submit]").click()
    expect(page.locator(f"html[lang={language.lower()}]")).to_be_attached()


@pytest.fixture
def brazilian(visits: Visits) -> Iterator[Visits]:
    """Bob reads Portuguese for the length of a story."""
    page = visits.of("bob")
    _choose(page, "pt-br")
    yield visits
    _choose(page, "en")


def test_a_stranger_chooses_the_language(visits: Visits) -> None:
    page = visits.stranger()
    page.goto("/accounts/login/")
    page.get_by_text("Português").click()
    expect(page.locator("html[lang=pt-br]")).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_have_text("Entrar")


@pytest.mark.parametrize(
    "size", [PHONE, {"width": 320, "height": 700}, {"width": 1024, "height": 700}]
)
def test_portuguese_holds_in_every_width(brazilian: Visits, size: dict[str, int]) -> None:
    page = brazilian.of("bob", viewport=size)
    expect(page.locator("#list-title")).to_have_text("Entrada")
    for address in PAGES:
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{address} is {wide} wide"


@pytest.mark.parametrize("size", [{"width": 352, "height": 700}, PHONE, WIDE])
def test_the_bar_of_checked_rows_is_one_line(brazilian: Visits, size: dict[str, int]) -> None:
    page = brazilian.of("bob", viewport=size)
    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    bar = page.locator("#bulk")
    expect(page.locator("#bulk-count")).to_have_text("2 selecionadas")
    around = bar.bounding_box()
    assert around and around["height"] <= 46
    for part in (page.locator("#bulk-count"), *bar.get_by_role("button").all()):
        box = part.bounding_box()
        assert box and box["width"] > 0 and box["x"] >= around["x"]
        assert box["x"] + box["width"] <= around["x"] + around["width"]
    count = page.locator("#bulk-count")
    assert count.evaluate("(e) => e.scrollWidth <= e.clientWidth")
