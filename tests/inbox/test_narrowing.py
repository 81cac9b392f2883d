"""Lists are narrowed by what holds of a conversation, and kept as views."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.fields.models import View
from inbox.actions import labels
from inbox.models import Mailbox, MailboxThread, MailLabel, Thread
from inbox.queries import lists, narrowing, walking
from inbox.queries.narrowing import Narrow
from tests import make
from tests.inbox.team import team_mailbox
from tests.unchanged import unchanged
from tests.world import NOW, World

PAGE = "/acme/inbox/inbox/"
HALF = timedelta(minutes=30)


def subjects(browser: Client, **said: Any) -> list[str]:
    return [row.subject for row in browser.get(PAGE, said).context["rows"]]


def mixed(world: World, box: Mailbox) -> dict[str, Thread]:
    """A linked one with an open deal, a newsletter, one that waits for them, one with a file."""
    dana = make.person("Dana", "dana@northwind.test")
    deal = make.deal(make.pipeline()[0], "Pilot", owner=world.alice)
    lost = make.deal(deal.stage, "Lost", owner=world.alice, status="lost")
    made = {
        "Deal": make.message(box, subject="Deal"),
        "Lost": make.message(box, subject="Lost"),
        "News": make.message(box, subject="News", is_bulk=True, sender="News <n@list.test>"),
        "Sent": make.conversation(box, subject="Sent", length=2)[-1],
        "File": make.message(box, subject="File", files=[("a.pdf", "application/pdf", b"%PDF")]),
    }
    threads = {name: row.thread for name, row in made.items()}
    make.linked(threads["Deal"], deal)
    make.linked(threads["Deal"], dana)
    make.linked(threads["Lost"], lost)
    labels.put_on(
        threads=[threads["Deal"], threads["News"]],
        label=make.mail_label("Stock"),
        by=world.alice,
        at=NOW,
    )
    return threads


def current(html: str) -> list[str]:
    """Where the side bar says one is."""
    links = re.findall(r'<a class="side-item" href="([^"]*)"([^>]*)', html)
    return [url for url, rest in links if "aria-current" in rest]


def test_it_narrows_by_all_that_holds_together(world: World) -> None:
    with world.opened():
        mixed(world, make.mailbox(world.alice))
        stock = str(MailLabel.objects.get().uid)
    alice = world.browser(world.alice)
    assert set(subjects(alice, label=stock)) == {"Deal", "News"}
    assert set(subjects(alice, linked="yes")) == {"Deal", "Lost"}
    assert set(subjects(alice, linked="no")) == {"News", "Sent", "File"}
    assert subjects(alice, deal="open") == ["Deal"]
    assert subjects(alice, contact="1") == ["Deal"]
    assert subjects(alice, files="1") == ["File"]
    assert set(subjects(alice, awaiting="me")) == {"Deal", "Lost", "File"}
    assert subjects(alice, awaiting="them") == ["Sent"]
    page = alice.get(PAGE, {"label": stock, "linked": "no", "unread": "1"})
    assert [row.subject for row in page.context["rows"]] == ["News"]
    assert [chip.text for chip in page.context["chips"]] == ["Stock", "Not linked"]
    assert page.context["total"] == 1
    menu = alice.get("/acme/inbox/filters/", {"in": "done", "label": stock, "linked": "no"})
    offered = (*menu.context["choices"], *menu.context["labels"])
    chosen = {chip.text for chip in offered if chip.is_on}
    assert chosen == {"Stock", "Not linked"}
    assert alice.get(PAGE, {"label": "0"}).status_code == 404
    assert "Nothing fits" in alice.get(PAGE, {"deal": "open", "files": "1"}).text
    api = world.api(world.alice)
    for said, found in (
        ({"mail_label": stock, "linked": "true"}, ["Deal"]),
        ({"open_deal": "true"}, ["Deal"]),
        ({"awaiting": "them"}, ["Sent"]),
        ({"has_attachment": "true", "from_contact": "false"}, ["File"]),
    ):
        told = api.get("threads/", **said).json()["results"]
        assert [row["subject"] for row in told] == found, said


def test_it_tells_no_link_that_only_a_colleagues_mail_made(world: World) -> None:
    with world.opened():
        hers, his = make.mailbox(world.alice), make.mailbox(world.bob)
        row = make.message(hers, subject="Pilot", cc=["secret@firm.test"])
        make.message(his, within=row.thread, subject="Pilot")
        secret = make.person("Secret", "secret@firm.test")
        make.linked(row.thread, secret, source="auto", why="secret@firm.test")
        labels.put_on(threads=[row.thread], label=make.mail_label(), by=world.alice, at=NOW)
        label = MailLabel.objects.get().pk
        for member, count in ((world.alice, 1), (world.bob, 0)):
            for narrow in (Narrow(linked=True), Narrow(contact=True), Narrow(label=label)):
                narrowed = lists.Filter(place="inbox", narrow=narrow)
                assert len(lists.threads(member, narrowed).rows) == count, narrow


def test_it_asks_as_much_whatever_the_size_and_walks_every_page(world: World) -> None:
    with world.opened():
        box = make.mailbox(world.alice)
        label = make.mail_label()
        for n in range(7):
            row = make.message(box, subject=f"S{n}", received_at=NOW + timedelta(hours=n))
            labels.put_on(threads=[row.thread], label=label, by=world.alice, at=NOW)
        narrowed = lists.Filter(place="inbox", narrow=Narrow(label=label.pk, linked=False))
        seen, after = list[str](), None
        while True:
            with CaptureQueriesContext(connections["default"]) as asked:
                page = lists.threads(world.alice, narrowed, after=after, limit=3)
            assert len(asked) <= 4
            seen += [row.subject for row in page.rows]
            after = page.after
            if after is None:
                break
        assert seen == [f"S{n}" for n in reversed(range(7))]
        assert lists.total(narrowed, [box.pk], world.alice) == 7


@pytest.mark.parametrize(
    ("few", "many", "near"),
    [(100, 1000, 100), (0, 1000, 100), (0, 1000, 2), (0, 0, 100)],
    ids=["looked up", "near", "old", "walked"],
)
def test_it_finds_the_same_whichever_way(
    world: World, few: int, many: int, near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in (
        (narrowing, "FEW", few), (narrowing, "MANY", many), (walking, "NEAR", near),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    with world.opened():
        mine, team = make.mailbox(world.alice), make.team_mailbox(world.alice)
        dana, label = make.person("Dana", "dana@northwind.test"), make.mail_label()
        for n in range(12):
            at = NOW + timedelta(hours=n)
            row = make.message(mine if n % 2 else team, subject=f"S{n}", received_at=at)
            if n % 3 == 0:
                # In the other mailbox too, and newer there
                other = team if n % 2 else mine
                make.message(other, within=row.thread, subject=f"S{n}", received_at=at + HALF)
            if n < 6:
                labels.put_on(threads=[row.thread], label=label, by=world.alice, at=NOW)
                make.linked(row.thread, dana)
            if n < 9:
                MailboxThread.objects.filter(thread=row.thread).update(unread_count=0)
        for narrow, unread, numbers in (
            (Narrow(label=label.pk), None, range(6)),
            (Narrow(contact=True), None, range(6)),
            (Narrow(label=label.pk, linked=True), None, range(6)),
            (Narrow(), True, range(9, 12)),
            (Narrow(linked=False), True, range(9, 12)),
        ):
            narrowed = lists.Filter(place="inbox", unread=unread, narrow=narrow)
            wanted = [f"S{n}" for n in reversed(numbers)]
            page = lists.threads(world.alice, narrowed, limit=2)
            seen, last = [row.subject for row in page.rows], page.rows[-1]
            while page.after:
                page = lists.threads(world.alice, narrowed, after=page.after, limit=2)
                seen, last = [*seen, *(row.subject for row in page.rows)], page.rows[-1]
            assert seen == wanted, narrowed
            up = lists.threads(world.alice, narrowed, before=lists.cursor_of(last), limit=2)
            assert [row.subject for row in up.rows] == wanted[-2:], narrowed
            own = [mine.pk, team.pk]
            assert lists.total(narrowed, own, world.alice) == len(wanted), narrowed


def test_the_side_bar_leads_to_whose_turn_it_is(world: World) -> None:
    with world.opened():
        mixed(world, make.mailbox(world.alice))
    alice = world.browser(world.alice)
    mine, theirs = f"{PAGE}?awaiting=me", "/acme/inbox/sent/?awaiting=them"
    for here, rows in ((mine, {"Deal", "Lost", "File"}), (theirs, {"Sent"})):
        page = alice.get(here)
        assert {row.subject for row in page.context["rows"]} == rows
        assert current(page.text) == [here]
    assert current(alice.get(f"{mine}&unread=1").text) == [PAGE]
    assert current(alice.get("/acme/inbox/views/?awaiting=them").text) == [theirs]


def test_the_side_bar_unfolds_where_one_is_and_where_one_likes_it(world: World) -> None:
    with world.opened():
        make.mailbox(world.alice)
    alice = world.browser(world.alice)
    unfolded = re.compile(r'<details class="side-more" id="side-more" open>')
    for place, is_open in (("inbox", False), ("done", False), ("trash", True), ("search", True)):
        assert bool(unfolded.search(alice.get(f"/acme/inbox/{place}/").text)) is is_open, place
    alice.cookies["fio_more"] = "on"
    assert unfolded.search(alice.get(PAGE).text)
    assert unfolded.search(alice.get("/acme/inbox/side/?place=inbox").text)


def test_it_keeps_no_search_in_the_side_bar(world: World) -> None:
    with world.opened():
        team_mailbox(world)
    alice = world.browser(world.alice)
    said = {"name": "Everything", "shared": "on"}
    with unchanged(world):
        refused = alice.post("/acme/inbox/views/?in=search&q=x", said, follow=True)
    assert "a search cannot" in refused.text
    with world.opened():
        # As it may have been kept before
        View.objects.create(
            kind="thread", name="Old", filter={"in": "search"}, is_shared=True, owner=world.alice
        )
    for member in (world.alice, world.bob):
        assert "Old" in world.browser(member).get("/acme/inbox/views/").text


def test_it_keeps_a_list_in_the_side_bar_for_one_or_for_all(world: World) -> None:
    with world.opened():
        mixed(world, make.mailbox(world.alice))
        make.mailbox(world.bob)
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    saved = alice.post("/acme/inbox/views/?in=inbox&linked=no&unread=1", {"name": "Strangers"})
    page = alice.get(saved["Location"])
    assert page.context["view"].name == "Strangers"
    assert {row.subject for row in page.context["rows"]} == {"News", "Sent", "File"}
    [(view, url)] = alice.get("/acme/inbox/views/").context["views"]
    assert sorted(url.partition("?")[2].split("&")) == sorted(
        saved["Location"].partition("?")[2].split("&")
    )
    assert bob.get("/acme/inbox/views/").context["views"] == []
    alice.post(f"/acme/inbox/views/{view.uid}/", {"do": "share"})
    [(_view, url)] = bob.get("/acme/inbox/views/").context["views"]
    assert bob.get(url).context["rows"] == []
    assert bob.post(f"/acme/inbox/views/{view.uid}/", {"do": "delete"}).status_code == 404
    alice.post(f"/acme/inbox/views/{view.uid}/", {"do": "rename", "name": "Unknown"})
    deleted = alice.post(f"/acme/inbox/views/{view.uid}/", {"do": "delete"}, follow=True)
    with world.opened():
        assert not View.objects.exists()
    # The toast takes it back, for whoever deleted it and nobody else
    back = f"/acme/inbox/views/{view.uid}/?back=1"
    assert f'action="{back}"' in deleted.text
    with unchanged(world):
        assert bob.post(back).status_code == 404
    assert alice.get(alice.post(back)["Location"]).context["view"].name == "Unknown"
    [(again, _url)] = bob.get("/acme/inbox/views/").context["views"]
    assert (again.uid, again.filter, again.is_shared) == (view.uid, view.filter, True)


def test_it_heads_a_list_by_the_view_it_is(world: World) -> None:
    with world.opened():
        make.mailbox(world.alice)
    alice = world.browser(world.alice)
    saved = alice.post("/acme/inbox/views/?in=inbox&linked=no", {"name": "Strangers"})
    page = alice.get(saved["Location"])
    uid = page.context["view"].uid
    assert '<h2 id="list-title" class="ell">Strangers</h2>' in page.text
    assert "<title>Strangers · Fio</title>" in page.text
    # One place of the side bar is where one is, also once it has asked again
    here = re.compile(r'title="Inbox"[^>]*aria-current="page"')
    assert not here.search(page.text)
    assert not here.search(alice.get(f"/acme/inbox/side/?place=inbox&view={uid}").text)
    assert here.search(alice.get("/acme/inbox/side/?place=inbox").text)
    waits = alice.get("/acme/inbox/inbox/?awaiting=me").text
    assert '<h2 id="list-title" class="ell">Awaiting my answer</h2>' in waits
