"""A pytest plugin: how stories are shared among workers.

One worker tells all that a browser shows, since its demo takes a minute to start; and what takes
long comes first, so that no worker waits for another at the end. Whatever takes a minute is named
at once: a run that is cut off tells why.
"""

import os
import sys

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"
MINUTE = 60
LONG = (
    # Its pictures show the demo before stories fill it
    "tests/browser/test_pictures",
    BROWSER,
    "tests/sync/test_rolling",
    "tests/sync/test_kill",
    "tests/api/test_schemathesis",
    "tests/test_",
    "tests/platform/",
    "tests/sync/",
    "tests/api/",
)


class Sharing(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """A file is told by one worker; so are all that need a browser."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((n for n, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    # Workers report as well; the one who shares out says it
    if report.duration > MINUTE and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.stderr.write(f"\n{report.duration:.0f} s: {report.when} of {report.nodeid}\n")
