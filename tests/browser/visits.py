"""People at their browsers."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    expect,
)

from crm.config.demo import accounts
from tests.browser.demo import Demo
from tests.browser.watch import Watch

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 380, "height": 800}

# Whether the page lets one leave: not while it waits to hear where something is taken back
LEAVING = "() => dispatchEvent(new Event('beforeunload', { cancelable: true }))"


@dataclass
class Visits:
    """The browsers of one story."""

    demo: Demo
    chromium: Browser
    signed_in: dict[str, Any]
    contexts: list[BrowserContext] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)

    def stranger(self, **options: Any) -> Page:
        """A page of nobody, still empty."""
        options.setdefault("viewport", WIDE)
        options.setdefault("reduced_motion", "reduce")
        context = self.chromium.new_context(base_url=self.demo.url, **options)
        context.set_default_timeout(45_000)
        watch = Watch({f"localhost:{self.demo.port}", f"127.0.0.1:{self.demo.port}"})
        watch.follow(context)
        self.contexts.append(context)
        self.watches.append(watch)
        return context.new_page()

    def of(self, who: str, path: str = "/acme/inbox/inbox/", **options: Any) -> Page:
        """A page of a member who has signed in, at an address."""
        if who not in self.signed_in:
            page = self.stranger()
            sign_in(page, who)
            self.signed_in[who] = page.context.storage_state()
            page.context.close()
        page = self.stranger(storage_state=self.signed_in[who], **options)
        page.goto(path)
        return page

    def expect(self, *statuses: int) -> None:
        """Answers that this story wants to see."""
        for watch in self.watches:
            watch.expect(*statuses)

    def end(self) -> None:
        """Closes all and fails if anything went wrong unseen."""
        for context in self.contexts:
            context.close()
        faults = [fault for watch in self.watches for fault in watch.faults]
        assert not faults, "\n".join(faults)


def sign_in(page: Page, who: str) -> None:
    """Through the page, as people do."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(accounts.by_key(who).address)
    page.locator("[name=password]").fill(accounts.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/**")


def row(page: Page, subject: str) -> Locator:
    """The row of a conversation in the list."""
    return page.locator("#threads .thread").filter(has_text=subject)


def read(page: Page, subject: str) -> Locator:
    """Opens a conversation from the list, when it is there, and returns the reading pane."""
    expect(row(page, subject)).to_be_visible()
    row(page, subject).locator(".thread-link").click()
    expect(page.locator("#subject")).to_have_text(subject)
    return page.locator("#reading")
