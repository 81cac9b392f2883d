"""What is written looks in the copy that was sent as it did in the editor."""

import base64
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read

SIGNATURE = "<p>Alice Martins</p><p>Sales, <strong>Acme</strong></p>"
# The frame leaves a pixel around what it shows
EDGE = 1
# How far a point may be from the other before it counts, and how many of a hundred may be
FUZZ, MOST = 90, 1.0
APART = """async ([one, other, wide, high, edge, fuzz]) => {
  const points = async (png, at) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const shown = new OffscreenCanvas(wide, high).getContext("2d");
    shown.drawImage(image, -at, -at);
    return shown.getImageData(0, 0, wide, high).data;
  };
  const [a, b] = [await points(one, 0), await points(other, edge)];
  const far = (at) => Math.max(...[0, 1, 2].map((part) => Math.abs(a[at + part] - b[at + part])));
  let apart = 0;
  for (let at = 0; at < a.length; at += 4) apart += far(at) > fuzz;
  return 100 * apart / (wide * high);
}"""
SIGN = """([url, html]) => fetch(url, {
  method: "POST",
  headers: {"X-CSRFToken": document.querySelector("meta[name=csrf-token]").content},
  body: new URLSearchParams({html}),
}).then((answer) => answer.status)"""


def test_the_sent_copy_looks_as_it_was_written(visits: Visits, demo: Demo, tmp_path: Path) -> None:
    words = "As it is written, so it looks."
    letter = demo.deliver("What stands here", words, html=f"<p>{words}</p>")
    subject = letter.subject.replace("What stands here", "It looks alike")
    page = visits.of("alice", color_scheme="light")
    frame = read(page, letter.subject).locator("iframe.msg-frame")
    expect(frame).to_be_visible()
    width = round((frame.bounding_box() or {"width": 0})["width"]) - 2 * EDGE
    page.goto("/acme/inbox/compose/")
    with signed(page):
        page.goto("/acme/inbox/compose/")
        page.get_by_role("combobox", name="To").fill(letter.sender)
        page.get_by_label("Subject").fill(subject)
        editor = page.locator(".editor > [contenteditable]")
        shelf = tmp_path / "shelf.png"
        page.screenshot(path=shelf, clip={"x": 0, "y": 0, "width": 160, "height": 60})
        write(page, editor, shelf)
        expect(editor.locator(".fio_signature")).to_contain_text("Alice Martins")
        page.get_by_label("Subject").focus()
        was = {"maxInlineSize": "none", "inlineSize": f"{width}px", "padding": "0"}
        page.locator(".editor").evaluate("(e, was) => Object.assign(e.style, was)", was)
        written = editor.screenshot(path=tmp_path / "written.png")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    assert demo.copied(subject) == 1 and demo.arrivals(letter.sender) == 1
    page.goto("/acme/inbox/sent/")
    reading = read(page, subject)
    frame = reading.locator("iframe.msg-frame")
    expect(frame.content_frame.locator("img")).to_be_visible()
    expect(frame.content_frame.locator("table td").first).to_be_visible()
    sent = frame.screenshot(path=tmp_path / "sent.png")
    # The space below the last line is no part of what the editor holds
    assert 0 <= high(sent) - 2 * EDGE - high(written) <= 16
    assert apart(visits.stranger(), written, sent, width) <= MOST


def write(page: Page, editor: Locator, image: Path) -> None:
    """Everything a mail can hold, above the signature."""
    page.locator("fio-composer [data-command=format-bar]").click()
    editor.click()
    expect(editor).to_be_focused()
    press, type_ = page.keyboard.press, page.keyboard.type
    press("Control+Home")
    type_("Good morning, here is what we talked about: a few shelves, and what each of them costs.")
    press("Enter")
    for name in ("bulletList", "orderedList", "blockquote"):
        page.locator(f"fio-composer [data-format={name}]").click()
        expect(editor).to_be_focused()
        type_(f"The first of a {name}")
        press("Enter")
        type_("and the second")
        press("Enter")
        press("Enter")
    type_("our offer")
    press("Shift+Home")
    press("Control+Shift+K")
    page.get_by_label("Address of the link").fill("https://brightmoor.test/offer")
    press("Enter")
    press("End")
    press("Enter")
    with page.expect_file_chooser() as chosen:
        page.locator("fio-composer [data-command=picture]").click()
    chosen.value.set_files(image)
    expect(editor.locator("img[src]")).to_be_visible()
    press("Enter")
    page.locator("fio-composer [data-format=table]").click()
    with page.expect_response(lambda told: "EUR 18,000" in (told.request.post_data or "")):
        for cell in ("Cold room", "4 weeks", "EUR 18,000"):
            type_(cell)
            press("Tab")


@contextmanager
def signed(page: Page) -> Iterator[None]:
    """Alice's mailbox has a signature meanwhile."""
    box = page.locator("fio-composer [name=mailbox]").input_value()
    url = f"/acme/inbox/mailboxes/{box}/signature/"
    assert page.evaluate(SIGN, [url, SIGNATURE]) == 200
    try:
        yield
    finally:
        page.evaluate(SIGN, [url, ""])


def high(png: bytes) -> int:
    """How many points a picture is high (PNG, 11.2.1)."""
    return int(struct.unpack(">I", png[20:24])[0])


def apart(page: Page, written: bytes, sent: bytes, wide: int) -> float:
    """How many of a hundred points differ by more than FUZZ, in what both show."""
    both = min(high(written), high(sent) - 2 * EDGE)
    pictures = [base64.b64encode(each).decode() for each in (written, sent)]
    return float(page.evaluate(APART, [*pictures, wide, both, EDGE, FUZZ]))
