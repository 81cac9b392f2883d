"""Mails stand among the events of a record's history, and none that the reader may not read."""

from datetime import timedelta

from django.db import connections
from django.test.utils import CaptureQueriesContext

from crm.deals import actions as deals
from crm.timeline.queries import history, slots
from inbox.models import MailboxThread
from inbox.queries import letters
from tests import make
from tests.world import NOW, World

DANA = "dana@northwind.test"


def told(found: history.History) -> list[str]:
    return [
        each.beside.row.subject if each.beside else each.event.verb if each.event else ""
        for each in found.entries
    ]


def test_it_tells_mails_among_events_to_who_may_read_them(world: World) -> None:
    with world.opened():
        dana = make.person("Dana Whitfield", DANA, owner=world.alice)
        deal = make.deal(make.pipeline()[0], owner=world.alice, person=dana)
        box, team = make.mailbox(world.alice), make.team_mailbox(world.alice)
        first = make.message(box, subject="Price list", received_at=NOW + timedelta(hours=1))
        make.message(
            team, subject="Price list", rfc_id=first.rfc_id or "", within=first.thread,
            received_at=NOW + timedelta(hours=1),
        )  # fmt: skip
        secret = make.message(box, subject="Salaries", received_at=NOW + timedelta(hours=3))
        gone = make.message(box, subject="Thrown away", received_at=NOW + timedelta(hours=3))
        for mail in (first, secret, gone):
            make.linked(mail.thread, dana, source="auto", why=DANA)
            make.linked(mail.thread, deal, source="auto", why=DANA, rule="open")
        MailboxThread.objects.filter(thread=first.thread, mailbox=box).update(visibility="shared")
        MailboxThread.objects.filter(thread=gone.thread).update(trashed_at=NOW)
        at = NOW + timedelta(hours=2)
        deals.change_deal(deal=deal, values={"value": 7}, by=world.bob, at=at)
        for record in (deal, dana):
            mails = told(history.history(world.alice, record, show="mail"))
            assert mails == ["Salaries", "Price list"], record
        assert told(history.history(world.alice, deal)) == [
            "Salaries",
            "deal.changed",
            "Price list",
        ]
        assert told(history.history(world.bob, deal)) == ["deal.changed", "Price list"]
        assert told(history.history(world.bob, deal, show="mail")) == ["Price list"]
        assert told(history.history(world.bob, deal, show="changes")) == ["deal.changed"]
    path = f"/acme/history/deal/{deal.uid}/"
    page = world.browser(world.alice).get(path).text
    assert "E-mail" in page and "Salaries" in page and f"/acme/inbox/t/{secret.thread.uid}/" in page
    assert "Salaries" not in world.browser(world.bob).get(path).text
    with world.opened():
        deals.change_deal(deal=deal, values={"visibility": "owner"}, by=world.alice, at=NOW)
    assert world.browser(world.bob).get(path).status_code == 404


def test_it_pages_through_mails_and_events_in_as_many_queries(world: World) -> None:
    with world.opened():
        dana = make.person("Dana Whitfield", DANA, owner=world.alice)
        deal = make.deal(make.pipeline()[0], owner=world.alice, person=dana)
        box = make.mailbox(world.alice)
        mail = make.message(box, subject="Mail 0")
        make.linked(mail.thread, deal, source="auto", why=DANA, rule="open")
        deals.change_deal(deal=deal, values={"value": 1}, by=world.bob, at=NOW)
        with CaptureQueriesContext(connections["default"]) as few:
            history.history(world.alice, deal)
        for n in range(1, 60):
            at = NOW + timedelta(minutes=n // 2)
            make.message(box, subject=f"Mail {n}", within=mail.thread, received_at=at)
            deals.change_deal(deal=deal, values={"value": n + 1}, by=world.bob, at=at)
        with CaptureQueriesContext(connections["default"]) as many:
            page = history.history(world.alice, deal)
        assert len(many) <= len(few)
        seen, pages = [*page.entries], 1
        while page.after:
            page = history.history(world.alice, deal, after=page.after)
            seen, pages = [*seen, *page.entries], pages + 1
        keys = {(each.beside is None, history._pk(each)) for each in seen}
        assert len(seen) == len(keys) == 120 and pages == 3
        assert [each.at for each in seen] == sorted((each.at for each in seen), reverse=True)
        mails = history.history(world.alice, deal, show="mail")
        assert len(mails.entries) == 50 and mails.after


def test_it_skips_no_mail_where_a_long_conversation_ends_a_page(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], owner=world.alice)
        box = make.mailbox(world.alice)
        long = make.message(box, subject="Long", received_at=NOW + timedelta(hours=9))
        others = [
            make.message(box, subject=f"At {hour}", received_at=NOW + timedelta(hours=hour))
            for hour in (8, 7, 6)
        ]
        make.message(box, subject="Long", within=long.thread, received_at=NOW)
        for mail in (long, *others):
            make.linked(mail.thread, deal)
        # What came back stands higher in the lists than its mail is young
        woken = {"last_at": NOW + timedelta(hours=20), "woken_at": NOW + timedelta(hours=20)}
        MailboxThread.objects.filter(thread=others[-1].thread).update(**woken)
        place, found = None, []
        while rows := letters.letters(world.alice, deal, place, 2):
            found += [row.row.received_at - NOW for row in rows]
            place = slots.Place(rows[-1].at, rows[-1].pk, in_slot=True)
    assert found == [timedelta(hours=hour) for hour in (9, 8, 7, 6, 0)]
