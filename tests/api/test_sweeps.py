"""One thing done to many threads, and lists that are kept, for programs."""

from typing import Any

import pytest

from crm.fields.models import View
from crm.timeline.models import Notice
from crm.workspaces.models import User
from inbox.actions import assigning, labels, sweeping
from inbox.models import MailboxThread, Sweep
from tests import make
from tests.api.population import fingerprint
from tests.inbox.team import team_mailbox
from tests.unchanged import unchanged
from tests.world import NOW, World


def places(world: World) -> list[str]:
    with world.opened():
        return sorted(MailboxThread.objects.values_list("place", flat=True))


def test_it_does_watches_and_undoes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    with world.opened():
        box = make.mailbox(world.alice)
        threads = [make.message(box, subject=f"S{n}").thread for n in range(4)]
        label = make.mail_label()
        deal = make.deal(make.pipeline()[0], owner=world.alice)
        labels.put_on(threads=threads[:3], label=label, by=world.alice, at=NOW)
    alice = world.api(world.alice)
    asked = {"verb": "archive", "filter": {"role": "inbox", "mail_label": str(label.uid)}}
    made = alice.post("sweeps/", asked, key="once")
    assert (made.status_code, made.json()["state"], made.json()["total"]) == (202, "running", 3)
    again = alice.post("sweeps/", asked, key="once")
    assert again.headers["Idempotent-Replayed"] == "true" and again.json() == made.json()
    path = f"sweeps/{made.json()['id']}/"
    with world.opened():
        [row] = Sweep.objects.all()
    sweeping.work(workspace_id=world.acme.pk, sweep_id=row.pk)
    told = alice.get(path).json()
    assert (told["state"], told["done"], told["verb"]) == ("done", 3, "archive")
    assert places(world) == ["archive", "archive", "archive", "inbox"]
    for other in (world.bob, world.charlie):
        stranger = world.api(other)
        assert stranger.get(path).status_code == 404
        assert stranger.post(f"{path}undo/").status_code == 404
        assert stranger.get("sweeps/").json()["results"] == []
    assert alice.post(f"{path}undo/").status_code == 202
    sweeping.work(workspace_id=world.acme.pk, sweep_id=row.pk)
    assert alice.get(path).json()["state"] == "undone"
    assert alice.post(f"{path}undo/").status_code == 409
    assert places(world) == ["inbox"] * 4

    # A few are done before the answer
    two = [str(each.uid) for each in threads[:2]]
    done = alice.post("sweeps/", {"verb": "link", "threads": two, "deal": str(deal.uid)}).json()
    assert done["state"] == "done"
    linked = alice.get("threads/", open_deal="true").json()["results"]
    assert {row["id"] for row in linked} == set(two)
    assert alice.post(f"sweeps/{done['id']}/undo/").json()["state"] == "undone"
    assert alice.get("threads/", open_deal="true").json()["results"] == []
    assert len(alice.get("sweeps/").json()["results"]) == 2


def test_it_assigns_many_and_gives_them_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that match, not only those on the page; mail of personal mailboxes is left alone."""
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    with world.opened():
        box, own = team_mailbox(world), make.mailbox(world.alice)
        threads = [make.message(box, subject=f"T{n}").thread for n in range(3)]
        make.message(own, subject="Private")
        MailboxThread.objects.filter(thread=threads[0]).update(assignee=world.alice)
    api, bobs, alices = world.api(world.alice), str(world.bob.uid), world.alice.pk
    asked = {"verb": "assign", "filter": {"role": "inbox"}, "member": bobs}
    made = api.post("sweeps/", asked, key="1").json()
    assert (made["state"], made["total"]) == ("running", 4)
    assert holders(world) == [None, None, None, alices]
    work(world)
    assert holders(world) == [None, *[world.bob.pk] * 3]
    with world.opened():
        assert Notice.objects.filter(member=world.bob, why="given").count() == 1
        # Whoever passes it on has it, whatever is taken back later
        given: dict[str, Any] = {"threads": [threads[1]], "to": world.alice}
        assigning.assign(**given, by=world.bob, at=NOW)
    api.post(f"sweeps/{made['id']}/undo/")
    work(world)
    assert holders(world) == [None, None, alices, alices]
    # A few are done at once, on the page as well
    uid, page = str(threads[2].uid), world.browser(world.alice)
    done = api.post("sweeps/", {"verb": "assign", "threads": [uid], "member": bobs}).json()
    assert done["state"] == "done" and holders(world).count(world.bob.pk) == 1
    assert api.post(f"sweeps/{done['id']}/undo/").json()["state"] == "undone"
    said = {"verb": "assign", "thread": uid}
    undo = page.post("/acme/inbox/sweeps/?in=inbox", said | {"to": bobs}).json()["undo"]
    assert holders(world).count(world.bob.pk) == 1 and page.post(undo).status_code == 200
    assert holders(world) == [None, None, alices, alices]
    page.post("/acme/inbox/sweeps/?in=inbox", said | {"to": "nobody"})
    with unchanged(world):
        strange = str(world.charlie.uid)
        assert api.post("sweeps/", asked | {"member": strange}).status_code == 404
        del asked["member"]
        assert api.post("sweeps/", asked).status_code == 400
        for to in (strange, "x", ""):
            answer = page.post("/acme/inbox/sweeps/?in=inbox", said | {"to": to})
            assert answer.status_code == 404, to
    User.objects.using("system").filter(pk=world.bob.user_id).update(is_active=False)
    with unchanged(world):
        refused = page.post("/acme/inbox/sweeps/?in=inbox", said | {"to": bobs})
        assert refused.status_code == 422
        assert "Choose somebody else" in refused.json()["errors"][0]["message"]


def holders(world: World) -> list[int | None]:
    with world.opened():
        found = MailboxThread.objects.values_list("assignee_id", flat=True)
        return sorted(found, key=lambda pk: (pk is not None, pk != world.bob.pk, pk or 0))


def work(world: World) -> None:
    with world.opened():
        pk = Sweep.objects.latest("pk").pk
    sweeping.work(workspace_id=world.acme.pk, sweep_id=pk)


def test_it_refuses_what_it_cannot_do_and_does_nothing(world: World) -> None:
    with world.opened():
        thread = make.message(make.mailbox(world.alice)).thread.uid
        hers = make.message(make.mailbox(world.bob), visibility="shared")
        make.linked(hers.thread, make.person("Dana", "dana@northwind.test"))
        shared, uid = str(hers.thread.uid), str(thread)
        label = str(make.mail_label().uid)
    api, charlie = world.api(world.alice), world.api(world.charlie)
    before = fingerprint(world.acme.pk)
    every: dict[str, Any] = {"filter": {}}
    wrong: list[tuple[int, dict[str, Any]]] = [
        (400, {"verb": "explode", **every}),
        (400, {"verb": "archive"}),
        (400, {"verb": "archive", "threads": [], "filter": {}}),
        (400, {"verb": "archive", "threads": [uid] * 501}),
        (400, {"verb": "archive", "filter": {"no": 1}}),
        (400, {"verb": "archive", "filter": {"q": "a\0b"}}),
        (400, {"verb": "snooze", **every}),
        (400, {"verb": "snooze", "until": "2020-01-01T00:00:00Z", **every}),
        (400, {"verb": "label", **every}),
        (400, {"verb": "link", **every}),
        (404, {"verb": "archive", "threads": [uid, shared]}),
        (404, {"verb": "archive", "threads": [uid, "nonsense"]}),
        (404, {"verb": "label", "mail_label": uid, **every}),
        (404, {"verb": "link", "person": uid, **every}),
        (404, {"verb": "archive", "filter": {"mailbox": uid}}),
    ]
    for code, body in wrong:
        answer = api.post("sweeps/", body)
        assert answer.status_code == code, (body, answer.content)
        assert answer.headers["Content-Type"] == "application/problem+json"
    for body in (
        {"verb": "archive", "threads": [uid]},
        {"verb": "label", "filter": {}, "mail_label": label},
        {"verb": "archive", "filter": {"mail_label": label}},
    ):
        assert charlie.post("sweeps/", body).status_code == 404
    assert fingerprint(world.acme.pk) == before
    assert charlie.post("sweeps/", {"verb": "archive", "filter": {}}).json()["total"] == 0
    assert fingerprint(world.acme.pk) == before


def test_it_keeps_lists_for_pages_and_programs_alike(world: World) -> None:
    with world.opened():
        box = team_mailbox(world)
        label = make.mail_label("Stock")
        rows = [make.message(box, subject=name) for name in ("One", "Two")]
        labels.put_on(threads=[rows[0].thread], label=label, by=world.alice, at=NOW)
        own = make.mailbox(world.alice)
    alice, bob, charlie = (world.api(each) for each in (world.alice, world.bob, world.charlie))
    kept: dict[str, Any] = {"role": "inbox", "mailbox": str(box.uid), "mail_label": str(label.uid)}
    kept |= {"unread": True, "linked": False}
    asked = {"name": "Stock", "filter": kept, "shared": False}
    made = alice.post("mail_views/", asked, key="v")
    assert made.status_code == 201 and made.json()["filter"] == kept
    assert alice.post("mail_views/", asked, key="v").json() == made.json()
    path = f"mail_views/{made.json()['id']}/"
    listed = alice.get("threads/", mail_view=made.json()["id"]).json()["results"]
    assert [row["subject"] for row in listed] == ["One"]
    page = world.browser(world.alice).get("/acme/inbox/views/")
    [(view, url)] = page.context["views"]
    found = world.browser(world.alice).get(url)
    assert [row.subject for row in found.context["rows"]] == ["One"]
    assert [chip.text for chip in found.context["chips"]] == ["Stock", "Not linked"]

    for api in (bob, charlie):
        assert api.get(path).status_code == 404
        assert api.get("threads/", mail_view=made.json()["id"]).status_code == 404
    assert alice.patch(path, {"shared": True, "name": "Beans"}).json()["shared"]
    assert [row["name"] for row in bob.get("mail_views/").json()["results"]] == ["Beans"]
    before = fingerprint(world.acme.pk)
    assert bob.patch(path, {"name": "Mine"}).status_code == 404
    assert bob.delete(path).status_code == 404
    assert charlie.delete(path).status_code == 404
    for wrong in (
        {"filter": {"role": "moon"}},
        {"filter": {"x": 1}},
        {"name": "a\0"},
        {"name": ""},
    ):
        answer = alice.patch(path, wrong)
        assert answer.status_code == 400, wrong
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert alice.patch(path, {"filter": {"mailbox": str(rows[0].uid)}}).status_code == 404
    assert fingerprint(world.acme.pk) == before
    changed = alice.patch(path, {"filter": {"role": "done", "mailbox": str(own.uid), "mine": True}})
    assert changed.json()["filter"] == {"role": "done", "mailbox": str(own.uid), "mine": True}
    # One of a mailbox that Bob has not is not his, though it is shared
    assert bob.get("mail_views/").json()["results"] == []
    assert alice.get("threads/", mail_view=made.json()["id"]).json()["results"] == []
    assert alice.delete(path).status_code == 204
    with world.opened():
        assert not View.objects.filter(pk=view.pk).exists()
