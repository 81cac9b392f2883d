"""A mail says itself how it looked while it was written, and nothing of that is harmful."""

import pytest

from inbox.mime import clean, dressed

WRITTEN = {
    "<p>One</p><p></p><p>Two</p>": '<p style="margin:0 0 12px;"><br></p>',
    "<ul><li><p>One</p></li></ul>": '<li><p style="margin:0;">One</p></li>',
    "<ol><li><p>One</p><ul><li>x</li></ul></li></ol>": '<ul style="margin:0;padding-left:20px;">',
    '<table style="border-collapse:collapse;"><tbody><tr><td><p>x</p></td></tr></tbody></table>': (
        '<table style="margin:0 0 12px;border-collapse:collapse;">'
    ),
    "<blockquote><p>x</p></blockquote><p>y</p>": "border-left:2px solid #d5d9de;",
    '<p style="text-align:center;">x</p>': '<p style="margin:0 0 12px;text-align:center;">',
    '<div class="fio_signature"><p>Alice</p></div>': "border-top:1px solid #e3e6ea;",
    "<p>a<br>b</p><p>c</p>": '<p style="margin:0 0 12px;">c</p>',
}


@pytest.mark.parametrize(("html", "told"), WRITTEN.items())
def test_it_says_how_it_looked_and_passes_the_sanitiser_unchanged(html: str, told: str) -> None:
    dress = dressed.dress(clean.outgoing(clean.clean_html(html)))
    assert told in dress and clean.clean_html(dress) == dress


@pytest.mark.parametrize("html", ["", "<h1>x</h1>", "words", "</p></li>", "<div>x</div>", "<p"])
def test_it_leaves_everything_else_alone(html: str) -> None:
    assert dressed.dress(html) == html
