"""Templates, drafts and mails that are stuck, for programs."""

from typing import Any

import pytest

from inbox.models import Mailbox, Outgoing, ThreadGuest
from inbox.queries import blobs, defaults
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, World


@pytest.fixture
def box(world: World) -> Mailbox:
    with world.opened():
        box: Mailbox = make.mailbox(world.alice)
        make.connection(box)
        return box


def test_it_says_what_a_template_says_to_somebody(world: World) -> None:
    with world.opened():
        row = make.mail_template(
            world.alice,
            subject="For {{ person.first_name }}",
            html="<p>{{ deal.name }} {{ sender.first_name }} {{ nobody.x }} {{ lead.name }}</p>",
            is_shared=True,
        )
        dana = make.person("Dana <Whit>", "dana@northwind.test", owner=world.alice)
        eva = make.person("Eva", "eva@else.test", owner=world.alice, visibility="owner")
        deal = make.deal(make.pipeline()[0], "Depots & more", owner=world.alice)
    api, bob, charlie = (world.api(who) for who in (world.alice, world.bob, world.charlie))
    path = f"mail_templates/{row.uid}/preview/"
    known = {
        each["name"]: each["of"] for each in api.get("mail_templates/fields/").json()["results"]
    }
    assert (known["deal.name"], known["sender.first_name"]) == ("deal", "sender")
    with unchanged(world):
        told = api.post(path, {"to": ["dana@northwind.test"], "deal": str(deal.uid)}).json()
        assert told["subject"] == "For Dana"
        assert "Depots &amp; more Alice" in told["html"] and "[lead.name]" in told["html"]
        assert (told["empty"], told["unknown"]) == (["lead.name"], ["{{ nobody.x }}"])
        assert api.post(path, {"person": str(dana.uid)}).json()["subject"] == "For Dana"
        assert bob.post(path, {"to": ["eva@else.test"]}).json()["empty"][0] == "person.first_name"
        assert bob.post(path, {"person": str(eva.uid)}).status_code == 404
        assert charlie.post(path, {}).status_code == 404


def test_it_orders_removes_and_restores_templates(world: World) -> None:
    with world.opened():
        rows = [
            make.mail_template(world.alice, name=name, is_shared=True, position=at)
            for at, name in enumerate("abc")
        ]
        uids = [str(row.uid) for row in rows]
    api, bob = world.api(world.alice), world.api(world.bob)
    assert api.post("mail_templates/order/", {"templates": uids[::-1]}).status_code == 204
    listed = {row["id"]: row["position"] for row in api.get("mail_templates/").json()["results"]}
    assert [listed[uid] for uid in uids] == [2, 1, 0]
    with unchanged(world):
        assert bob.patch(f"mail_templates/{uids[0]}/", {"name": "x"}).status_code == 403
        assert bob.delete(f"mail_templates/{uids[0]}/").status_code == 403
        assert bob.post("mail_templates/order/", {"templates": uids}).status_code == 204
        assert api.post("mail_templates/order/", {"templates": []}).status_code == 400
    assert api.delete(f"mail_templates/{uids[0]}/").status_code == 204
    with unchanged(world):
        assert bob.post(f"mail_templates/{uids[0]}/restore/").status_code == 404
    assert api.post(f"mail_templates/{uids[0]}/restore/").json()["name"] == "a"


def test_it_finds_drafts_and_brings_back_what_was_thrown_away(world: World, box: Mailbox) -> None:
    api, bob = world.api(world.alice), world.api(world.bob)
    said = {"mailbox": str(box.uid), "text": "Loggers for depots"}
    first, second = (
        api.post("drafts/", said | {"subject": subject}).json() for subject in ("Pilot", "Beans")
    )

    def found(**query: str) -> list[str]:
        return [row["subject"] for row in api.get("drafts/", **query).json()["results"]]

    assert found(q="PILOT loggers") == ["Pilot"] and found(q="nothing") == []
    api.patch(f"drafts/{first['id']}/", {"subject": "Pilot 2"})
    assert found(updated_since=second["updated_at"]) == ["Beans", "Pilot 2"]
    path = f"drafts/{first['id']}/"
    assert api.delete(path).status_code == 204 and api.get(path).status_code == 404
    with unchanged(world):
        assert bob.post(f"{path}restore/").status_code == 404
    assert api.post(f"{path}restore/").json()["subject"] == "Pilot 2"
    assert api.post(f"{path}restore/").status_code == 200 and api.get(path).status_code == 200


@pytest.mark.parametrize(
    ("decision", "state"), [("again", "queued"), ("arrived", "sent"), ("draft", "cancelled")]
)
def test_it_decides_about_a_mail_that_is_stuck(
    world: World, box: Mailbox, decision: str, state: str
) -> None:
    with world.opened():
        stuck, waits = (
            make.outgoing(box, world.alice, state=each) for each in ("unknown", "queued")
        )
    api, bob = world.api(world.alice), world.api(world.bob)
    path, said = f"outbox/{stuck.uid}/decide/", {"as": decision}
    with unchanged(world):
        assert bob.post(path, said).status_code == 404
        assert api.post(path, {"as": "sent"}).status_code == 400
        waiting = api.post(f"outbox/{waits.uid}/decide/", said)
        assert waiting.status_code == 409 and "not stuck" in waiting.json()["detail"]
    assert api.post(path, said, key="1").json()["state"] == state
    assert api.post(path, said, key="1").json()["state"] == state
    with world.opened():
        assert Outgoing.objects.get(pk=stuck.pk).state == state


def test_it_counts_what_another_default_changes(world: World, box: Mailbox) -> None:
    with world.opened():
        make.message(box, visibility="private")
        expected = defaults.effect(box, "shared")
    api, bob = world.api(world.alice), world.api(world.bob)
    told = api.get(f"mailboxes/{box.uid}/effect/", visibility="shared").json()
    assert told == {"total": 1, "other": 1, "linked": 0, "kept": 0}
    assert (expected.total, expected.other) == (1, 1)
    assert api.get(f"mailboxes/{box.uid}/effect/").json()["other"] == 0
    assert bob.get(f"mailboxes/{box.uid}/effect/").status_code == 404


def test_it_lets_in_always_and_no_more(world: World, box: Mailbox) -> None:
    api, path = world.api(world.alice), f"mailboxes/{box.uid}/door/"
    said: dict[str, Any] = {"sender": "dana@northwind.test"}
    assert api.post(path, said | {"always": True}).json()["welcome"] == ["dana@northwind.test"]
    assert api.post(path, said | {"never": True}).json()["welcome"] == []


def test_it_lets_somebody_read_along_and_shuts_him_out(world: World, box: Mailbox) -> None:
    with world.opened():
        row = make.message(box, visibility="private")
    api, bob = world.api(world.alice), world.api(world.bob)
    path, him = f"threads/{row.thread.uid}/", {"member": str(world.bob.uid)}
    with unchanged(world):
        assert bob.post(f"{path}let_in/", him).status_code == 404
        assert api.post(f"{path}let_in/", {"member": str(world.charlie.uid)}).status_code == 404
    answer = api.post(f"{path}let_in/", him).json()
    told = answer["results"]
    assert answer["rule"].endswith("Whoever was mentioned in a comment may read it as well.")
    assert {one["email"]: one["guest"] for one in told}["bob@acme.test"] == str(world.bob.uid)
    assert bob.get(path).status_code == 200
    with unchanged(world):
        assert bob.post(f"{path}shut_out/", him).status_code == 403
    assert len(api.post(f"{path}shut_out/", him).json()["results"]) == 1
    assert bob.get(path).status_code == 404
    with world.opened():
        assert not ThreadGuest.objects.exists()


def test_it_finds_whom_a_mail_may_go_to(world: World, box: Mailbox) -> None:
    with world.opened():
        make.person("Dana", "dana@northwind.test", owner=world.alice)
        make.person("Dario", "dario@hidden.test", owner=world.alice, visibility="owner")
        make.message(box, sender="Dave <dave@mail.test>", received_at=NOW)
    api, bob = world.api(world.alice), world.api(world.bob)

    def found(who: Any, q: str) -> list[str]:
        return [one["address"] for one in who.get("recipients/", q=q).json()["results"]]

    assert found(api, "da") == ["dana@northwind.test", "dario@hidden.test", "dave@mail.test"]
    assert found(bob, "da") == ["dana@northwind.test"]
    assert found(api, "") == [] == found(world.api(world.charlie), "da")
    mail_only = world.api(world.alice, ("mail:read",))
    assert found(mail_only, "da") == ["dave@mail.test"]


def test_it_answers_and_passes_on_as_the_page_does(world: World, box: Mailbox) -> None:
    with world.opened():
        row = make.message(
            box,
            sender="Dana <dana@northwind.test>",
            to=["alice@acme.test", "eva@northwind.test"],
            subject="Pilot",
            text="How many loggers?",
            files=[("plan.pdf", "application/pdf", b"%PDF plan")],
        )
    api, bob, charlie = (world.api(who) for who in (world.alice, world.bob, world.charlie))
    named = {"message": str(row.uid), "kind": "reply_all"}
    answer = api.post("drafts/answer/", named, key="1").json()
    assert answer["to"] == ["Dana <dana@northwind.test>", "eva@northwind.test"]
    assert (answer["subject"], answer["quote"]) == ("Re: Pilot", True)
    assert api.post("drafts/answer/", named).json()["id"] == answer["id"]
    onward = api.post("drafts/answer/", named | {"kind": "forward"}).json()
    assert (onward["subject"], len(onward["attachments"]), onward["to"]) == ("Fwd: Pilot", 1, [])
    with unchanged(world):
        assert bob.post("drafts/answer/", named).status_code == 404
        assert charlie.post("drafts/answer/", named).status_code == 404
        assert api.post("drafts/answer/", named | {"kind": "new"}).status_code == 400
    # What is not named stays: what is quoted as well
    path = f"drafts/{answer['id']}/"
    assert api.patch(path, {"text": "Forty."}).json()["quote"] is True
    sent = api.post(f"{path}send/", {}).json()["outbox"]
    with world.opened():
        left = blobs.data(Outgoing.objects.get(uid=sent).blob_id).decode()
    assert "Forty." in left and "How many loggers?" in left
    other = api.post("drafts/answer/", named | {"kind": "reply"}).json()
    assert api.patch(f"drafts/{other['id']}/", {"quote": False}).json()["quote"] is False
