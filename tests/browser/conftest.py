"""Browsers, and the one demo that all stories of this folder are told on.

With FIO_TEST_DEMO=/data/folder they use a demo that runs already, which saves its start.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.demo import Demo, ours
from tests.browser.visits import Visits
from tests.servers import process
from tests.servers.certificates import Certificate
from tests.servers.fixtures import *  # noqa: F403

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=45_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser, and time when the machine has little."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.peers)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, without a window."""
    path = process.program("chromium", "chromium")
    # Its event loop must not outlive this folder: Django refuses to work beside one
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(certificate: Certificate) -> Iterator[Demo]:
    """Fio with its demo's mail, all of it imported."""
    with ours("fio-demo-", {"FIO_MAIL_CAFILE": str(certificate.authority)}) as demo:
        yield demo


@pytest.fixture(scope="session")
def signed_in() -> dict[str, object]:
    """The cookies of whoever has signed in, so that each does so once."""
    return {}


@pytest.fixture
def visits(demo: Demo, chromium: Browser, signed_in: dict[str, object]) -> Iterator[Visits]:
    """Opens pages as Alice, Bob or Charlie, and tolerates no fault in any of them."""
    own = Visits(demo, chromium, signed_in)
    yield own
    own.end()
