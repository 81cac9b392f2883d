"""Connecting a mailbox through the pages, and watching it come in."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.exim import Exim
from tests.servers.fixtures import mail

HERE = "/acme/settings/mailboxes/"


def _fill(page: Page, *, imap: Dovecot, smtp: Exim, password: str) -> None:
    page.locator("[name=password]").fill(password)
    page.locator("[name=imap_host]").fill("localhost")
    page.locator("[name=imap_port]").fill(str(imap.imaps))
    page.locator("[name=imap_security]").select_option("tls")
    page.locator("[name=smtp_host]").fill("localhost")
    page.locator("[name=smtp_port]").fill(str(smtp.port))
    page.locator("[name=smtp_security]").select_option("starttls")
    page.get_by_role("button", name="Try it").click()


@pytest.mark.timeout(600)
def test_it_connects_after_a_wrong_password(
    visits: Visits, demo: Demo, dovecot_server: Dovecot, exim_server: Exim
) -> None:
    address = "fair@acme.test"
    dovecot_server.put(address, [mail(n) for n in range(1, 41)])
    page = visits.of("alice", HERE)
    page.get_by_role("link", name="Connect a mailbox").last.click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Look up the settings").click()
    expect(page.get_by_text("Step 2 of 4")).to_be_visible()
    _fill(page, imap=dovecot_server, smtp=exim_server, password="wrong")
    failed = page.locator(".tests [data-state=failed]").first
    expect(failed).to_contain_text("The server refused the user name or the password.")
    expect(failed.locator(".remedy")).to_be_visible()

    page.get_by_role("link", name="Change the settings").click()
    _fill(page, imap=dovecot_server, smtp=exim_server, password=PASSWORD)
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Start importing").click()
    expect(page.get_by_role("heading", name=address)).to_be_visible()
    expect(page.get_by_text("40 + 0 + 0 + 0 = 40")).to_be_visible(timeout=120_000)
    page.get_by_role("link", name="40", exact=True).first.click()
    expect(page.get_by_text("Question 3", exact=False).first).to_be_visible()
    page.goto("/acme/inbox/inbox/")
    expect(page.locator("#side-mail").get_by_text(address)).to_be_visible()
