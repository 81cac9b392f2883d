"""Documents in frames of a headless Chromium, and what they tried to do there."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, Dialog, Frame, Page, Request, Route, sync_playwright

from bench.corpus.checks import QUOTES
from tests.browser.conftest import ARGUMENTS
from tests.servers import process

TOGETHER = 40  # frames of one page
SETTLED = 150  # milliseconds for what starts after loading
PATIENCE = 180_000  # milliseconds for a page of them on a busy machine


@dataclass
class Seen:
    """Dialogs, navigations and requests to other hosts, each with the document that made it."""

    dialogs: list[str] = field(default_factory=list)
    navigations: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@dataclass
class Room:
    """A browser and a server whose page n frames the documents it is given.

    `policy` and `sandbox` are those of the frames; without them only the documents'
    own harmlessness is left.
    """

    browser: Browser
    port: int
    documents: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    policy: str = ""
    sandbox: str | None = None

    def show(self, names: Sequence[str], documents: Sequence[str]) -> Seen:
        """Load every document and note what it does."""
        self.names, self.documents = list(names), list(documents)
        seen = Seen()
        context = self.browser.new_context()
        context.set_default_timeout(PATIENCE)
        context.route("**/*", lambda route: self._guard(route, seen))
        page = context.new_page()
        self._watch(page, seen)
        for start in range(0, len(documents), TOGETHER):
            page.goto(f"http://127.0.0.1:{self.port}/page/{start}")
            page.wait_for_timeout(SETTLED)
        context.close()
        return seen

    def ask(self, script: str, batches: Sequence[Any]) -> list[Any]:
        """What a script answers to each argument, on an empty page."""
        context = self.browser.new_context()
        page = context.new_page()
        found = [page.evaluate(script, each) for each in batches]
        context.close()
        return found

    def _watch(self, page: Page, seen: Seen) -> None:
        def dialog(found: Dialog) -> None:
            seen.dialogs.append(f"{found.type} on {page.url}")
            found.dismiss()

        def request(found: Request) -> None:
            is_inside = self._is_ours(found.url) or found.url.startswith(("data:", "blob:"))
            if not is_inside and not self.policy:
                seen.requests.append(f"{self._name(found.frame)}{QUOTES}{found.url[:120]}")

        def navigated(frame: Frame) -> None:
            ours = self._is_ours(frame.url) or frame.url in ("about:blank", "about:srcdoc")
            # A frame within the document that the policy refused shows an error page instead
            ours = ours or (frame.url.startswith("chrome-error:") and _depth(frame) > 1)
            if not ours:
                seen.navigations.append(f"{self._name(frame)}{QUOTES}{frame.url[:120]}")

        page.on("dialog", dialog)
        page.on("request", request)
        page.on("framenavigated", navigated)
        page.on("popup", lambda opened: seen.navigations.append(f"a window: {opened.url[:120]}"))

    def _guard(self, route: Route, seen: Seen) -> None:
        """Let nothing out; with a policy, what gets as far as this has got through it."""
        if self._is_ours(route.request.url):
            route.continue_()
            return
        if self.policy:
            seen.requests.append(
                f"{self._name(route.request.frame)}{QUOTES}{route.request.url[:120]}"
            )
        route.abort()

    def _is_ours(self, url: str) -> bool:
        return url.startswith(f"http://127.0.0.1:{self.port}/")

    def _name(self, frame: Frame) -> str:
        while frame.parent_frame and frame.parent_frame.parent_frame:
            frame = frame.parent_frame
        place = frame.name.removeprefix("d")
        return self.names[int(place)] if place.isdigit() else frame.name

    def page(self, start: int) -> str:
        box = "" if self.sandbox is None else f' sandbox="{self.sandbox}"'
        places = range(start, min(start + TOGETHER, len(self.documents)))
        frames = (f'<iframe name="d{n}" src="/document/{n}"{box}></iframe>' for n in places)
        return f"<!doctype html><title>{start}</title>{''.join(frames)}"


def _depth(frame: Frame) -> int:
    return 1 + _depth(frame.parent_frame) if frame.parent_frame else 0


@contextmanager
def room() -> Iterator[Room]:
    """A browser with its server."""
    with sync_playwright() as playwright:
        path = process.program("chromium", "chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        found = Room(browser, server.server_address[1])
        server.RequestHandlerClass = _answering(found)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield found
        finally:
            browser.close()
            server.shutdown()


def _answering(room: Room) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _, kind, place, *_rest = (self.path + "//").split("/")
            known = kind in ("page", "document") and place.isdigit()
            made = room.page if kind == "page" else room.documents.__getitem__
            body = made(int(place)).encode(errors="replace") if known else b""
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if kind == "document" and room.policy:
                self.send_header("Content-Security-Policy", room.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    return Answer
