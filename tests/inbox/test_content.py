"""What outsiders wrote is shown, and can do nothing."""

import base64
import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from crm.timeline.models import File
from crm.workspaces import actions as members
from crm.workspaces.models import User
from inbox import links, remote
from inbox.models import Attachment
from tests import make
from tests.world import NOW, World

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HOSTILE = """
<script>parent.document.title='x'</script><img src=x onerror="alert(1)">
<svg><animate attributeName=href values=javascript:alert(1)></svg>
<form action=https://evil.test><input name=q></form><iframe src=https://evil.test></iframe>
<a href="javascript:alert(1)">a</a><style>@import url(https://evil.test/x.css);p{color:red}</style>
<p style="background:url(https://evil.test/p.png)">Words</p><meta http-equiv=refresh content="0">
<img src="https://pictures.test/logo.png" width="200"><img src="https://spy.test/1.gif" width="1">
"""


def content(url: str) -> Any:
    """What the content origin answers, to somebody who has no cookies."""
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == settings.CONTENT_URL
    browser = Client(headers={"host": parts.netloc})
    return browser.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)


@pytest.mark.parametrize("how", ["left", "blocked"])
def test_it_opens_nothing_for_whoever_may_not_come_in_any_more(world: World, how: str) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.bob))
        person = make.person()
    bob = world.browser(world.bob)
    raw = bob.get(f"/acme/inbox/m/{row.uid}/raw/?download").headers["Location"]
    data = {"file": SimpleUploadedFile("plan.txt", b"the plan")}
    bob.post(f"/acme/history/person/{person.uid}/files/", data)
    with world.opened():
        kept = File.objects.get().uid
    file = bob.get(f"/acme/files/{kept}/").headers["Location"]
    assert [content(url).status_code for url in (raw, file)] == [200, 200]
    if how == "left":
        members.deactivate(member=world.bob, by=world.alice, at=NOW)
    else:
        User.objects.using("system").filter(pk=world.bob.user_id).update(is_active=False)
    assert [content(url).status_code for url in (raw, file)] == [404, 404]


def test_it_serves_hostile_mail_as_a_document_that_can_do_nothing(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), html=HOSTILE)
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    frame = page.context["conversation"].messages[0]
    assert frame.blocked_images == 1
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "allow-scripts" not in page.text and "evil.test" not in page.text
    body = alice.get(frame.frame_url)
    policy = body.headers["Content-Security-Policy"]
    directives = [part.strip() for part in policy.split(";")]
    assert directives == [
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        f"img-src {settings.CONTENT_URL} data:",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    ]
    assert body.headers["Referrer-Policy"] == "no-referrer"
    assert body.headers["X-Content-Type-Options"] == "nosniff"
    assert body.headers["X-DNS-Prefetch-Control"] == "off"
    assert body.headers["Cache-Control"] == "private, no-store"
    for word in ("<script", "onerror", "javascript:", "<form", "<iframe", "evil.test", "<svg"):
        assert word not in body.text
    assert "Words" in body.text and ' src="https://' not in body.text


def test_it_loads_pictures_of_others_only_when_asked(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), html=HOSTILE)
    alice = world.browser(world.alice)
    asked = alice.get(f"/acme/inbox/m/{row.uid}/body/?images=1").text
    assert asked.count(f'src="{settings.CONTENT_URL}/content/') == 1
    assert ' src="https://' not in asked
    assert alice.post(f"/acme/inbox/m/{row.uid}/trust/").status_code == 204
    page = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    message = page.context["conversation"].messages[0]
    assert message.blocked_images == 0 and message.frame_url.endswith("?images=1")


def test_it_trusts_senders_for_one_member_only(world: World) -> None:
    with world.opened():
        box = make.team_mailbox(world.alice, world.bob)
        row = make.message(box, html=HOSTILE)
    world.browser(world.alice).post(f"/acme/inbox/m/{row.uid}/trust/")
    page = world.browser(world.bob).get(f"/acme/inbox/t/{row.thread.uid}/")
    assert page.context["conversation"].messages[0].blocked_images == 1


def test_it_gives_files_away_from_the_pages_and_never_lets_them_run(world: World) -> None:
    files = [
        ("prices.pdf", "application/pdf", b"%PDF-1.4"),
        ('x".html', "text/html", b"<script>alert(1)</script>"),
        ("Größe.svg", "image/svg+xml", b"<svg onload=alert(1)>"),
    ]
    with world.opened():
        row = make.message(make.mailbox(world.alice), files=files)
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/inbox/t/{row.thread.uid}/")
    served = []
    for file in page.context["conversation"].messages[0].attachments:
        answer = content(alice.get(file.url).headers["Location"])
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert "Set-Cookie" not in answer.headers
        served.append((answer.headers["Content-Type"], answer.content))
    assert served == [
        ("application/pdf", b"%PDF-1.4"),
        ("application/octet-stream", b"<script>alert(1)</script>"),
        ("application/octet-stream", b"<svg onload=alert(1)>"),
    ]


def test_it_shows_the_pictures_a_mail_brought(world: World) -> None:
    raw = (
        b"From: d@x.test\r\nTo: alice@acme.test\r\nSubject: Logo\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        b'<p>Logo</p><img src="cid:logo@x"><img src="cid:fake@x">\r\n--b\r\n'
        b"Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(PNG) + b"\r\n--b\r\n"
        b"Content-Type: image/png\r\nContent-ID: <fake@x>\r\nContent-Disposition: inline\r\n\r\n"
        b"<svg onload=alert(1)>\r\n--b--\r\n"
    )
    with world.opened():
        row = make.message(make.mailbox(world.alice), data=raw)
    text = world.browser(world.alice).get(f"/acme/inbox/m/{row.uid}/body/").text
    urls = [part.split('"')[0] for part in text.split('src="')[1:]]
    logo, fake = (content(url) for url in urls)
    assert (logo.headers["Content-Type"], logo.content) == ("image/png", PNG)
    assert logo.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert fake.status_code == 404


def test_it_gives_the_raw_mail(world: World) -> None:
    with world.opened():
        data = make.raw(subject="Raw")
        row = make.message(make.mailbox(world.alice), data=data)
    alice = world.browser(world.alice)
    looked = alice.get(f"/acme/inbox/m/{row.uid}/raw/")
    shown = f"{looked.context['head']}\n\n{looked.context['body']}"
    assert shown.encode() == data.replace(b"\r\n", b"\n")
    assert f"/acme/inbox/t/{row.thread.uid}/" in looked.text
    kept = content(alice.get(f"/acme/inbox/m/{row.uid}/raw/?download").headers["Location"])
    assert kept.headers["Content-Type"] == "message/rfc822"
    assert f"{row.uid}.eml" in kept.headers["Content-Disposition"]


def test_it_shows_a_hostile_mail_as_mere_text(world: World) -> None:
    with world.opened():
        data = b"Subject: <script>\x1b[2J\r\n\r\n</pre><img src=x>" + b"x" * 300_000
        row = make.message(make.mailbox(world.alice), data=data)
    page = world.browser(world.alice).get(f"/acme/inbox/m/{row.uid}/raw/")
    assert "<script>\x1b" not in page.text and "<img src=x>" not in page.text
    assert "&lt;script&gt;\N{REPLACEMENT CHARACTER}[2J" in page.text
    assert "The rest is in the file." in page.text and "x" * 270_000 not in page.text


def test_it_opens_signed_addresses_for_five_minutes_and_one_thing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.opened():
        files = [("a.txt", "text/plain", b"secret")]
        make.message(make.mailbox(world.alice), files=files)
        url = links.make(world.alice, links.FILE, Attachment.objects.get().uid, name="a.txt")
    assert content(url).content == b"secret"
    assert content(url.replace("/content/", "/content/x")).status_code == 410
    later = timezone.now().timestamp() + timedelta(minutes=6).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    over = content(url)
    assert over.status_code == 410 and "secret" not in over.text


def test_it_looks_again_whether_one_may_still_read(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), visibility="shared")
        make.linked(row.thread, make.person("Dana", "dana@northwind.test"))
        url = links.make(world.bob, links.EML, row.uid)
    assert content(url).status_code == 200
    world.browser(world.alice).post(
        f"/acme/inbox/t/{row.thread.uid}/visibility/", {"visibility": "private"}
    )
    assert content(url).status_code == 404


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Somebody else's server of pictures; it notes who asked for what."""

    asked: list[tuple[str, dict[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/logo.png")
            self.end_headers()
            return
        body = {"/logo.png": PNG, "/huge.png": PNG + b"x" * remote.LARGEST}.get(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(body or b"<svg onload=alert(1)>")

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    Elsewhere.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def picture(world: World, url: str) -> Any:
    """The picture of a mail that shows it, through our own address for it."""
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box, html=f'<p>x</p><img src="{url}" width="90">')
    text = world.browser(world.alice).get(f"/acme/inbox/m/{row.uid}/body/?images=1").text
    return content(text.split('src="')[1].split('"')[0])


def test_it_fetches_a_picture_for_the_reader_without_telling_who_reads(
    world: World, elsewhere: str
) -> None:
    answer = picture(world, f"{elsewhere}/moved")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.content == PNG
    for _path, headers in Elsewhere.asked:
        assert not {"Cookie", "Referer", "X-Forwarded-For"} & set(headers)


@pytest.mark.parametrize("path", ["/drawing.svg", "/huge.png"])
def test_it_shows_pictures_only(world: World, elsewhere: str, path: str) -> None:
    assert picture(world, elsewhere + path).status_code == 404


def test_it_keeps_away_from_private_hosts(
    world: World, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_HOSTS", False)
    assert picture(world, f"{elsewhere}/logo.png").status_code == 404
    assert Elsewhere.asked == []


def test_it_fetches_nothing_the_mail_does_not_show(world: World, elsewhere: str) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), html="<p>No picture</p>")
        url = links.make(world.alice, links.REMOTE, row.uid, url=f"{elsewhere}/logo.png")
    assert content(url).status_code == 404
    assert Elsewhere.asked == []


def test_it_keeps_pages_and_content_apart(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice))
    parts = urlsplit(settings.CONTENT_URL)
    stranger = Client(headers={"host": parts.netloc})
    away = stranger.get(f"/acme/inbox/m/{row.uid}/body/")
    assert away.status_code == 302
    assert away.headers["Location"].startswith(settings.SITE_URL)
