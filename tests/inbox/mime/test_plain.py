"""Lists as plain text: for programs that show no HTML, and for those who search and quote."""

import pytest

from inbox.mime import clean, plain

LISTS = {
    "<p>Hi</p><ul><li><p>One</p></li><li><p>Two</p></li></ul><p>Bye</p>": (
        "Hi\n\n- One\n- Two\n\nBye"
    ),
    "<ol><li><p>One</p></li><li><p>Two</p><p>more</p></li></ol>": "1. One\n2. Two\nmore",
    "<ul><li>One<ol><li>a<li>b</ol><li>Two</ul>": "- One\n  1. a\n  2. b\n- Two",
    "<ol><li>One<ul><li><p>a</p></ul><li>Two</ol><ol><li>x</ol>": "1. One\n  - a\n2. Two\n1. x",
    "<ul><li></li><li> <p>Two</p></ul>": "-\n- Two",
    "<ul><li><pre>a\nb</pre></ul>": "- a\nb",
    "<li>One<p>Two</ul></ol>": "- One\n\nTwo",
}


@pytest.mark.parametrize(("html", "text"), LISTS.items())
def test_it_keeps_the_words_of_an_item_beside_its_mark(html: str, text: str) -> None:
    assert plain.from_html(clean.clean_html(html)) == text
