"""Labels on conversations: the same words for everybody, seen by whoever reads the mail."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client

from inbox.actions import joining, labels, parting
from inbox.models import MailboxThread, MailLabel, ThreadLabel
from tests import make
from tests.inbox.post import deliver, mail, mailbox
from tests.world import NOW, World

ALICE, RUTH = "alice@acme.test", "Ruth <ruth@beans.test>"


def post(browser: Client, *uids: Any, **said: Any) -> Any:
    form = {"thread": [str(uid) for uid in uids]} | said
    return browser.post("/acme/inbox/labelling/", form)


def shown(browser: Client) -> dict[str, list[str]]:
    rows = browser.get("/acme/inbox/inbox/").context["rows"]
    return {row.subject: [name for name, _hue in row.labels] for row in rows}


def test_it_makes_a_label_while_typing_and_takes_it_back(world: World) -> None:
    with world.opened():
        box = make.team_mailbox(world.alice, world.bob)
        mine = make.mailbox(world.alice)
        uids = [make.message(box, subject=f"S{n}").thread.uid for n in range(2)]
        own = make.message(mine, subject="Own").thread.uid
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    assert post(alice, uids[0], name=" ").status_code == 404
    assert post(alice, uids[0], name="x" * 41).status_code == 422
    said = post(alice, uids[0], own, name="Waiting for stock").json()
    assert sorted(said["changed"]) == sorted([str(uids[0]), str(own)])
    assert shown(bob) == {"S0": ["Waiting for stock"], "S1": []}
    # The same name is the same label; what had it already is not taken back
    again = post(bob, *uids, name="waiting FOR stock").json()
    assert (again["label"], again["changed"]) == (said["label"], [str(uids[1])])
    menu = bob.get("/acme/inbox/labelling/", {"thread": [str(uid) for uid in uids]})
    assert [(label.name, had) for label, had in menu.context["choices"]] == [
        ("Waiting for stock", "all")
    ]
    assert "Waiting for stock" in bob.get(f"/acme/inbox/t/{uids[1]}/").text
    post(bob, uids[1], label=said["label"], off="1")
    assert shown(bob) == {"S0": ["Waiting for stock"], "S1": []}
    # Bob works in no mailbox that has Alice's own mail
    assert post(bob, own, label=said["label"], off="1").json()["changed"] == []
    with world.opened():
        assert ThreadLabel.objects.count() == 2
    charlie = world.browser(world.charlie)
    stranger = {"thread": str(uids[0]), "label": said["label"]}
    assert charlie.post("/globex/inbox/labelling/", stranger).status_code == 404


def test_it_renames_merges_and_removes_with_a_way_back(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        uids = [make.message(box, subject=f"S{n}").thread.uid for n in range(2)]
    alice = world.browser(world.alice)
    labels = [post(alice, uid, name=f"L{n}").json()["label"] for n, uid in enumerate(uids)]
    page = "/acme/inbox/mail-labels/"
    one = f"{page}{labels[0]}/"
    alice.post(one, {"do": "save", "name": "Stock", "hue": "clay"})
    alice.post(one, {"do": "save", "name": "l1", "hue": "clay"})
    assert "There is a label named l1 already." in alice.get(page).text
    assert [(label.name, count) for label, count in alice.get(page).context["rows"]] == [
        ("L1", 1),
        ("Stock", 1),
    ]
    gone = alice.post(one, {"do": "merge", "into": labels[1]})
    assert shown(alice) == {"S0": ["L1"], "S1": ["L1"]}
    assert alice.get(gone["Location"]).context["gone"].name == "Stock"
    alice.post(one, {"do": "restore"})
    assert shown(alice) == {"S0": ["Stock"], "S1": ["L1"]}
    alice.post(one, {"do": "remove"})
    assert shown(alice) == {"S0": [], "S1": ["L1"]}
    assert alice.post(one, {"do": "remove"}).status_code == 404


def test_it_follows_what_is_merged_and_split(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        row, other = make.conversation(box, subject="Pilot"), make.message(box, subject="Other")
    alice = world.browser(world.alice)
    post(alice, row[0].thread.uid, name="A")
    post(alice, other.thread.uid, name="B")
    with world.opened():
        done = joining.merge(into=row[0].thread, other=other.thread, by=world.alice, at=NOW)
    assert shown(alice) == {"Pilot": ["A", "B"]}
    with world.opened():
        joining.unmerge(done=done, by=world.alice, at=NOW)
    assert shown(alice) == {"Pilot": ["A"], "Other": ["B"]}
    with world.opened():
        parting.split(message=row[2], by=world.alice, at=NOW)
    assert shown(alice) == {"Pilot": ["A"], "Re: Pilot": ["A"], "Other": ["B"]}


def in_order(browser: Client, label: MailLabel) -> list[str]:
    """The list of a label, which has every one of its rows at its own place."""
    for row in ThreadLabel.objects.all():
        entry = MailboxThread.objects.get(thread=row.thread_id, mailbox=row.mailbox_id)
        assert row.last_at == entry.last_at, row
    page = browser.get("/acme/inbox/inbox/", {"label": str(label.uid)})
    return [row.subject for row in page.context["rows"]]


def test_its_list_is_in_order_whatever_comes_between(world: World) -> None:
    with world.opened():
        box = mailbox(world.alice, ALICE)
        sent = [
            mail(RUTH, ALICE, subject, id=f"{n}@x", Date=f"Mon, 0{n} Jun 2026 10:00:00 +0000")
            for n, subject in enumerate(("Beans", "Milk", "Tea"), start=1)
        ]
        beans, milk, tea = (row.thread for row in deliver(box, *sent))
        label = make.mail_label("Stock")
        labels.put_on(threads=[beans, milk, tea], label=label, by=world.alice, at=NOW)
    alice = world.browser(world.alice)
    with world.opened():
        assert in_order(alice, label) == ["Tea", "Milk", "Beans"]
        again = mail(RUTH, ALICE, "Re: Beans", id="4@x", In_Reply_To="<1@x>",
                     Date="Mon, 08 Jun 2026 10:00:00 +0000")  # fmt: skip
        (answer,) = deliver(box, again)
        assert in_order(alice, label) == ["Beans", "Tea", "Milk"]
        done = joining.merge(into=milk, other=tea, by=world.alice, at=NOW)
        assert in_order(alice, label) == ["Beans", "Milk"]
        joining.unmerge(done=done, by=world.alice, at=NOW)
        assert in_order(alice, label) == ["Beans", "Tea", "Milk"]
        answer.refresh_from_db()
        parting.split(message=answer, by=world.alice, at=NOW)
        assert in_order(alice, label) == ["Re: Beans", "Tea", "Milk", "Beans"]
        # Rows that came before there was such an order
        with connections["default"].cursor() as cursor:
            cursor.execute("UPDATE inbox_threadlabel SET last_at = NULL")
        before = importlib.import_module("inbox.migrations.0049_label_order_filled")
        before.order(apps, ThreadLabel._base_manager.all())
        assert in_order(alice, label) == ["Re: Beans", "Tea", "Milk", "Beans"]


def test_it_is_done_over_rest_as_well(world: World) -> None:
    with world.opened():
        uid = make.message(make.mailbox(world.alice), subject="Offer").thread.uid
    api = world.api(world.alice)
    made = api.post("mail_labels/", {"name": "Stock", "hue": "gold"}).json()
    other = api.post("mail_labels/", {"name": "Urgent"}).json()
    assert api.post("mail_labels/", {"name": "stock"}).status_code in (400, 422)
    told = api.patch(f"threads/{uid}/", {"labels": [made["id"], other["id"]]}).json()
    assert told["labels"] == [made["id"], other["id"]]
    assert api.patch(f"threads/{uid}/", {"labels": [other["id"]]}).json()["labels"] == [other["id"]]
    merged = api.post(f"mail_labels/{other['id']}/merge/", {"into": made["id"]})
    assert merged.json()["id"] == made["id"]
    assert api.get("threads/").json()["results"][0]["labels"] == [made["id"]]
    assert api.patch(f"mail_labels/{made['id']}/", {"name": "In stock"}).json()["hue"] == "gold"
    assert api.delete(f"mail_labels/{made['id']}/").status_code == 204
    assert api.get(f"threads/{uid}/").json()["labels"] == []
    with world.opened():
        assert MailLabel.objects.filter(removed_at=None).count() == 0


def test_of_two_that_are_merged_crosswise_one_stays(world: World) -> None:
    with world.opened():
        one, other = make.mail_label("One"), make.mail_label("Other")
        labels.merge_labels(label=one, into=other, by=world.alice, at=NOW)
        with pytest.raises(ValidationError):
            labels.merge_labels(label=other, into=one, by=world.alice, at=NOW)
        assert [row.name for row in MailLabel.objects.filter(removed_at=None)] == ["Other"]
