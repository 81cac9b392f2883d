"""Reading mail through the API: folders, ledger, threads, messages, files."""

import hashlib
import re

from django.conf import settings

from inbox.models import MailLabel
from tests import make
from tests.world import NOW, World

PDF = b"%PDF-1.4 prices"
PICTURE = b"""From: dana@northwind.test
To: alice@acme.test
Subject: A picture
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html

<p>Look</p><img src="cid:one@x">
--b
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-ID: <one@x>
Content-Disposition: inline; filename=one.png

iVBORw0KGgo=
--b--
"""


def test_it_lists_folders_of_a_mailbox(world: World) -> None:
    with world.opened():
        box, team = make.mailbox(world.alice), make.team_mailbox(world.alice)
        own = make.folder(box, total=3)
        make.listed(own, flags=["\\Seen"])
        make.listed(own)
        make.listed(own, missing_since=NOW)
        make.folder(team)
    api = world.api(world.alice)
    (row,) = api.get("folders/", mailbox=str(box.uid)).json()["results"]
    assert (row["name"], row["role"], row["uidvalidity"]) == ("INBOX", "inbox", 1)
    assert (row["total"], row["unread"], row["mailbox"]) == (3, 1, str(box.uid))
    assert len(api.get("folders/").json()["results"]) == 2


def test_it_shows_every_decision_of_the_ledger(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
        stored = make.message(box)
        skipped = make.listed(make.folder(box), decision="skipped", reason="before_start")
    api = world.api(world.alice)
    rows = api.get("ledger/", mailbox=str(box.uid)).json()["results"]
    assert [row["decision"] for row in rows] == ["skipped", "imported"]
    assert [row["remote_id"] for row in rows] == ["1:2", "1:1"]
    assert [row["message"] for row in rows] == [None, str(stored.uid)]
    (row,) = api.get("ledger/", mailbox=str(box.uid), decision="skipped").json()["results"]
    assert (row["id"], row["reason"]) == (str(skipped.uid), "before_start")
    answer = api.post(f"ledger/{row['id']}/import/")
    assert (answer.status_code, answer.json()["decision"]) == (202, "pending")
    assert api.post(f"ledger/{row['id']}/import/").status_code == 409
    assert api.get(f"ledger/{row['id']}/raw/").status_code == 404
    assert api.get(f"ledger/{rows[1]['id']}/raw/").content.startswith(b"From: ")


def test_it_reads_a_message(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        data = make.raw(
            subject="Preisliste für März",
            cc=["Eva Brandt <eva@northwind.test>"],
            rfc_id="one@northwind.test",
            files=[("prices.pdf", "application/pdf", PDF)],
        )
        row = make.message(box, data=data)
    api = world.api(world.alice)
    told = api.get(f"messages/{row.uid}/").json()
    assert told["message_id"] == "<one@northwind.test>"
    assert told["from"] == {"name": "Dana Whitfield", "address": "dana@northwind.test"}
    assert told["to"] == [{"name": "", "address": "alice@acme.test"}]
    assert told["cc"] == [{"name": "Eva Brandt", "address": "eva@northwind.test"}]
    assert (told["bcc"], told["bounce"], told["read"]) == ([], None, False)
    assert (told["date"], told["direction"]) == ("2026-11-20T09:30:00Z", "in")
    assert told["reply_text"].strip() == "Could you send me the price list?"
    assert [(at["uid"], at["uidvalidity"]) for at in told["locations"]] == [(1, 1)]
    (file,) = told["attachments"]
    assert (file["filename"], file["size"]) == ("prices.pdf", len(PDF))
    assert file["sha256"] == hashlib.sha256(PDF).hexdigest()
    content = api.get(f"attachments/{file['id']}/content/")
    assert (content.content, content["Content-Type"]) == (PDF, "application/pdf")
    raw = api.get(f"messages/{row.uid}/raw/")
    assert (raw.content, raw["Content-Type"]) == (data, "message/rfc822")
    for answer in (content, raw):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")


def test_it_finds_a_message_by_its_message_id(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.message(box, rfc_id="one@northwind.test")
        make.message(box, rfc_id="two@northwind.test")
    api = world.api(world.alice)
    for asked in ("<two@northwind.test>", "two@northwind.test"):
        (row,) = api.get("messages/", message_id=asked).json()["results"]
        assert row["message_id"] == "<two@northwind.test>"
    assert api.get("messages/", message_id="<none@x.test>").json()["results"] == []


def test_it_gives_the_body_as_a_document_that_can_do_nothing(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        html = "<p onclick='x()'>Hello</p><script>x()</script><img src='https://t.test/p.gif'>"
        row = make.message(box, html=html, text="Hello")
        plain = make.message(box, text="Only words <b>\n")
    api = world.api(world.alice)
    body = api.get(f"messages/{row.uid}/body/")
    page = body.content.decode()
    assert "Hello" in page and "<script" not in page and "onclick" not in page
    assert ' src="https://t.test' not in page
    assert "default-src 'none'" in body["Content-Security-Policy"]
    assert "allow-scripts" not in body["Content-Security-Policy"]
    assert body["Content-Security-Policy"].startswith("sandbox")
    assert "Only words &lt;b&gt;" in api.get(f"messages/{plain.uid}/body/").content.decode()
    text = api.get(f"messages/{plain.uid}/text/")
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert text.content.decode() == "Only words <b>\n"


def test_it_shows_pictures_of_the_mail_itself_from_the_content_origin(world: World) -> None:
    with world.opened():
        row = make.message(make.mailbox(world.alice), data=PICTURE)
    page = world.api(world.alice).get(f"messages/{row.uid}/body/").content.decode()
    (address,) = re.findall(r' src="([^"]+)"', page)
    assert address.startswith(settings.CONTENT_URL)


def test_it_lists_the_messages_of_a_thread_in_their_order(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        found = make.conversation(box)
        make.message(box, subject="Another")
    api = world.api(world.alice)
    rows = api.get("messages/", thread=str(found[0].thread.uid)).json()["results"]
    assert [row["id"] for row in rows] == [str(message.uid) for message in found]
    assert [row["direction"] for row in rows] == ["in", "out", "in"]
    assert len(api.get("messages/", mailbox=str(box.uid)).json()["results"]) == 4


def test_it_lists_threads_and_walks_them(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        for subject in ("One", "Two", "Three"):
            make.conversation(box, subject=subject)
    api = world.api(world.alice)
    page = api.get("threads/", role="inbox", limit=2).json()
    assert len(page["results"]) == 2 and page["previous"] is None
    rest = api.get(page["next"].partition("/api/v1/")[2]).json()
    assert len(rest["results"]) == 1 and rest["next"] is None
    back = api.get(rest["previous"].partition("/api/v1/")[2]).json()
    assert back["results"] == page["results"]
    row = page["results"][0]
    assert (row["message_count"], row["unread"], row["visibility"]) == (3, 2, "private")
    assert row["labels"] == [] and row["links"] == []
    assert row["mailboxes"] == [str(box.uid)]
    assert api.get(f"threads/{row['id']}/").json() == row


def test_it_narrows_threads(world: World) -> None:
    with world.opened():
        box, team = make.mailbox(world.alice), make.team_mailbox(world.alice)
        make.message(box, subject="Read", is_read=True)
        make.message(team, subject="Unread", to=[team.address])
        person = make.person("Dana", "dana@northwind.test")
        label = MailLabel.objects.create(name="Urgent")
    api = world.api(world.alice)

    def subjects(**query: str) -> list[str]:
        return [row["subject"] for row in api.get("threads/", **query).json()["results"]]

    assert subjects(mailbox=str(team.uid)) == ["Unread"]
    assert subjects(unread="true") == ["Unread"]
    assert subjects(unread="false") == ["Read"]
    assert subjects(role="trash") == []
    assert subjects(person=str(person.uid)) == []
    (unread,) = api.get("threads/", unread="true").json()["results"]
    assert api.patch(f"threads/{unread['id']}/", {"labels": [str(label.uid)]}).status_code == 200
    assert subjects(label=str(label.uid)) == subjects(mail_label=str(label.uid)) == ["Unread"]
    assert api.get("threads/", label=unread["id"]).status_code == 404
    assert api.get("threads/", unread="yes").status_code == 400
    assert api.get("threads/", role="nowhere").status_code == 400


def test_it_puts_threads_away_and_takes_them_back(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box)
    api = world.api(world.alice)
    path = f"threads/{row.thread.uid}/"
    assert api.patch(path, {"read": True}).json()["unread"] == 0
    assert api.patch(path, {"read": False}).json()["unread"] == 1
    assert api.patch(path, {"done": True}).json()["place"] == "done"
    assert api.patch(path, {"done": False, "archived": True}).json()["archived"] is True
    assert api.patch(path, {"archived": False}).json()["place"] == "inbox"
    assert api.patch(path, {"trashed": True}).json()["trashed"] is True
    assert api.patch(path, {"trashed": False}).json()["place"] == "inbox"
    assert api.patch(path, {"spam": True}).json()["spam"] is True
    assert api.patch(path, {"spam": False}).json()["place"] == "inbox"
    assert api.patch(path, {"starred": True}).status_code == 400
    assert api.patch(path, {"read": "yes"}).status_code == 400


def test_it_keeps_private_mail_from_a_colleague(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row = make.message(box, files=[("a.pdf", "application/pdf", PDF)])
        entry = row.locations.select_related("folder").get()
        file = row.attachments.get()
    bob = world.api(world.bob)
    for path in (
        f"threads/{row.thread.uid}/",
        f"messages/{row.uid}/",
        f"messages/{row.uid}/raw/",
        f"messages/{row.uid}/body/",
        f"messages/{row.uid}/text/",
        f"attachments/{file.uid}/content/",
        f"ledger/{entry.uid}/",
        f"ledger/{entry.uid}/raw/",
        f"folders/{entry.folder.uid}/",
    ):
        assert bob.get(path).status_code == 404, path
    for path in ("threads", "messages", "ledger", "folders", "mailboxes"):
        assert bob.get(f"{path}/").json()["results"] == [], path
    for path in ("threads", "messages", "ledger", "folders", "outbox"):
        answer = bob.get(f"{path}/", mailbox=str(box.uid))
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["field"] == "mailbox"
    assert bob.get("messages/", thread=str(row.thread.uid)).status_code == 404
    assert bob.get("threads/", folder=str(entry.folder.uid)).status_code == 404
    assert bob.get("messages/", message_id=row.rfc_id).json()["results"] == []
    assert bob.get("threads/", q="price").json()["results"] == []
    assert bob.patch(f"threads/{row.thread.uid}/", {"read": True}).status_code == 404


def test_it_shows_bob_only_his_own_part_of_a_thread(world: World) -> None:
    with world.opened():
        within = make.thread()
        make.message(make.mailbox(world.alice), within=within, text="For Alice only.\n")
        make.message(make.mailbox(world.bob), within=within, to=["bob@acme.test"], text="To Bob.\n")
    api = world.api(world.bob)
    row = api.get(f"threads/{within.uid}/").json()
    assert (row["message_count"], row["snippet"]) == (1, "To Bob.")
    (message,) = api.get("messages/", thread=str(within.uid)).json()["results"]
    assert message["reply_text"].strip() == "To Bob."
