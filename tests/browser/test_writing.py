"""What the editor makes is kept as it is: the server takes nothing of it for harmful."""

from playwright.sync_api import Page, expect

from tests.browser.visits import Visits

MARKS = ("bold", "italic", "underline", "strike")
BLOCKS = ("bulletList", "orderedList", "blockquote")


def _press(page: Page, name: str) -> None:
    page.locator(f"fio-composer [data-format={name}]").click()


def _kept(page: Page) -> str:
    """The text as the server has it, which the page of the draft begins with."""
    uid = page.locator("fio-composer").get_attribute("data-save-url")
    assert uid is not None
    script = """async (url) => {
      const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
      return page.querySelector("textarea[name=html]").value;
    }"""
    draft = uid.rstrip("/").rpartition("/")[2]
    return str(page.evaluate(script, f"/acme/inbox/compose/?draft={draft}"))


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
    for name in BLOCKS:
        press("Enter")
        _press(page, name)
        type_(f"In a {name} & <others>")
        _press(page, name)
    press("Enter")
    page.once("dialog", lambda dialog: dialog.accept("https://brightmoor.test/offer?a=1&b=2"))
    type_("our offer")
    press("Shift+Home")
    _press(page, "link")
    press("End")
    press("Enter")
    _press(page, "table")
    for cell in ("Cold room", "4 weeks", "EUR 18,000"):
        type_(cell)
        press("Tab")
    for tag in ("strong", "em", "u", "s", "ul", "ol", "blockquote", "a[href]", "table td"):
        expect(writing.locator(tag).first).to_be_visible()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    written = page.locator("textarea[name=html]").input_value()
    assert "<table" in written and "EUR 18,000" in written
    assert _kept(page) == written
