"""Mail that is large, to thousands, wrapped by Outlook or broken comes in all the same."""

import base64
import hashlib
import os
import random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from inbox.models import Message
from tests.inbox.mime.test_unpacked import packed, winmail
from tests.servers.fixtures import Box
from tests.sync.office import Office
from tests.world import World

pytestmark = pytest.mark.peers

HEAD = b"From: Dana <dana@customer.test>\r\nMIME-Version: 1.0\r\nSubject: %s\r\n"
MIXED = b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\n\r\nHere it is.\r\n--B\r\n'


def with_file(subject: bytes, name: bytes, data: bytes, kind: bytes) -> bytes:
    encoded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return (
        HEAD % subject
        + b"To: alice@acme.test\r\n"
        + MIXED
        + b"Content-Type: %s\r\nContent-Disposition: attachment; filename=%s\r\n" % (kind, name)
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + encoded
        + b"--B--\r\n"
    )


def arrived(world: World, box: Box, *mails: bytes) -> list[Any]:
    """The mails as programs are told of them, in the order they were put."""
    box.put(*mails)
    office = Office.open(world, box)
    for _run in range(5):
        office.pull()
        if office.decisions() == {"imported": len(mails)}:
            break
    assert office.decisions() == {"imported": len(mails)}
    told = world.api(world.alice).get("messages/").json()["results"]
    return sorted(told, key=lambda each: each["locations"][0]["uid"])


def downloaded(world: World, told: Any, name: str) -> bytes:
    """A file as the page gives it: from the page's address to the content origin."""
    uid = next(
        each["id"] for each in told["attachments"] + told["embedded"] if each["filename"] == name
    )
    sent = world.browser(world.alice).get(f"/acme/inbox/file/{uid}/")
    parts = urlsplit(sent["Location"])
    assert f"{parts.scheme}://{parts.netloc}" == settings.CONTENT_URL
    answer = Client(headers={"host": parts.netloc}).get(f"{parts.path}?{parts.query}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return b"".join(answer) if answer.streaming else answer.content


def test_it_keeps_the_order_of_mail_that_came_in_one_second(world: World, box: Box) -> None:
    mails = [
        HEAD % b"Re: Pallets"
        + b"To: alice@acme.test\r\nMessage-ID: <%d@customer.test>\r\n" % number
        + b"References: <0@customer.test>\r\n\r\nWord %d\r\n" % number
        for number in range(60)
    ]
    box.put(*mails)
    put = box.server.maildir(box.address) / "cur"
    for file in put.iterdir():
        os.utime(file, (1_790_000_000, 1_790_000_000))
    office = Office.open(world, box)
    for _run in range(5):
        office.pull()
    with world.opened():
        rows = Message.objects.order_by("received_at", "pk").values_list("rfc_id", flat=True)
        assert list(rows) == [f"{number}@customer.test" for number in range(60)]


def page(world: World, told: Any) -> str:
    return world.browser(world.alice).get(f"/acme/inbox/t/{told['thread']}/").text


def test_f36_it_brings_a_file_of_twenty_five_megabytes_unchanged(world: World, box: Box) -> None:
    data = random.Random(1).randbytes(25_000_000)
    raw = with_file(b"Plans", b"plans.zip", data, b"application/zip")
    (told,) = arrived(world, box, raw)
    (file,) = told["attachments"]
    assert (file["filename"], file["size"]) == ("plans.zip", len(data))
    assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert downloaded(world, told, "plans.zip") == data
    api = world.api(world.alice)
    assert api.get(f"attachments/{file['id']}/content/").content == data
    assert api.get(f"messages/{told['id']}/raw/").content == raw
    shown = page(world, told)
    assert "plans.zip" in shown and "Here it is." in shown


def test_f35_it_shows_a_mail_to_ten_thousand_people(world: World, box: Box) -> None:
    people = b",\r\n ".join(b"p%d@many.test" % number for number in range(10_000))
    (told,) = arrived(world, box, HEAD % b"News" + b"To: " + people + b"\r\n\r\nHello all\r\n")
    assert told["recipient_count"] == 10_000
    assert [person["address"] for person in told["to"][:2]] == ["p0@many.test", "p1@many.test"]
    assert len(told["to"]) == 500
    shown = page(world, told)
    assert "p19@many.test and 9,980 more" in shown
    assert "and 9,997 more" in shown
    assert "p20@many.test" not in shown and "Hello all" in shown


def test_f39_it_unpacks_what_outlook_wrapped(world: World, box: Box) -> None:
    inside = winmail(packed(b"OFFER~1.DOC", b"the offer", "Our offer.doc"))
    raw = with_file(b"Offer", b"winmail.dat", inside, b"application/ms-tnef")
    (told,) = arrived(world, box, raw)
    assert [file["filename"] for file in told["attachments"]] == ["winmail.dat"]
    assert [file["filename"] for file in told["embedded"]] == ["Our offer.doc"]
    assert downloaded(world, told, "Our offer.doc") == b"the offer"
    assert downloaded(world, told, "winmail.dat") == inside
    assert "Our offer.doc" in page(world, told)


def test_it_names_a_forwarded_mail_that_has_no_name(world: World, box: Box) -> None:
    inner = (
        b"Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\nSubject: x\r\n\r\nOld"
    )
    (told,) = arrived(world, box, HEAD % b"Fwd" + MIXED + inner + b"\r\n--B--\r\n")
    assert (told["attachments"], len(told["embedded"])) == ([], 1)
    assert "message.eml" in page(world, told)
    sent = world.browser(world.alice).get(f"/acme/inbox/file/{told['embedded'][0]['id']}/")
    assert "message.eml" in sent["Location"]


def nested(deep: int) -> bytes:
    inner = b"Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF"
    for depth in range(deep):
        line = b"b%d" % depth
        head = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (line, line)
        inner = head + inner + b"\r\n--" + line + b"--"
    return HEAD % b"deep" + inner


def test_it_keeps_and_lists_mail_that_is_hardly_one(world: World, box: Box) -> None:
    many = b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n' + b"--B\r\n\r\nx\r\n" * 100_000
    mails = [
        b"just words",
        HEAD % b"only a head",
        b"\r\n\r\n\r\n",
        nested(40),
        nested(1_000),
        HEAD % b"many" + many,
        HEAD % b"wide" + b"X-A: " + b"a " * 2_000_000 + b"\r\n\r\nbody\r\n",
        HEAD % b"ids"
        + b"Message-ID: <a b>\r\nReferences: "
        + b"<a@b>\r\n " * 50_000
        + b"\r\n\r\nx",
    ]
    told = arrived(world, box, *mails)
    subjects = ["", "only a head", "", "deep", "deep", "many", "wide", "ids"]
    assert [each["subject"] for each in told] == subjects
    api = world.api(world.alice)
    for each, raw in zip(told, mails, strict=True):
        assert api.get(f"messages/{each['id']}/raw/").content.strip() == raw.strip()
        assert api.get(f"messages/{each['id']}/text/").status_code == 200
        assert page(world, each)
    with world.opened():
        assert set(Message.objects.values_list("quality", flat=True)) == {"full", "partial"}
