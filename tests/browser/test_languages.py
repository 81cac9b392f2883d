"""The product in Portuguese, wide and on a phone, with nothing cut off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import PHONE, Visits

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
