"""From a mail laid into the mailbox to its row in an open browser, all processes at work."""

import multiprocessing
import os
import random
import statistics
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench import ground
from bench.table import Line
from tests.servers import process
from tests.servers.certificates import Certificate
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import mail
from tests.servers.stack import ALL, stack

MAILS, PATIENCE = 40, 60.0
LIMIT = 1.5
# Notes the moment each subject first stands on the page
LOOK = """
window.seen = {};
const look = () => {
  const text = document.body?.innerText ?? "";
  for (const [words] of text.matchAll(/Question \\d+/g))
    window.seen[words] ??= Date.now() / 1000;
};
new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
"""


def measure(server: Dovecot, certificate: Certificate) -> Line:
    """Seconds within which 95 of 100 new mails are seen, IDLE and live updates included."""
    with tempfile.TemporaryDirectory(prefix="fio-news-") as name:
        os.chmod(name, 0o755)
        office = ground.Office.open(ground.World.build(), ground.box(server, certificate))
        office.box.put(mail(10_000_000))
        env = {name: value for name, value in os.environ.items() if name.startswith("FIO_")}
        env |= {"FIO_MAIL_CAFILE": str(certificate.authority), "FIO_LOG_LEVEL": "WARNING"}
        with stack(Path(name), env, *ALL) as running:
            took = sorted(_watched(office, running.port))
    ground.wipe()
    late = statistics.quantiles(took, n=20)[-1]
    return Line(
        "new mail → row in an open browser: p95, s",
        f"{late:.2f}",
        f"limit {LIMIT:g}",
        late / LIMIT,
        1.0,
        is_limit=True,
    )


def _watched(office: ground.Office, port: int) -> list[float]:
    """Seconds each of the mails took, `PATIENCE` for one that never came."""
    cookies = [
        {"name": name, "value": morsel.value, "url": f"http://localhost:{port}"}
        for name, morsel in office.world.browser(office.world.alice).cookies.items()
    ]
    # Playwright runs a loop, beside which Django refuses to work
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_look, args=(there, f"http://localhost:{port}", cookies))
    child.start()
    here.recv()
    laid: dict[str, float] = {}
    luck = random.Random(3)
    for number in range(1, MAILS + 1):
        time.sleep(luck.uniform(0.3, 2.5))
        office.box.put(mail(number))
        # From when the server has it; signing in to lay it there is not ours
        laid[f"Question {number}"] = time.time()
    here.send(list(laid))
    seen: dict[str, float] = here.recv()
    child.join()
    return [seen.get(words, at + PATIENCE) - at for words, at in laid.items()]


def _look(parent: Connection, site: str, cookies: list[Any]) -> None:
    """Have the inbox open until all the subjects stand there, or patience ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=process.program("chromium", "chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies(cookies)
        page = context.new_page()
        page.add_init_script(LOOK)
        page.goto(f"{site}/acme/inbox/inbox/")
        page.wait_for_function("Object.keys(window.seen).length === 1", timeout=PATIENCE * 1e3)
        parent.send("ready")
        while not parent.poll():
            page.wait_for_timeout(200)
        until, wanted = time.monotonic() + PATIENCE, set(parent.recv())
        seen: dict[str, float] = {}
        while not wanted <= set(seen) and time.monotonic() < until:
            page.wait_for_timeout(200)
            seen = page.evaluate("window.seen")
        parent.send(seen)
        browser.close()
