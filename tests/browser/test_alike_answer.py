"""An answer with the mail it quotes: laid out in the sent copy as it was written and as it came."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read

CAME = (
    "<p>Good morning, here is the list of shelves that we talked about on the phone.</p>"
    "<ul><li>Cold room</li><li>Hall 2<ul><li>Gate 4</li></ul></li></ul>"
    "<blockquote><p>As you wrote in May.</p></blockquote>"
    '<table border="1"><tr><td>Shelf</td><td>EUR 18,000</td></tr></table><p>Bye</p>'
)
NARROW = 420
BLOCKS = "p,ul,ol,li,blockquote,table,td,th"
# Where each block lies below the first one, how high and wide it is, and how its words look
LAYOUT = """(root, [blocks, only]) => {
  const found = [...root.querySelectorAll(blocks)].filter((each) => !only || !each.closest(only));
  const top = found[0].getBoundingClientRect();
  return found.map((each) => {
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    return [each.localName, Math.round(box.x - top.x), Math.round(box.y - top.y),
      Math.round(box.width), Math.round(box.height), style.fontSize, style.fontWeight,
      style.listStyleType, style.textAlign];
  });
}"""
WIDTH = "(e, width) => Object.assign(e.style, {inlineSize: `${width}px`, maxInlineSize: 'none'})"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_and_what_it_quotes_keep_their_looks(
    visits: Visits, demo: Demo, scheme: Any
) -> None:
    letter = demo.deliver("Answer me", "Good morning", html=CAME)
    page = visits.of("alice", color_scheme=scheme)
    first = read(page, letter.subject).locator("iframe.msg-frame")
    came = shown(visits, page, first, scheme)
    page.locator("#subject").click()
    page.keyboard.press("r")
    editor = page.locator("#dock .editor > [contenteditable]")
    expect(editor).to_be_focused()
    write(page, editor)
    page.locator(".editor").evaluate(WIDTH, NARROW)
    page.locator(".editor").evaluate("(e) => (e.style.padding = 0)")
    written = laid_out(editor)
    assert len(written) >= 10
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast")).to_contain_text("Sends in")
    assert demo.copied(f"Re: {letter.subject}") == 1

    mine = page.locator("#messages .msg").nth(1).locator("iframe.msg-frame")
    expect(mine).to_be_visible(timeout=90_000)
    sent = shown(visits, page, mine, scheme)
    assert laid_out(sent, but="details") == written
    sent.locator("summary").first.click()
    quote = sent.locator("details blockquote").first
    quote.evaluate("(e) => Object.assign(e.style, {margin: 0, padding: 0, border: 0})")
    quote.evaluate(WIDTH, NARROW)
    # What it quoted itself is folded away where it came, and within the quote no more
    came.evaluate("(e) => e.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert laid_out(quote) == laid_out(came)


def write(page: Page, editor: Locator) -> None:
    """Words, and a list of each kind."""
    page.locator("#dock [data-command=format-bar]").click()
    editor.click()
    page.keyboard.type("Good morning Owen, this is what we can do, and what each of it would cost.")
    for name in ("bulletList", "orderedList", "blockquote"):
        page.keyboard.press("Enter")
        page.locator(f"#dock [data-format={name}]").click()
        expect(editor).to_be_focused()
        page.keyboard.type(f"The first of a {name}")
        page.keyboard.press("Enter")
        page.keyboard.type("and the second")
        page.keyboard.press("Enter")


def shown(visits: Visits, page: Page, frame: Locator, scheme: Any) -> Locator:
    """What a mail's frame shows, outside of its sandbox, which lets nobody look inside."""
    answer = page.request.get(frame.get_attribute("src") or "")
    alone = visits.stranger(color_scheme=scheme)
    alone.set_content(answer.text())
    body = alone.locator("body")
    body.evaluate(WIDTH, NARROW)
    return body


def laid_out(root: Locator, but: str = "") -> list[list[Any]]:
    """The blocks in it, except those within `but`."""
    expect(root).to_be_visible()
    found: list[list[Any]] = root.evaluate(LAYOUT, [BLOCKS, but])
    return found
