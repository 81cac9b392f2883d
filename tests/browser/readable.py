"""What axe finds on a page, by day, by night and on a phone."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.visits import PHONE, WIDE

# At night only colours differ: the rest was asked by day
COLOURS = {"runOnly": ["color-contrast"]}
LOOKS: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
    ("light", WIDE, {}),
    ("dark", WIDE, COLOURS),
    ("dark", PHONE, {}),
)


def faults(page: Page) -> list[str]:
    """Each fault in each look, with where it is; the page is wide and light before and after."""
    found = [fault for look in LOOKS for fault in _seen(page, *look)]
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    return found


def _seen(page: Page, scheme: Any, size: Any, rules: dict[str, Any]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    asked = {"resultTypes": ["violations"], **rules}
    violations = Axe().run(page, options=asked).response["violations"]
    look = f"{page.url} ({scheme}, {size['width']} px)"
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    sideways = [f"{look} scrolls sideways"] if wide else []
    return sideways + [
        f"{look} {fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in violations
        for node in fault["nodes"]
    ]
