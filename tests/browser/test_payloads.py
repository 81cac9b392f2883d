"""Mail of every kind that means harm, opened in a browser, with everything in it pressed."""

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read, row

HARM = "alert('harm')"
AWAY = "https://evil.example/x"
EVENTS = "load error click mouseover focus toggle begin animationstart pointerenter".split()
SCHEMES = ("javascript:", " java\tscript:", "JaVaScRiPt:", "&#106;avascript:", "vbscript:",
           "data:text/html,<script>", "data:image/svg+xml,<svg onload=", "blob:", "//evil.example/",
           "\x01javascript:")  # fmt: skip
LEADING = """
a.href form.action button.formaction iframe.src object.data embed.src base.href link.href area.href
img.src img.srcset video.poster body.background table.background image.xlink:href use.href
animate.values meta.content script.src track.src source.srcset
""".split()
STYLES = """
background:url(X) background-image:url("X") list-style:url('X') content:url(X) cursor:url(X),auto
border-image:url(X) mask:url(X) filter:url(X#f) behavior:url(X) -moz-binding:url(X)
background:\\75rl(X) background:image-set("X"1x) --a:url(X);background:var(--a) @import'X'
""".split()
ELEMENTS = """
img body svg details input video audio iframe object embed marquee select textarea form button a
style link math table div p
""".split()
ODD = [
    f"<script>{HARM}</script>",
    f"<scr<script>ipt>{HARM}</script>",
    f"<svg><script>{HARM}</script></svg>",
    f"<svg><a><animate attributeName=href values=javascript:{HARM} /><text y=9>x</text></a></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--><img src onerror={HARM}>'>",
    f"<noscript><p title='</noscript><img src onerror={HARM}>'></noscript>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={HARM}>",
    f"<a id=x><a id=x name=y href='clob:{HARM}'>x</a>",
    f"<template><img src onerror={HARM}></template>",
    f"<xmp><p title='</xmp><img src onerror={HARM}>'></xmp>",
    f"<!--><img src onerror={HARM}>-->",
    f"<meta http-equiv=refresh content='0;url={AWAY}'>",
    f"<link rel=dns-prefetch href={AWAY}><link rel=preconnect href={AWAY}>",
    f"<style>@import '{AWAY}'; @font-face{{font-family:x;src:url({AWAY})}} p{{font:9px x}}</style>",
    f"<isindex type=image src={AWAY} onerror={HARM}>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<p style='position:fixed;inset:0;z-index:2147483647;background:red'>over all</p>",
]


def payloads() -> list[str]:
    """Every element with every event, every address with every scheme, and what fits no scheme."""
    found = [f"<{e} on{event}={HARM} src=x autofocus tabindex=1>x</{e}>"
             for e, event in product(ELEMENTS, EVENTS)]  # fmt: skip
    for place, scheme in product(LEADING, SCHEMES):
        element, _dot, attribute = place.partition(".")
        target = f"{scheme}{HARM}" if "evil" not in scheme else AWAY
        found.append(f'<{element} {attribute}="{target}">press</{element}>')
    found += [f"<p style='{style.replace('X', AWAY)}'>styled</p>" for style in STYLES]
    return found + ODD


def frames(page: Page) -> Any:
    return page.locator("#reading iframe.msg-frame")


def test_no_mail_does_anything_whatever_is_clicked(visits: Visits, demo: Demo) -> None:
    found = payloads()
    assert len(found) >= 300
    piles = [found[start::12] for start in range(12)]
    letters = [
        demo.deliver(f"Harm {place}", "See below.", html="<p>Begin</p>" + "<hr>".join(pile))
        for place, pile in zip("abcdefghijkl", piles, strict=True)
    ]  # fmt: skip
    page = visits.of("alice")
    for letter in letters:
        read(page, letter.subject)
        inside = page.frame_locator("#reading iframe.msg-frame")
        expect(inside.get_by_text("Begin")).to_be_visible()
        pressed = inside.locator("body :not(a[href], a[href] *, style):visible")
        for number in range(min(5, pressed.count())):
            pressed.nth(number * 3 % pressed.count()).click(force=True, timeout=5_000)
        body = page.locator("#reading iframe.msg-frame").get_attribute("src") or ""
        assert page.url.startswith(demo.url)
        page.goto(body)
        assert page.url.split("?")[0] == demo.url + body.split("?")[0]
        page.go_back()
    assert "allow-scripts" not in (frames(page).first.get_attribute("sandbox") or "")


def test_names_and_subjects_stay_words(visits: Visits, demo: Demo) -> None:
    sharp = f"\"><img src=x onerror={HARM}><script>{HARM}</script>'"
    letter = demo.deliver(
        f"Words {sharp}", f"{sharp} javascript:{HARM}", name=sharp.replace('"', ""),
        file=(f"{sharp.replace('/', '_')}.html", b"<script>alert(1)</script>"),
    )  # fmt: skip
    page = visits.of("alice")
    read(page, letter.subject)
    expect(page.locator("#subject")).to_contain_text("<img src=x onerror=")
    page.keyboard.press("r")
    expect(page.locator("#dock .editor [contenteditable]")).to_be_focused()
    page.keyboard.press("Escape")
    page.goto("/acme/inbox/all/")
    expect(row(page, letter.subject)).to_have_count(1)
    assert (
        page.locator("img[src=x], script:not([nonce]):not([type='application/json'])").count() == 0
    )


def test_no_mail_draws_outside_its_frame(visits: Visits, demo: Demo) -> None:
    style = "position:fixed;top:-400px;left:-900px;width:9999px;height:9999px;z-index:2147483647"
    plain = demo.deliver("Plain", "x", html="<p>Nothing special</p>")
    loud = demo.deliver(
        "Loud", "x",
        html=f"<p>Nothing special</p><div style='{style};background:#f00;margin:-999px'>x</div>"
        f"<style>html,body{{margin:-900px;background:#f00}} div{{{style}}}</style>",
    )  # fmt: skip
    page = visits.of("alice")
    for letter in (plain, loud):
        read(page, letter.subject)
        expect(
            page.frame_locator("#reading iframe.msg-frame").get_by_text("special")
        ).to_be_visible()
    frame = frames(page).first
    box = frame.bounding_box()
    assert box is not None
    ours = page.evaluate(
        """box => {
          for (let x = 5; x < innerWidth; x += 20)
            for (let y = 5; y < innerHeight; y += 20) {
              const inside = x >= box.x - 1 && x <= box.x + box.width + 1
                && y >= box.y - 1 && y <= box.y + box.height + 1;
              if (!inside && document.elementFromPoint(x, y)?.tagName === 'IFRAME') return false;
            }
          return true;
        }""",
        box,
    )
    assert ours
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "attempt",
    [
        "document.body.append(Object.assign(new Image(), {src: 'https://evil.example/a.png'}))",
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"alert(1)\">')",
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'data:,x'}))",
    ],
)
def test_a_violation_fails_whatever_test_it_happens_in(visits: Visits, attempt: str) -> None:
    page = visits.of("alice", "/acme/settings/profile/")
    watch = visits.watches[-1]
    page.evaluate(f"() => {{ {attempt} }}")
    page.wait_for_timeout(500)
    noticed = [fault for fault in watch.faults if fault.startswith("console:")]
    watch.faults.clear()
    assert noticed, "nobody noticed"
