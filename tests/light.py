"""`make test-light`: leaves out what needs Dovecot, Cyrus, Exim or Chromium, and says so."""

import pytest

PEERS = {"dovecot_server", "cyrus_server", "prefixed_server", "exim_server"} | {
    "chromium",
    "browser",
    "page",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests that use a real server or a browser."""
    needy = [item for item in items if PEERS & set(getattr(item, "fixturenames", ()))]
    if needy:
        config.hook.pytest_deselected(items=needy)
        items[:] = [item for item in items if item not in needy]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line, after pytest's own."""
    print("This was the light run, without Dovecot, Cyrus, Exim, Chromium; `make test` has them.")
