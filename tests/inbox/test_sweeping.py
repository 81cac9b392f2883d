"""One thing done to all of a list: in steps, killed and resumed, taken back as a whole."""

from typing import Any

import pytest
from django.test import Client

from crm.workspaces import doorbell
from crm.workspaces.models import Membership, User
from inbox import tasks
from inbox.actions import doing, sweeping
from inbox.models import MailboxMember, MailboxThread, Sweep, SweepItem, Thread, ThreadLink
from inbox.queries import lists
from inbox.queries.narrowing import Narrow
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, World

MANY = 7


@pytest.fixture
def seven(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(sweeping, "STEP", 3)
    monkeypatch.setattr(sweeping, "AT_ONCE", 5)
    with world.opened():
        box = make.mailbox(world.alice)
        for n in range(MANY):
            make.message(box, subject=f"S{n}", is_read=n == 0)
    return world


def begin(browser: Client, **said: Any) -> Any:
    return browser.post("/acme/inbox/sweeps/?in=inbox", said)


def run(world: World) -> None:
    with world.opened():
        pk = Sweep.objects.latest("pk").pk
    sweeping.work(workspace_id=world.acme.pk, sweep_id=pk)


def places(world: World) -> dict[str, int]:
    with world.opened():
        found = MailboxThread.objects.values_list("place", flat=True)
        return {place: list(found).count(place) for place in set(found)}


def test_it_goes_on_where_it_was_killed_and_is_taken_back_as_a_whole(
    seven: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = seven.browser(seven.alice)
    assert begin(alice, verb="explode").status_code == 422
    begun = begin(alice, verb="archive").json()
    assert (begun["total"], begun["is_done"]) == (MANY, False)
    real, calls = doing.do, list[int]()

    def dies(*args: Any, **named: Any) -> Any:
        calls.append(1)
        found = real(*args, **named)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return found

    with monkeypatch.context() as patched:
        patched.setattr(doing, "do", dies)
        with pytest.raises(KeyboardInterrupt):
            run(seven)
    # Nothing half done: the first step stands, the second is gone
    assert places(seven) == {"archive": 3, "inbox": 4}
    page = alice.get("/acme/inbox/sweeps/")
    assert page.context["is_busy"] and page.context["sweeps"][0].done == 3
    assert "<b>Archive</b>" in page.text
    assert sweeping.due() == []  # whoever was killed may still hold it
    with seven.opened():
        Sweep.objects.update(lease_until=NOW)
        [sweep] = Sweep.objects.all()
    assert sweeping.due() == [(seven.acme.pk, sweep.pk)]
    run(seven)
    assert places(seven) == {"archive": MANY}
    run(seven)
    with seven.opened():
        assert (Sweep.objects.get().done, SweepItem.objects.count()) == (MANY, MANY)
    assert alice.post(f"/acme/inbox/sweeps/{sweep.uid}/undo/").status_code == 200
    run(seven)
    assert places(seven) == {"inbox": MANY}
    assert alice.get("/acme/inbox/sweeps/").context["sweeps"] == []
    for stranger, slug in ((seven.bob, "acme"), (seven.charlie, "globex")):
        path = f"/{slug}/inbox/sweeps/{sweep.uid}/undo/"
        assert seven.browser(stranger).post(path).status_code == 404


def test_it_undoes_only_what_it_changed(seven: World) -> None:
    alice = seven.browser(seven.alice)
    with seven.opened():
        label = make.mail_label()
        person = make.person("Dana", "dana@northwind.test")
        said: dict[str, dict[str, Any]] = {
            "read": {},
            "label": {"label": str(label.uid)},
            "snooze": {"until": "2027-01-04T08:00:00+00:00"},
            "link": {"record": f"person:{person.uid}"},
        }
        narrowed = lists.Filter(place="inbox")
        before = _state(seven)
    for verb, more in said.items():
        with seven.opened():
            sweep = sweeping.begin(verb=verb, said=more, meant=narrowed, by=seven.alice, at=NOW)
        run(seven)
        with seven.opened():
            assert _state(seven) != before, verb
            sweeping.take_back(sweep=sweep, at=NOW)
        run(seven)
        with seven.opened():
            assert _state(seven) == before, verb
    assert begin(alice, verb="snooze").status_code == 422
    assert begin(alice, verb="label", label="nonsense").status_code == 422


def _state(world: World) -> list[Any]:
    """Place, unread, labels and links of each row, as the list shows them."""
    rows = lists.threads(world.alice, lists.Filter()).rows
    linked = lists.threads(world.alice, lists.Filter(narrow=Narrow(linked=True))).rows
    told = [(row.subject, row.place, row.unread_count, row.labels) for row in rows]
    return [*sorted(told), len(linked)]


def test_whoever_leaves_the_mailbox_halfway_stops_nothing(
    seven: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no longer his is left alone, forth and back, and the run comes to its end."""
    with seven.opened():
        team = make.team_mailbox(seven.alice, seven.bob)
        threads = [make.message(team, subject=f"T{n}").thread for n in range(MANY)]
        person = make.person()
        named: dict[str, Any] = {
            "verb": "link",
            "said": {"record": f"person:{person.uid}"},
            "at": NOW,
        }
        first = sweeping.begin(**named, meant=threads, by=seven.bob)
        other = sweeping.begin(**named, meant=threads, by=seven.alice)
        while sweeping._step(other.pk):
            pass
        ThreadLink.objects.all().delete()
        assert sweeping._step(first.pk)
        MailboxMember.objects.all().delete()
        # As a release wrote it that kept nothing of links
        SweepItem.objects.filter(sweep=other).update(kept="")
        sweeping.take_back(sweep=other, at=NOW)
    for row in (first, other):
        sweeping.work(workspace_id=seven.acme.pk, sweep_id=row.pk)
    with seven.opened():
        states = Sweep.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["done", "undone"]
        assert ThreadLink.objects.filter(undone_at=None).count() == 3


@pytest.mark.parametrize("how", ["left", "blocked"])
def test_nothing_goes_on_for_whose_access_has_ended(seven: World, how: str) -> None:
    """Neither what he began, nor taking it back, nor attaching what was there before."""
    begin(seven.browser(seven.alice), verb="done")
    with seven.opened():
        sweep = Sweep.objects.get()
        assert sweeping._step(sweep.pk)
        person = make.person("Dana", "dana@northwind.test")
    if how == "left":
        Membership.objects.using("system").filter(pk=seven.alice.pk).update(is_active=False)
    else:
        User.objects.using("system").filter(pk=seven.alice.user_id).update(is_active=False)
    run(seven)
    assert places(seven) == {"done": 3, "inbox": MANY - 3}
    asked: dict[str, Any] = {
        "kind": "person",
        "pk": person.pk,
        "by": seven.alice.pk,
        "at": NOW.isoformat(),
    }
    tasks.attach(workspace_id=seven.acme.pk, **asked)
    with seven.opened():
        sweep.refresh_from_db()
        assert sweep.state == "done" and not ThreadLink.objects.exists()


def test_a_long_one_lets_others_have_their_turn(
    seven: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "TURN", -1)
    rung = list[Any]()
    monkeypatch.setattr(doorbell, "ring", lambda _work, _queue, **asked: rung.append(asked))
    begin(seven.browser(seven.alice), verb="archive")
    done = list[int]()
    while rung:
        tasks.sweep(**rung.pop())
        done.append(places(seven).get("archive", 0))
        assert len(rung) <= 1
    assert done == [3, 6, 7, 7]
    with seven.opened():
        assert Sweep.objects.get().state == "done"


def test_a_member_has_so_many_under_way_and_no_more(
    seven: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused with what to do, by page and REST; a few at once, and others, are not held up."""
    monkeypatch.setattr(sweeping, "MOST", 2)
    alice, api = seven.browser(seven.alice), seven.api(seven.alice)
    first = begin(alice, verb="read").json()
    run(seven)
    for verb in ("unread", "read"):
        assert begin(alice, verb=verb).status_code == 200
    asked = {"verb": "done", "filter": {}}
    with unchanged(seven):
        refused = begin(alice, verb="done")
        told = api.post("sweeps/", asked, key="late")
        # To take back one that is over is work as well
        back = alice.post(first["undo"])
        his = api.post(f"sweeps/{first['undo'].split('/')[-3]}/undo/")
    assert [each.status_code for each in (refused, told, back, his)] == [409] * 4
    words = "2 changes to many conversations are under way for you. Wait until one of them is over"
    assert words in refused.json()["errors"][0]["message"] and words in told.json()["detail"]
    assert words in back.headers["HX-Trigger"] and words in his.json()["detail"]
    with seven.opened():
        one = str(Thread.objects.latest("pk").uid)
    assert begin(alice, verb="done", thread=one).json()["is_done"]
    assert begin(seven.browser(seven.bob), verb="done").status_code == 200
    # Whoever is over makes room
    run(seven)
    with seven.opened():
        pk = Sweep.objects.filter(finished_at=None).earliest("pk").pk
    sweeping.work(workspace_id=seven.acme.pk, sweep_id=pk)
    assert alice.post(first["undo"]).status_code == 200


def test_one_that_cannot_go_on_does_not_stand_before_the_others(
    seven: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that is due is rung for once in a while, so twenty broken ones hold up nobody."""
    monkeypatch.setattr(sweeping, "MOST", 25)
    alice = seven.browser(seven.alice)
    for _time in range(25):
        begin(alice, verb="archive")
    with seven.opened():
        Sweep.objects.update(lease_until=None)
        every = list(Sweep.objects.order_by("pk").values_list("pk", flat=True))
    first, then = sweeping.due(), sweeping.due()
    assert sorted(pk for _here, pk in first + then) == every and sweeping.due() == []
