"""What a mailbox tells whoever helps: enough to help, and nothing of the mail."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.timeline import actions as timeline
from inbox.models import LedgerEntry, Outgoing
from sync.models import Connection, FolderCursor, Repair
from tests import make
from tests.servers.fixtures import Box, mail
from tests.sync.office import Office
from tests.sync.test_pages import HERE
from tests.world import World

SECRET = "canary"


def diagnosis(browser: Client, uid: Any) -> tuple[dict[str, Any], str]:
    answer = browser.get(f"{HERE}{uid}/diagnostics/")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    text = answer.content.decode()
    return json.loads(text), text


def test_it_holds_no_secret_and_no_mail(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice, name=f"The {SECRET} box", state_reason="auth.refused")
        make.connection(box, password=f"{SECRET}-password", username=f"{SECRET}-user@acme.test")
        Connection.objects.update(folders=[f"{SECRET}@folder.test"])
        message = make.message(
            box,
            data=make.raw(
                subject=f"{SECRET} subject",
                sender=f"{SECRET.title()} Person <{SECRET}@northwind.test>",
                text=f"the {SECRET} body",
                files=[(f"{SECRET}.pdf", "application/pdf", b"canary bytes")],
            ),
        )
        make.folder(box, "Old", display=f"From {SECRET}@northwind.test")
        LedgerEntry.objects.filter(message=message).update(
            decision="failed", reason="message.unreadable", flags=[SECRET]
        )
        make.draft(box, world.alice, subject=f"{SECRET} draft")
        make.outgoing(
            box, world.alice, subject=f"{SECRET} sent", error_text=f"550 <{SECRET}@x.test> {SECRET}"
        )
        Outgoing.objects.update(state="failed", error_code="send.recipients")
        timeline.record(
            "mailbox.failed",
            by=world.alice,
            about=[box],
            at=timezone.now(),
            data={"code": "auth.refused", "words": SECRET},
        )
        Repair.objects.create(mailbox=box, kind="compare", state="done", by=world.alice)
        FolderCursor.objects.create(
            mailbox=box, folder=make.folder(box), cursor={"generation": 7, "next": 12}
        )
    found, text = diagnosis(world.browser(world.alice), box.uid)
    assert SECRET not in text.lower()
    assert "@" not in text and "Alice" not in text
    assert found["mailbox"]["state_reason"] == "auth.refused"
    assert found["servers"]["imap_host"] == "127.0.0.1"
    assert found["servers"]["username_is_address"] is False
    assert "password" not in found["servers"]
    names = [folder["display"] for folder in found["folders"]]
    assert names == ["INBOX", "From [address]"]
    assert found["folders"][0]["position"]["cursor"] == {"generation": 7, "next": 12}
    assert found["decisions"][0]["reason"] == "message.unreadable"
    assert found["outbox"] == [
        {"state": "failed", "stage": "", "error_code": "send.recipients", "count": 1}
    ]
    assert found["events"][0]["code"] == "auth.refused"
    told = world.api(world.alice).get(f"mailboxes/{box.uid}/diagnostics/").json()
    assert told | {"made_at": ""} == found | {"made_at": ""}


@pytest.mark.peers
def test_it_tells_the_last_runs(world: World, box: Box) -> None:
    box.put(mail(1), mail(2))
    office = Office.open(world, box)
    office.pull()
    with world.opened():
        Connection.objects.update(imap_port=1)
    office.pull()
    found, text = diagnosis(world.browser(world.alice), office.mailbox.uid)
    assert [(run["code"], run["stored"]) for run in found["runs"]] == [
        ("connect.failed", 0),
        ("", 2),
    ]
    assert found["runs"][1]["octets"] > 100
    assert "Question" not in text and box.address not in text


def test_it_is_for_those_who_see_how_the_mailbox_stands(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        make.connection(box)
    for stranger in (world.bob, world.charlie):
        strange = f"/{stranger.workspace.slug}/settings/mailboxes/{box.uid}/diagnostics/"
        assert world.browser(stranger).get(strange).status_code == 404
        assert world.api(stranger).get(f"mailboxes/{box.uid}/diagnostics/").status_code == 404
