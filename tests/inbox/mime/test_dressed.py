"""A mail says itself how it looked while it was written, and nothing of that is harmful."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from inbox.mime import clean, dressed, plain

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


# What could be taken for a tag, an attribute or an end where there is none
HOSTILE = (
    """<p title='<p style="color:red">'>One</p>""",
    """<p title='x" style="'>One</p><p title="&quot; style=&quot;color:red&quot;">Two</p>""",
    "<p title='a > b' style='color:red'>One</p>",
    """<p style="font-family:'a;b', serif; background:url(x)">One</p>""",
    "<p>1 &lt;p&gt; 2</p><p>&lt;/p&gt;</p>",
    "<P CLASS=x STYLE='COLOR:RED'>One<p>Two",
    "<p><!-- <p> -->One</p><!--><p>Two</p>-->",
    "<div class='x fio_signature y'><p>Alice</p></div>",
    """<div title='class="fio_signature"'><p>Alice</p></div>""",
    "<li><p>One</li></ul><p>Two</td></table>",
    "<table><p>One</p><tr><td><ul><li>Two</table>",
    "<svg><p>One</p></svg><math><mtext><p>Two</p></mtext></math>",
    "<p><table><tr><td>One</td></tr></table></p>",
    "<a><p>One<a><p>Two</a>",
    "<pre>\n\n<p>One</p></pre><p>\u00a0</p><p>\u2028\u0085</p>",
    "<font><b><p>One<i></b><p>Two</font></i>",
    "<p>" * 300 + "One",
    "<blockquote>" * 90 + "<p>One</p>",
    "<ul><li>" * 60 + "One",
)


@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_it_adds_styles_to_what_is_hostile_and_changes_nothing_else(html: str) -> None:
    cleaned = clean.outgoing(clean.clean_html(html))
    dress = dressed.dress(cleaned)
    assert dress != cleaned and clean.clean_html(dress) == dress
    assert plain.from_html(dress) == plain.from_html(cleaned)
    assert _bare(dress) == _bare(cleaned)


def _bare(html: str) -> list[tuple[str | None, dict[str, str | None]]]:
    """Its elements with all but their styles; the line of an empty paragraph is none of them."""
    page = LexborHTMLParser(html, is_fragment=True)
    found = page.css("*:not(p > br:only-child)")
    return [
        (each.tag, {k: v for k, v in each.attributes.items() if k != "style"}) for each in found
    ]


@pytest.mark.parametrize("html", ["", "<h1>x</h1>", "words", "</p></li>", "<div>x</div>", "<p"])
def test_it_leaves_everything_else_alone(html: str) -> None:
    assert dressed.dress(html) == html
