"""Check 8: newsletters and pictures in the mail itself, on the real page of a running Fio.

Every mail travels the whole way: delivered to the demo's mail server, imported, opened at the
width of a telephone and of a desk. PICTURES=/folder keeps a picture of each.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Page, sync_playwright

from bench.corpus import checks, piles
from crm.config.demo import accounts, maildrop
from crm.config.embedded import secrets
from inbox.mime import images, parse
from tests.browser import demo as demos
from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import Demo
from tests.browser.visits import Visits
from tests.servers import process

TEMPLATES = ("email-blueprints", "foundation-emails", "konsav-templates")
WIDTHS = {380: 800, 1280: 900}
PATIENCE = 240
PLAIN = "Rendering 0"
RUN = f"{os.getpid()}.render.test"
# Of the page around the mail: what a style of the mail would change if it got out
OUTSIDE = ("body", ".msg-head", ".msg-head b", "#reading", ".btn", ".msg-frame", "h1", "p", "a")
MEASURE = """outside => {
  const frame = document.querySelector("iframe.msg-frame");
  const inner = frame && frame.contentDocument, root = document.documentElement;
  const look = outside.map(name => {
    const found = document.querySelector(name), style = found && getComputedStyle(found);
    return found ? [style.fontFamily, style.fontSize, style.color, style.backgroundColor,
      style.display, style.position].join("|") : "";
  });
  const shown = inner ? [...inner.querySelectorAll("img[src]")] : [];
  return {
    isFramed: Boolean(inner && inner.body), look: look.join("\\n"),
    scrolls: root.scrollWidth > innerWidth + 1,
    scrollsInside: Boolean(inner) && inner.body.scrollWidth > inner.body.clientWidth + 1,
    height: frame ? frame.clientHeight : 0,
    cut: Boolean(inner) && inner.documentElement.scrollHeight > frame.clientHeight + 2,
    pictures: shown.length, broken: shown.filter(each => !each.naturalWidth).length,
  };
}"""
READABLE = """async pictures => {
  let unread = 0;
  for (const each of pictures)
    await createImageBitmap(new Blob([new Uint8Array(each)])).catch(() => unread++);
  return unread;
}"""
LOADED = """() => {
  const frame = document.querySelector("iframe.msg-frame");
  const inner = frame && frame.contentDocument;
  return !frame || (inner && inner.readyState === "complete"
    && [...inner.images].every(each => each.complete) && frame.clientHeight > 0);
}"""


@dataclass(frozen=True)
class Sample:
    """A mail to look at: where it is from, its bytes, the pictures it brings along."""

    name: str
    raw: bytes
    pictures: tuple[bytes, ...] = ()


def run(pile: Path, only: list[str] | None) -> list[checks.Check]:
    """Deliver all of it, and open each at both widths."""
    check = checks.Check(8, "Rendering")
    samples = [*_templates(pile), *_with_pictures(pile)]
    with demos.ours("fio-corpus-") as demo:
        _deliver(demo, Sample(PLAIN, b"Content-Type: text/html\n\n<p>Plain</p>"), 0)
        for number, sample in enumerate(samples, start=1):
            _deliver(demo, sample, number)
        places = _imported(demo, len(samples) + 1)
        _look(check, demo, samples, places)
    return [check]


def _templates(pile: Path) -> Iterator[Sample]:
    for collection in TEMPLATES:
        for path in sorted((pile / collection).rglob("*.html")):
            mail = EmailMessage()
            mail.set_content("A newsletter")
            mail.add_alternative(path.read_text(errors="replace"), subtype="html")
            yield Sample(f"{collection}/{path.name}", mail.as_bytes())


def _with_pictures(pile: Path) -> Iterator[Sample]:
    for box in piles.boxes(pile):
        for mail in piles.mails(pile, box):
            if b"content-id" in mail.raw.lower() and b"\n" in mail.raw:
                found = parse.parse(mail.raw)
                files = {file.cid: file.number for file in found.attachments}
                shown = images.cids(found.clean_html or "") & set(files)
                if shown and found.kind != "bounce":
                    pictures = tuple(parse.part_bytes(mail.raw, files[cid]) for cid in shown)
                    yield Sample(f"{box} {mail.uid}", mail.raw, pictures)


def _deliver(demo: Demo, sample: Sample, number: int) -> None:
    """Lay a mail into Alice's inbox under a subject to find it by; the first header counts."""
    head = (
        f"From: Carla Dias <carla@n{number}.{RUN}>\nTo: alice@acme.test\n"
        f"Subject: Rendering {number}\nMessage-ID: <{number}@{RUN}>\n"
    )
    raw = head.encode() + sample.raw.replace(b"\r\n", b"\n")
    alice = accounts.by_key("alice")
    maildrop.deliver(demo.data / "demo-mail", alice, raw, at=datetime.now(UTC))


def _imported(demo: Demo, count: int) -> dict[str, str]:
    """Where each conversation is found, by the subject of its mail."""
    sql = (
        "SELECT m.rfc_id, t.uid::text FROM inbox_message m JOIN inbox_thread t"
        " ON t.id = m.thread_id WHERE m.rfc_id LIKE %s"
    )
    keys = secrets.read(demo.data / "run" / "services.env")
    deadline = time.monotonic() + PATIENCE
    found: dict[str, str] = {}
    while len(found) < count and time.monotonic() < deadline:
        time.sleep(1)
        with psycopg.connect(keys["FIO_DATABASE_SYSTEM_URL"]) as connection:
            found = dict(connection.execute(sql, [f"%@{RUN}"]).fetchall())
    return {ident.partition("@")[0]: uid for ident, uid in found.items()}


def _look(check: checks.Check, demo: Demo, samples: list[Sample], places: dict[str, str]) -> None:
    missing = [s.name for n, s in enumerate(samples, start=1) if str(n) not in places]
    check.none(f"mails that were not imported, of {len(samples)}", missing)
    with sync_playwright() as playwright:
        path = process.program("chromium", "chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        visits = Visits(demo, chromium, {})
        for width, height in WIDTHS.items():
            page = visits.of("alice", viewport={"width": width, "height": height})
            plain = _open(page, places["0"])
            seen = {
                sample: _open(page, places[str(number)], f"{width}-{number:03d}")
                for number, sample in enumerate(samples, start=1)
                if str(number) in places
            }
            dim = {s.name: _unreadable(page, s) for s, told in seen.items() if told["broken"]}
            _judge(check, width, plain, seen, dim)
            page.context.close()
        chromium.close()


def _open(page: Page, uid: str, picture: str = "") -> dict[str, Any]:
    page.goto(f"/acme/inbox/t/{uid}/")
    page.wait_for_function(LOADED)
    page.wait_for_timeout(200)  # the frame is measured after it has loaded
    folder = os.environ.get("PICTURES")
    if folder and picture:
        page.screenshot(path=f"{folder}/{picture}.png")
    found: dict[str, Any] = page.evaluate(MEASURE, list(OUTSIDE))
    return found


def _unreadable(page: Page, sample: Sample) -> int:
    """How many pictures of a mail the browser cannot read by themselves, whoever shows them."""
    pictures = [list(picture) for picture in sample.pictures]
    return int(page.evaluate(READABLE, pictures))


def _judge(
    check: checks.Check,
    width: int,
    plain: dict[str, Any],
    seen: dict[Sample, dict[str, Any]],
    dim: dict[str, int],
) -> None:
    def those(holds: str) -> list[str]:
        return [sample.name for sample, found in seen.items() if found[holds]]

    check.none(f"{width} px: pages that scroll sideways, of {len(seen)}", those("scrolls"))
    leaks = [sample.name for sample, found in seen.items() if found["look"] != plain["look"]]
    check.none(f"{width} px: pages whose own look a mail changed", leaks)
    check.none(f"{width} px: mails cut off below", those("cut"))
    sideways = len(those("scrollsInside"))
    check.add(f"{width} px: mails wider than their frame, which scroll in it", "–", sideways, True)
    wanted = sum(len(sample.pictures) for sample in seen)
    own = [(s.name, found) for s, found in seen.items() if s.pictures]
    broken = [name for name, found in own if found["broken"] > dim.get(name, 0)]
    fewer = [s.name for s, found in seen.items() if found["pictures"] < len(s.pictures)]
    what = f"{width} px: mails whose own pictures are not shown, of {wanted} pictures"
    check.none(what, sorted({*broken, *fewer}))
    what = f"{width} px: pictures that are not whole, which no browser could show"
    check.add(what, "–", sum(dim.values()), True)
