"""What the editor makes is kept as it is: the server takes nothing of it for harmful."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.test_alike import signed
from tests.browser.visits import Visits

MARKS = ("bold", "italic", "underline", "strike")
BLOCKS = ("bulletList", "orderedList", "blockquote")


class Reader(HTMLParser):
    """Elements and words, whatever the order of attributes and however a style is spelled."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {(name, re.sub(r"\s+|;$", "", value or "")) for name, value in attrs}
        self.found.append((tag, told))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        self.found.append([data])


def _press(page: Page, name: str) -> None:
    page.locator(f"fio-composer [data-format={name}]").click()


def _kept(page: Page) -> str:
    """The text as the server has it, which the page of the draft begins with."""
    url = page.locator("fio-composer").get_attribute("data-save-url")
    assert url is not None
    draft = url.rstrip("/").rpartition("/")[2]
    answer = page.request.get(f"/acme/inbox/compose/?draft={draft}").text()
    found = re.search(r'<textarea[^>]*name="html"[^>]*>(.*?)</textarea>', answer, re.DOTALL)
    assert found is not None
    return unescape(found[1])


# The key comes in the same task as the caret, as it does from quick fingers on a busy machine
QUICK_ENTER = """(editor) => {
  getSelection().collapse(editor.querySelector("p").firstChild, "our offer".length);
  const pressed = { key: "Enter", bubbles: true, cancelable: true };
  editor.dispatchEvent(new KeyboardEvent("keydown", pressed));
}"""


def test_a_key_finds_the_caret_where_the_last_one_put_it(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/")
    writing = page.locator(".editor [contenteditable]")
    writing.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("our offer")
    page.keyboard.press("Shift+Home")
    page.wait_for_function("getSelection().toString() === 'our offer'")
    page.wait_for_timeout(50)
    writing.evaluate(QUICK_ENTER)
    page.keyboard.type("follows")
    expect(writing.locator("p").nth(0)).to_have_text("our offer")
    expect(writing.locator("p").nth(1)).to_have_text("follows")


def test_it_warns_of_nothing_that_is_mended_and_keeps_the_caret(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/")
    writing, guard = page.locator(".editor [contenteditable]"), page.locator(".guard")
    to = page.locator("fio-recipients[data-line=to] input:not([type=hidden])")
    expect(writing).to_be_visible()
    page.locator("fio-composer [data-command=format-bar]").click()
    expect(writing).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.type("The price list is attached.")
    page.keyboard.press("Control+Enter")
    lines = guard.locator("li")
    expect(lines).to_have_text(
        [re.compile("nobody|no recipient", re.I), re.compile("subject"), re.compile("file")]
    )
    to.fill("dana@brightmoor.test")
    to.press("Enter")
    expect(lines).to_have_count(2)
    page.get_by_label("Subject").fill("Prices")
    expect(lines).to_have_count(1)
    writing.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.type("Our ")
    expect(lines).to_have_count(1)
    for _letter in "The price list is attached.":
        page.keyboard.press("Delete")
    expect(guard).to_be_hidden()
    page.locator("fio-composer [data-command=discard]").click()


def test_it_asks_about_a_mail_without_a_word(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/")
    writing, guard = page.locator(".editor [contenteditable]"), page.locator(".guard")
    to = page.locator("fio-recipients[data-line=to] input:not([type=hidden])")
    to.fill("dana@brightmoor.test")
    to.press("Enter")
    page.get_by_label("Subject").fill("Prices")
    expect(writing).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(guard.locator("li")).to_have_text([re.compile("text is empty")])
    guard.get_by_role("button").click()
    expect(writing).to_be_focused()
    page.keyboard.type("Here they are.")
    expect(guard).to_be_hidden()
    page.locator("fio-composer [data-command=discard]").click()


PASTE = """(html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", "as plain words");
  const told = { clipboardData, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", told));
}"""
WATCHED = """<div>Our <a href="https://www.google.com/url?q=https://acme.test/a%3Fid%3D3&source=gmail">list</a>
<a href="https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.test%2Fb%3Futm_id%3D1&data=05">two</a>
<img src="https://track.test/1.png" style="display:none">
<img src="https://track.test/2.png" style="border:0; width: 1px; height:1px">
<img src="https://track.test/3.png" width="1"><b>bold</b></div>"""


def test_what_is_pasted_loses_who_follows_it(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/")
    writing = page.locator(".editor [role=textbox]")
    expect(writing).to_be_visible()
    writing.click()
    page.evaluate(PASTE, WATCHED)
    expect(writing.locator("strong")).to_have_text("bold")
    links = writing.locator("a")
    expect(links.nth(0)).to_have_attribute("href", "https://acme.test/a?id=3")
    expect(links.nth(1)).to_have_attribute("href", "https://acme.test/b")
    expect(writing.locator('img[src*="track.test"]')).to_have_count(0)
    page.locator("fio-composer [data-command=discard]").click()


def test_a_subject_takes_fields_and_enter_leads_into_the_text(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/templates/new/")
    page.get_by_label("Name", exact=True).fill("With a name")
    subject = page.locator("fio-subject")
    expect(page.locator(".wording-place [contenteditable]")).to_be_visible()
    subject.locator("input").click()
    page.keyboard.type("Hello {first na")
    expect(subject.get_by_role("option").first).to_contain_text("First name")
    page.keyboard.press("Enter")
    line = subject.get_by_role("textbox")
    expect(line.locator(".field-chip")).to_have_text("First name")
    expect(line).to_be_focused()
    page.keyboard.type(", and {you na")
    page.keyboard.press("Tab")
    expect(line.locator(".field-chip")).to_have_count(2)
    kept = "Hello {{ person.first_name }}, and {{ sender.name }}"
    expect(subject.locator("input")).to_have_value(kept)
    page.locator("[name=shortcut]").fill("wn")
    page.locator(".wording-place [contenteditable]").fill("see you soon")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Attach a file").click()
    chosen.value.set_files({"name": "terms.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    expect(page.locator("#template-form .upload[data-state=there]")).to_contain_text("terms.pdf")
    page.get_by_role("button", name="Save the template").click()
    page.get_by_role("link", name="With a name").first.wait_for()

    page.goto("/acme/inbox/compose/")
    with signed(page):
        page.reload()
        writing = page.locator(".editor [role=textbox]")
        expect(writing.locator(".fio_signature")).to_be_visible()
        writing.click()
        page.keyboard.press("Control+Home")
        page.keyboard.type("/With a na")
        page.get_by_role("option", name="With a name").first.wait_for()
        page.keyboard.press("Enter")
        expect(writing.locator("p").first).to_have_text("see you soon")
        expect(writing.locator(".fio_signature")).not_to_contain_text("see you soon")
    chips = page.locator("fio-subject .field-chip")
    expect(chips).to_have_text(["First name", "Alice Martins"])
    expect(chips.first).to_have_attribute("data-state", "empty")
    page.locator("fio-subject").get_by_role("textbox").click()
    page.keyboard.press("End")
    page.keyboard.type("!")
    page.keyboard.press("Enter")
    expect(writing).to_be_focused()
    expect(page.locator("fio-subject input")).to_have_value(f"{kept}!")
    brought = page.locator(".upload[data-state=there]")
    expect(brought).to_contain_text("terms.pdf")
    brought.get_by_role("button").click()
    expect(brought).to_have_count(0)
    writing.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.type(". As agreed, ;wn")
    page.keyboard.press("Tab")
    page.keyboard.type(".")
    expect(brought).to_contain_text("terms.pdf")
    said = "see you soon. As agreed, see you soon."
    expect(writing.locator("p").first).to_have_text(said)
    page.locator("fio-composer [data-command=discard]").click()


def test_it_keeps_whatever_the_editor_makes(visits: Visits) -> None:
    page = visits.of("alice", "/acme/inbox/compose/")
    page.get_by_label("Subject").fill("Everything an editor can do")
    writing = page.locator(".editor [contenteditable]")
    writing.click()
    page.keyboard.press("Control+Home")
    type_, press = page.keyboard.type, page.keyboard.press
    page.locator("fio-composer [data-command=format-bar]").click()
    for name in MARKS:
        _press(page, name)
        type_(name)
        _press(page, name)
        type_(" and ")
    press("Enter")
    for name in BLOCKS:
        _press(page, name)
        type_(f"In a {name} & <others>")
        press("Enter")
        press("Enter")
    type_("our offer")
    press("Shift+Home")
    press("Control+Shift+K")
    address = page.get_by_label("Address of the link")
    address.fill("no address")
    press("Enter")
    expect(page.locator("#link-menu")).to_contain_text("This is no address.")
    address.fill("brightmoor.test/offer?a=1&b=2")
    press("Enter")
    link = writing.locator("a[href]")
    expect(link).to_have_text("our offer")
    expect(link).to_have_attribute("href", "https://brightmoor.test/offer?a=1&b=2")
    expect(writing).to_be_focused()
    # Pressed within a link it shows where that leads
    _press(page, "link")
    expect(address).to_have_value("https://brightmoor.test/offer?a=1&b=2")
    press("Escape")
    expect(page.locator("#link-menu")).to_have_count(0)
    expect(writing).to_be_focused()
    press("End")
    press("Enter")
    _press(page, "table")
    for cell in ("Cold room", "4 weeks"):
        type_(cell)
        press("Tab")
    with page.expect_response(lambda told: "EUR 18,000" in (told.request.post_data or "")):
        type_("EUR 18,000")
    for tag in ("strong", "em", "u", "s", "ul", "ol", "blockquote", "a[href]", "table td"):
        expect(writing.locator(tag).first).to_be_visible()
    written = page.locator("textarea[name=html]").input_value()
    assert "<table" in written and "EUR 18,000" in written
    assert Reader(_kept(page)).found == Reader(written).found
