"""What a browser must never do while it shows Fio, noticed as it happens."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Response

# Chromium says this of every answer that is no success; answers are judged by their status
_LOADING = "Failed to load resource"


@dataclass
class Watch:
    """Collects faults: script errors, refusals by policy, foreign hosts, dialogs, failures."""

    hosts: set[str]
    allowed: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("page", self._page)

    def expect(self, *statuses: int) -> None:
        """These statuses are what the story is about."""
        self.allowed |= set(statuses)

    def _page(self, page: Page) -> None:
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_LOADING):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in self.hosts:
            self.faults.append(f"foreign: {request.url}")

    def _response(self, response: Response) -> None:
        refused = response.status >= 500 or response.status in (400, 401, 403, 404, 409, 429)
        if refused and response.status not in self.allowed:
            self.faults.append(f"{response.status}: {response.request.method} {response.url}")
