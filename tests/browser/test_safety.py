"""Mail that means harm, and mail that is none of one's business."""

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.visits import Visits, read, row

HOSTILE = """<html><head><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css">
<style>@import url(https://evil.example/b.css); body { background: url(https://evil.example/c) }
p { position: fixed; inset: 0 }</style></head>
<body onload="alert(1)" background="https://evil.example/d">
<script>alert(2)</script><script src="https://evil.example/e.js"></script>
<p style="background:url('https://evil.example/f')">The figures are below.</p>
<img src=x onerror="alert(3)"><img src="https://evil.example/pixel.gif" width="1" height="1">
<img srcset="https://evil.example/g 2x"><video poster="https://evil.example/h"></video>
<svg><script>alert(4)</script><image href="https://evil.example/i"/></svg>
<a href="javascript:alert(5)">Press me</a><form action="https://evil.example/"><input name="q">
<button>Send</button></form><iframe src="https://evil.example/j"></iframe>
<object data="https://evil.example/k"></object><math><mtext></p><img src onerror=alert(6)>
</body></html>"""


def test_hostile_mail_does_nothing(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    letter = demo.deliver("Figures <img src=x onerror=alert(7)>", "See below.", html=HOSTILE)
    read(page, letter.subject)
    frame = page.frame_locator("#reading iframe.msg-frame")
    expect(frame.get_by_text("The figures are below.")).to_be_visible()
    expect(frame.locator("script, iframe, object, form, base, link, [onerror]")).to_have_count(0)
    expect(frame.locator("[href^='javascript:']")).to_have_count(0)
    frame.get_by_text("Press me").click()
    assert page.url.startswith(demo.url)
    sandbox = page.locator("#reading iframe.msg-frame").get_attribute("sandbox") or ""
    assert "allow-scripts" not in sandbox


def test_images_from_outside_wait_until_asked(visits: Visits, demo: Demo) -> None:
    page = visits.of("alice")
    html = '<p>Our new hall</p><img src="http://photos.example/hall.png" alt="The hall">'
    letter = demo.deliver("A picture", "Our new hall", html=html)
    reading = read(page, letter.subject)
    expect(reading.get_by_text("1 image from outside is not loaded")).to_be_visible()
    wanted = []
    page.context.on("request", lambda request: wanted.append(request.url))
    reading.get_by_role("button", name="Show images").click()
    expect(reading.get_by_text("1 image from outside is not loaded")).to_have_count(0)
    assert not [url for url in wanted if "photos.example" in url.split("?")[0]]


def test_bob_sees_nothing_of_private_mail(visits: Visits, demo: Demo) -> None:
    alice, bob = visits.of("alice"), visits.of("bob")
    letter = demo.deliver("For Alice alone", "The word is heliotrope.")
    read(alice, letter.subject)
    address = alice.url
    bob.goto("/acme/inbox/all/")
    expect(row(bob, letter.subject)).to_have_count(0)
    bob.goto("/acme/inbox/search/?q=heliotrope")
    expect(bob.locator("#threads .thread")).to_have_count(0)
    visits.expect(404)
    answer = bob.goto(address)
    assert answer is not None and answer.status == 404
    expect(bob.get_by_text("heliotrope")).to_have_count(0)


def test_charlie_is_told_that_nothing_is_there(visits: Visits, demo: Demo) -> None:
    alice = visits.of("alice")
    letter = demo.deliver("Nothing for strangers", "Hands off.")
    read(alice, letter.subject)
    charlie = visits.of("charlie", "/globex/inbox/inbox/")
    expect(charlie.locator("#threads")).to_be_visible()
    visits.expect(404)
    for address in (alice.url, "/acme/", "/acme/people/", "/acme/settings/mailboxes/"):
        answer = charlie.goto(address)
        assert answer is not None and answer.status == 404
    expect(charlie.get_by_text("Nothing is here")).to_be_visible()
