"""Mail that programs write: uploads, drafts and the outbox."""

import hashlib
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.timeline.actions import files
from inbox.models import Draft, Mailbox, Outgoing
from inbox.queries import blobs
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, Api, World


@pytest.fixture
def box(world: World) -> Mailbox:
    with world.opened():
        return make.mailbox(world.alice)


def put(api: Api, content: bytes = b"%PDF", name: str = "offer.pdf", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content, "application/pdf")
    return api.client.post("/api/v1/uploads/", {"file": file, **more}, headers=api.headers)


def sent(world: World, row: dict[str, Any]) -> Any:
    with world.opened():
        outgoing = Outgoing.objects.get(uid=row["id"])
        return message_from_bytes(blobs.data(outgoing.blob_id), policy=policy.default)


def test_it_takes_a_file(world: World) -> None:
    api = world.api(world.alice)
    answer = put(api)
    told = answer.json()
    assert answer.status_code == 201
    assert (told["filename"], told["content_type"]) == ("offer.pdf", "application/pdf")
    assert (told["size"], told["sha256"]) == (4, hashlib.sha256(b"%PDF").hexdigest())
    assert put(api, b"").status_code == 201
    assert put(api, note="x").status_code == 400
    assert api.post("uploads/", {"file": "x"}).status_code == 415
    assert put(api, bytes(25_200_000)).status_code == 413
    empty = api.client.post("/api/v1/uploads/", {}, headers=api.headers)
    assert empty.json()["errors"][0]["field"] == "file"


@pytest.mark.parametrize("send_at", [None, "2020-01-01T00:00:00Z"])
def test_it_leaves_time_to_cancel(world: World, box: Mailbox, send_at: str | None) -> None:
    api = world.api(world.alice)
    row = api.post(
        "outbox/",
        {
            "mailbox": str(box.uid),
            "to": ["dana@northwind.test"],
            "subject": "Too late",
            "text": "Hello",
            "html": None,
            "send_at": send_at,
        },
    ).json()
    waits = datetime.fromisoformat(row["send_at"]) - datetime.fromisoformat(row["created_at"])
    assert waits == timedelta(seconds=10)


def test_it_sends_a_mail_with_its_exact_words_and_files(world: World, box: Mailbox) -> None:
    api = world.api(world.alice)
    file = put(api).json()["id"]
    text = "Hello Dana,\n\n  two spaces, ünd umlauts.\n"
    answer = api.post(
        "outbox/",
        {
            "mailbox": str(box.uid),
            "to": ["Dana Whitfield <dana@northwind.test>"],
            "cc": ["eva@northwind.test"],
            "bcc": ["hidden@northwind.test"],
            "subject": "Our offer",
            "text": text,
            "send_at": "2026-12-01T08:00:00+01:00",
            "attachments": [file],
        },
    )
    row = answer.json()
    assert answer.status_code == 201, row
    assert (row["state"], row["send_at"]) == ("queued", "2026-12-01T07:00:00Z")
    assert (row["attempts"], row["error"], row["message"]) == (0, None, None)
    assert row["message_id"].startswith("<") and row["message_id"].endswith("@acme.test>")
    assert row["recipients"] == [
        "dana@northwind.test",
        "eva@northwind.test",
        "hidden@northwind.test",
    ]
    mail = sent(world, row)
    assert mail["Message-ID"] == row["message_id"]
    assert mail["Bcc"] is None
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("offer.pdf", b"%PDF")
    assert api.get(f"outbox/{row['id']}/").json() == row
    assert api.get("outbox/", state="queued").json()["results"] == [row]
    assert api.get("outbox/", state="sent").json()["results"] == []


def test_it_answers_into_the_thread(world: World, box: Mailbox) -> None:
    with world.opened():
        asked = make.message(box, rfc_id="q@northwind.test")
    row = (
        world.api(world.alice)
        .post(
            "outbox/",
            {
                "mailbox": str(box.uid),
                "to": ["dana@northwind.test"],
                "subject": "Re: Price list",
                "html": "<p>Here it <b>is</b>.</p><script>x()</script>",
                "in_reply_to": str(asked.uid),
            },
        )
        .json()
    )
    assert row["thread"] == str(asked.thread.uid)
    mail = sent(world, row)
    assert mail["In-Reply-To"] == "<q@northwind.test>"
    assert mail["References"] == "<q@northwind.test>"
    assert "<script" not in mail.as_string()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": []}, "to"),
        ({"to": ["dana"]}, "to[0]"),
        ({"to": "dana@northwind.test"}, "to"),
        ({"to": ["Dana <dana@northwind.test>, x@y.test"]}, "to[0]"),
        ({"cc": [None]}, "cc[0]"),
        ({"subject": "a\r\nBcc: x@y.test"}, "subject"),
        ({"send_at": "tomorrow"}, "send_at"),
        ({"send_at": "2026-12-01T08:00:00"}, "send_at"),
        ({"send_at": "0001-01-01T00:00:00+14:00"}, "send_at"),
        # Where the sun rises earlier no page could show it
        ({"send_at": "9999-12-31T23:00:00Z"}, "send_at"),
        ({"priority": 1}, "priority"),
        ({"to": [f"p{n}@x.test" for n in range(201)]}, "to"),
    ],
)
def test_it_names_what_keeps_a_mail_from_leaving(
    world: World, box: Mailbox, change: dict[str, Any], field: str
) -> None:
    asked = {"mailbox": str(box.uid), "to": ["dana@northwind.test"], "text": "Hello"}
    answer = world.api(world.alice).post("outbox/", asked | change)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == field
    with world.opened():
        assert not Outgoing.objects.exists() and not Draft.objects.exists()


def test_it_sends_from_ones_own_mailboxes_only(world: World, box: Mailbox) -> None:
    with world.opened():
        mine = make.mailbox(world.bob)
        private = make.message(box)
        upload = make.upload(world.alice)
    bob = world.api(world.bob)
    right = {"mailbox": str(mine.uid), "to": ["dana@northwind.test"], "text": "Hello"}
    for change, field in (
        ({"mailbox": str(box.uid)}, "mailbox"),
        ({"in_reply_to": str(private.uid)}, "in_reply_to"),
        ({"attachments": [str(upload.uid)]}, "attachments[0]"),
    ):
        for path in ("outbox/", "drafts/"):
            answer = bob.post(path, right | change)
            assert answer.status_code == 404
            assert answer.json()["errors"][0]["field"] == field
    with world.opened():
        assert not Outgoing.objects.exists() and not Draft.objects.exists()
    assert bob.post("outbox/", right).status_code == 201


def test_it_cancels_what_still_waits(world: World, box: Mailbox) -> None:
    with world.opened():
        waiting = make.outgoing(box, world.alice, draft=make.draft(box, world.alice))
        leaving = make.outgoing(box, world.alice, state="sending")
    api = world.api(world.alice)
    assert world.api(world.bob).post(f"outbox/{waiting.uid}/cancel/").status_code == 404
    answer = api.post(f"outbox/{waiting.uid}/cancel/")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert api.post(f"outbox/{waiting.uid}/cancel/").status_code == 409
    assert api.post(f"outbox/{leaving.uid}/cancel/").status_code == 409
    assert len(api.get("drafts/").json()["results"]) == 1


def test_it_says_what_became_of_a_mail(world: World, box: Mailbox) -> None:
    with world.opened():
        row = make.outgoing(
            box, world.alice, state="unknown", error_code="send.unknown", error_text="lost"
        )
    error = world.api(world.alice).get(f"outbox/{row.uid}/").json()["error"]
    assert (error["code"], error["server"]) == ("send.unknown", "lost")
    assert error["text"] and error["remedy"]


def test_it_writes_a_draft_in_several_steps_and_sends_it(world: World, box: Mailbox) -> None:
    api = world.api(world.alice)
    draft = api.post(
        "drafts/", {"mailbox": str(box.uid), "subject": "Our offer", "text": "Hello\n\nDana"}
    ).json()
    assert (draft["kind"], draft["text"]) == ("new", "Hello\n\nDana")
    assert draft["html"] == "<p>Hello</p><p>Dana</p>"
    path = f"drafts/{draft['id']}/"
    changed = api.patch(path, {"to": ["Dana <dana@northwind.test>"], "version": draft["version"]})
    assert changed.json()["to"] == ["Dana <dana@northwind.test>"]
    assert changed.json()["text"] == "Hello\n\nDana"
    assert api.patch(path, {"subject": "x", "version": draft["version"]}).status_code == 409
    file = put(api).json()["id"]
    assert api.patch(path, {"attachments": [file]}).json()["attachments"] == [file]
    assert world.api(world.bob).get(path).status_code == 404
    assert [row["id"] for row in api.get("drafts/").json()["results"]] == [draft["id"]]
    answer = api.post(f"{path}send/", {"send_at": "2030-01-01T00:00:00Z"})
    assert answer.status_code == 202
    assert api.get(f"outbox/{answer.json()['outbox']}/").json()["subject"] == "Our offer"
    assert api.get(path).status_code == 404


def test_it_refuses_to_send_a_draft_to_nobody(world: World, box: Mailbox) -> None:
    api = world.api(world.alice)
    draft = api.post("drafts/", {"mailbox": str(box.uid), "text": "Hello"}).json()
    answer = api.post(f"drafts/{draft['id']}/send/")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "to")
    assert api.delete(f"drafts/{draft['id']}/").status_code == 204
    assert api.get("drafts/").json()["results"] == []


def test_it_takes_a_file_of_a_record(world: World, box: Mailbox) -> None:
    with world.opened():
        sheet, secret = (
            files.add_file(
                file=SimpleUploadedFile("sheet.txt", b"prices"),
                content_type="text/plain",
                about=[make.person(name, owner=world.alice, visibility=whose)],
                by=world.alice,
                at=NOW,
            ).uid
            for name, whose in (("Dana", "everyone"), ("Eva", "owner"))
        )
    api, bob, charlie = (world.api(who) for who in (world.alice, world.bob, world.charlie))
    mail_only = world.api(world.alice, ("mail:read", "mail:write"))
    told = bob.post("uploads/from_file/", {"file": str(sheet)}, key="1")
    assert told.status_code == 201 and told.json()["filename"] == "sheet.txt"
    with unchanged(world):
        for who, file, code in (
            (bob, secret, 404),
            (charlie, sheet, 404),
            (mail_only, sheet, 403),
            (bob, "x", 404),
        ):
            answer = who.post("uploads/from_file/", {"file": str(file)})
            assert answer.status_code == code, answer.text
    upload = api.post("uploads/from_file/", {"file": str(secret)}).json()["id"]
    said = {"mailbox": str(box.uid), "attachments": [upload]}
    assert api.post("drafts/", said).json()["attachments"] == [upload]
