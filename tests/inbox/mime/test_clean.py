"""Hostile and ordinary HTML through the cleaner, and into the document of the frame."""

import re

import pytest

from inbox.mime import clean, images
from inbox.mime.folding import fold_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<svg><animate onbegin=alert(1) attributeName=href values=javascript:alert(1)></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=https://e.test><input name=p><button>go</button></form>",
    "<iframe srcdoc='<script>1</script>'></iframe><object data=x></object><embed src=x>",
    "<meta http-equiv=refresh content='0;url=https://e.test'><base href=https://e.test>",
    "<link rel=stylesheet href=https://e.test/x.css>",
    "<p style='background:url(https://e.test/t.gif)'>x</p>",
    "<p style='position:fixed;top:0;z-index:9'>x</p>",
    "<p style='color:var(--x);width:expression(alert(1))'>x</p>",
    "<p style='b\\61ckground:u\\72l(https://e.test)'>x</p>",
    "<style>@import 'https://e.test/x.css';p{background:image-set('https://e.test' 1x)}</style>",
    "<style>p{color:red}</style><style>p::before{content:'</style><img src=x onerror=1>'}</style>",
    "<table background=https://e.test/t.gif><td background=https://e.test/u.gif>x</table>",
    "<img srcset='https://e.test/a 2x' src='https://e.test/b'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<p><button><blockquote>nested</blockquote></button></p>",
    "<a><table><td><a>x</a></td></table></a>",
    "<pre>\n\nkept</pre>",
    "a&#13;b&#0;c",
]
ACTIVE = re.compile(
    r"<(?:script|svg|math|form|input|button|iframe|object|embed|meta|base|link)\b"
    r"|\son\w+=|javascript:|url\(|expression|@import|position|var\(|<[^>]*\ssrc=\"http",
    re.I,
)


@pytest.mark.parametrize("html", HOSTILE)
def test_it_leaves_nothing_active_and_settles(html: str) -> None:
    cleaned = clean.clean_html(html)
    assert not ACTIVE.search(cleaned)
    assert clean.clean_html(cleaned) == cleaned


def test_it_keeps_words_links_and_plain_styles() -> None:
    html = '<p style="color:#333; MARGIN: 0 4px">Hi <a href="https://x.test/?a=1&b=2">you</a></p>'
    cleaned = clean.clean_html(html)
    assert 'style="color:#333;margin:0 4px;"' in cleaned
    assert 'href="https://x.test/?a=1&amp;b=2" target="_blank" rel="noopener noref' in cleaned


def test_it_leaves_out_a_sheet_that_is_nested_deeper_than_anybody_writes() -> None:
    calm, deep = "p{color:rgb(1,2,3)}", "a{color:" + "(" * 200
    assert "color:rgb(1,2,3)" in clean.clean_html(f"<style>{calm}</style>Hello")
    assert clean.clean_html(f"<style>{calm}{deep}</style>Hello") == "Hello"


def test_it_keeps_style_sheets_and_width_queries_only() -> None:
    html = (
        "<style>.a>b{color:red;behavior:url(x)}@media (max-width:600px){.a{width:100%!important}}"
        "@media print{.a{color:blue}}@font-face{font-family:x;src:url(y)}</style><p class=a>x</p>"
    )
    cleaned = clean.clean_html(html)
    assert cleaned.startswith("<style>.a>b{color:red;}\n@media (max-width:600px){")
    assert "print" not in cleaned
    assert "font-face" not in cleaned


def test_it_prefixes_names_so_that_none_is_ours() -> None:
    cleaned = clean.clean_html('<a name="top"></a><p id="app">x</p><a href="#top">up</a>')
    assert 'name="m-top"' in cleaned
    assert 'id="m-app"' in cleaned
    assert 'href="#m-top"' in cleaned


def test_it_shows_only_the_words_of_what_nests_too_deep() -> None:
    cleaned = clean.clean_html("<div>" * 50_000 + "deep &amp; <b>words</b>")
    assert cleaned == "<p>deep &amp; words</p>"
    assert clean.clean_html("<optgroup>" * 50_000 + "<i>words</i>") == "<p>words</p>"
    assert clean.clean_html("<i>" + "&" * 200_001 + "</i>") == f"<p>{'&amp;' * 200_001}</p>"
    assert clean.clean_html("<!--" + "<div>" * 500 + "--><b>fine</b>") == "<b>fine</b>"


def test_it_keeps_images_inert_until_asked() -> None:
    stored = clean.clean_html(
        '<img src="https://t.test/p.gif?a=1&amp;b=2"><img src="cid:logo@x"><img src="cid:lost">'
        '<img src="https://t.test/dot.gif" width="1"><img src="data:image/png;base64,AAAA">'
        '<img src="data:image/svg+xml;base64,AAAA"><img src="//t.test/q.png">'
    )
    assert images.cids(stored) == {"logo@x", "lost"}
    assert images.has_remote(stored)
    closed = clean.document(
        stored, images=False, cid_urls={"logo@x": "/content/1?s=a&t=b"}, image_url=str
    )
    assert re.findall(r' src="([^"]*)"', closed) == [
        "/content/1?s=a&amp;t=b",
        "data:image/png;base64,AAAA",
    ]
    opened = clean.document(
        stored, images=True, cid_urls={}, image_url=lambda address: f"/i?{len(address)}&x"
    )
    assert re.findall(r' src="([^"]*)"', opened) == [
        "/i?28&amp;x",
        "data:image/png;base64,AAAA",
        "/i?20&amp;x",
    ]


def test_it_counts_a_dot_as_no_image() -> None:
    assert not images.has_remote(clean.clean_html('<img src="https://t.test/x" height=1>'))


def test_it_declares_itself_light_and_stands_alone() -> None:
    page = clean.document(
        "<style>p{color:red;}</style><p>x</p>", images=False, cid_urls={}, image_url=None
    )
    assert page.startswith("<!doctype html>")
    assert '<meta name="color-scheme" content="light">' in page
    assert page.index("p{color:red;}") < page.index("<body>")
    assert "<script" not in page


@pytest.mark.parametrize(
    ("html", "folded"),
    [
        ('<p>Yes</p><div class="gmail_quote"><p>old</p></div>', "old"),
        ('<p>Yes</p><blockquote type="cite">old</blockquote>', "old"),
        ('<p>Yes</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">old</div>', "old"),
        (
            '<div><p>Yes</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt">'
            "<p>From: A</p></div></div><p>old</p></div>",
            "old",
        ),
        ("<p>Yes</p><p>-----Mensagem original-----<br>De: A</p><p>old</p>", "old"),
    ],
)
def test_it_folds_the_quoted_mail_at_the_end(html: str, folded: str) -> None:
    marked = fold_html(clean.clean_html(html))
    start, end = marked.index("<details"), marked.index("</details>")
    assert folded in marked[start:end]
    assert "Yes" not in marked[start:end]
    assert marked.replace(marked[start : marked.index("</summary>") + 10], "").replace(
        "</details>", ""
    ) == clean.clean_html(html)


def test_it_says_how_many_lines_are_folded() -> None:
    html = (
        '<p>Yes</p><div class="gmail_quote"><p>On Friday Bob wrote:</p>'
        "<div>one <b>and</b><br>two</div><p>&nbsp;</p><ul><li>three</li></ul></div>"
    )
    assert "<summary>4 lines</summary>" in fold_html(
        clean.clean_html(html), label="{} lines".format
    )
    page = clean.text_document("Yes\n\n> one\n> two\n", quote_label="{} lines".format)
    assert "<summary>2 lines</summary>" in page


@pytest.mark.parametrize(
    "html",
    [
        '<p>one</p><blockquote type="cite">two</blockquote><p>answer below</p>',
        '<div class="gmail_quote">nothing else</div>',
        "<p>plain</p>",
    ],
)
def test_it_leaves_answers_between_the_lines_open(html: str) -> None:
    cleaned = clean.clean_html(html)
    assert fold_html(cleaned) == cleaned


@pytest.mark.parametrize("pump", ["-", "_", "- ", "--\n", "--original messag ", "&lt;br"])
def test_it_folds_a_mail_of_rules_in_one_go(pump: str) -> None:
    html = clean.clean_html(f"<p>Hello</p><p>{pump * (900_000 // len(pump))}</p>")
    assert fold_html(html) == html


def test_it_escapes_plain_text_before_it_links() -> None:
    page = clean.text_document(
        'See <b> https://x.test/a_(b)). or www.y.test, "http://z.test/<script>" me@x.test.\n\n'
        "On 1 Jan 2026, Bob <b@x.test> wrote:\n> old"
    )
    assert "&lt;b&gt;" in page
    assert 'href="https://x.test/a_(b)"' in page
    assert 'href="https://www.y.test"' in page
    assert 'href="mailto:me@x.test"' in page
    assert "&lt;script&gt;" in page
    assert page.index("<details") < page.index("&gt; old")


def test_it_shows_what_stands_below_a_comment_that_never_ends() -> None:
    cleaned = clean.clean_html("<p>One</p><!--#mark><p>Two</p><!----three><p>Four</p>")
    assert cleaned == "<p>One</p><p>Two</p><p>Four</p>"
    assert clean.clean_html(cleaned) == cleaned
    assert clean.clean_html("<!--<!--<script>alert(1)</script>") == "alert(1)"
