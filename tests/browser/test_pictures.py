"""The pictures of the README, made from the demo's own mail.

`FIO_PICTURES=1 pytest tests/browser/test_pictures.py` writes them anew into docs/images.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.visits import PHONE, WIDE, Visits, read

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
LARGEST = 300_000
SUBJECT = "Demo of the pick-by-light shelf"
PICTURES: dict[str, dict[str, Any]] = {
    "inbox": {"viewport": WIDE, "color_scheme": "light"},
    "inbox-dark": {"viewport": WIDE, "color_scheme": "dark"},
    "inbox-phone": {"viewport": PHONE, "color_scheme": "light", "device_scale_factor": 2},
}


@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_as_the_readme_shows(visits: Visits, tmp_path: Path, name: str) -> None:
    page = visits.of("alice", **PICTURES[name])
    reading = read(page, SUBJECT)
    expect(reading.locator(".msg").last).to_be_visible()
    if name != "inbox-phone":
        for number in (0, 3):
            reading.locator(".msg").nth(number).locator(".msg-toggle").click()
            expect(reading.locator(".msg-toggle[aria-expanded=true]")).to_have_count(
                2 if number == 0 else 3
            )
    create = page.locator("#facts").get_by_role("button", name="Create person")
    if name == "inbox" and create.count():
        create.click()
    page.mouse.move(700, 5)
    expect(page.locator("#toasts .toast")).to_have_count(0)
    page.wait_for_timeout(1000)
    fresh = tmp_path / "fresh.png"
    page.screenshot(path=fresh)
    kept = IMAGES / f"{name}.png"
    if os.environ.get("FIO_PICTURES"):
        subprocess.run(
            ["convert", fresh, "-strip", "+dither", "-colors", "256", f"PNG8:{kept}"], check=True
        )
    assert kept.stat().st_size < LARGEST
