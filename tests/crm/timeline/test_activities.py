"""Activities are planned, done, put on another day; each member sees what he may see."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.fields.models import Visibility
from crm.timeline.actions import activities as actions
from crm.timeline.actions import due, reminding
from crm.timeline.actions.preparing import prepare_types
from crm.timeline.models import Activity, ActivityType, Event, Notice
from crm.timeline.queries import ahead, matching, pages
from tests import make
from tests.world import NOW, World


def _typed(world: World, **more: Any) -> dict[str, Any]:
    with world.opened():
        call = prepare_types()[0]
    return {
        "type": str(call.uid),
        "subject": "Call Owen: installation dates",
        "due_on": "2026-11-24",
        "due_time": "10:00",
        "assignee": str(world.alice.uid),
        **more,
    }


def test_it_plans_a_call_about_a_deal(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], owner=world.alice)
    alice = world.browser(world.alice)
    page = alice.get(f"/acme/activities/new/?about=deal:{deal.uid}")
    assert "Brightmoor, 14 depots" in page.text and "Lunch" in page.text
    typed = _typed(world, about=f"deal:{deal.uid}", minutes="30", remind_before="10")
    assert alice.post("/acme/activities/new/", typed).status_code == 302
    page = alice.get("/acme/activities/")
    assert "Call Owen: installation dates" in page.text and "Brightmoor" in page.text
    with world.opened():
        row = Activity.objects.get()
        assert row.due_at == datetime(2026, 11, 24, 10, tzinfo=UTC)
        assert row.remind_at is None or row.remind_at == row.due_at - timedelta(minutes=10)
        assert (row.minutes, row.assignee, row.created_by) == (30, world.alice, world.alice)
        event = Event.objects.get(verb="activity.created")
        assert {each.kind for each in event.about.all()} == {"activity", "deal"}


def test_it_takes_the_time_of_the_one_who_types(world: World) -> None:
    world.alice.user.time_zone = "America/Sao_Paulo"
    world.alice.user.save()
    world.browser(world.alice).post("/acme/activities/new/", _typed(world))
    with world.opened():
        row = Activity.objects.get()
        assert row.due_at == datetime(2026, 11, 24, 13, tzinfo=UTC)
        assert row.due_on == date(2026, 11, 24)


def test_it_refuses_a_time_without_a_day(world: World) -> None:
    page = world.browser(world.alice).post("/acme/activities/new/", _typed(world, due_on=""))
    assert page.status_code == 422 and "A time of day needs its day." in page.text


def test_it_is_done_and_undone(world: World) -> None:
    with world.opened():
        row = make.activity("Send the offer", assignee=world.alice, due=NOW)
    alice = world.browser(world.alice)
    told = alice.post(f"/acme/activities/{row.uid}/completion/")
    assert told.status_code == 204 and "completion/?not=1" in told.headers["HX-Trigger"]
    assert "Send the offer" in alice.get("/acme/activities/?when=done").text
    assert "Send the offer" not in alice.get("/acme/activities/").text
    alice.post(f"/acme/activities/{row.uid}/completion/?not=1")
    assert "Send the offer" in alice.get("/acme/activities/").text
    alice.post(f"/acme/activities/{row.uid}/removal/")
    assert "Send the offer" not in alice.get("/acme/activities/").text
    alice.post(f"/acme/activities/{row.uid}/removal/?not=1")
    assert "Send the offer" in alice.get("/acme/activities/").text


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("overdue", {"late", "yesterday"}),
        ("today", {"this morning", "today"}),
        ("open", {"late", "yesterday", "this morning", "today", "far", "someday"}),
        ("later", {"far", "someday"}),
        ("done", {"finished"}),
    ],
)
def test_it_lists_by_time(world: World, when: str, shown: set[str]) -> None:
    at = NOW.replace(hour=12)
    with world.opened():
        make.activity("late", assignee=world.alice, due=at - timedelta(days=1))
        make.activity("yesterday", assignee=world.alice, due=at.date() - timedelta(days=1))
        make.activity("this morning", assignee=world.alice, due=at + timedelta(hours=2))
        make.activity("today", assignee=world.alice, due=at.date())
        make.activity("far", assignee=world.alice, due=at + timedelta(days=30))
        make.activity("someday", assignee=world.alice)
        make.activity("finished", assignee=world.alice, due=at.date(), done_at=at)
        page = pages.page(world.alice, matching.Filter(when, world.alice), at)
        assert {row.subject for row in page.rows} == shown


def test_it_walks_the_list_by_key(world: World) -> None:
    with world.opened():
        for number in range(60):
            make.activity(f"Call {number}", assignee=world.alice, due=NOW.date())
        asked = matching.Filter("open", world.alice)
        first = pages.page(world.alice, asked, NOW)
        second = pages.page(world.alice, asked, NOW, first.after)
        assert (len(first.rows), len(second.rows), second.after) == (50, 10, "")
        assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


def test_it_hides_what_is_about_hidden_records(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        secret = make.deal(stage, "Secret", owner=world.alice, visibility=Visibility.OWNER)
        open_ = make.deal(stage, "Open", owner=world.alice)
        make.activity("about both", secret, open_, assignee=world.alice)
        make.activity("about the open one", open_, assignee=world.alice)
        make.activity("of Alice alone", assignee=world.alice)
        make.activity("given to Bob", secret, assignee=world.bob)
    bob = world.browser(world.bob)
    page = bob.get("/acme/activities/?who=all").text
    assert "about the open one" in page and "given to Bob" in page
    assert "about both" not in page and "of Alice alone" not in page and "Secret" not in page
    alice = world.browser(world.alice).get("/acme/activities/?who=all").text
    assert "about both" in alice and "of Alice alone" in alice
    with world.opened():
        hidden = Activity.objects.get(subject="about both")
    assert bob.get(f"/acme/activities/{hidden.uid}/").status_code == 404
    assert world.browser(world.charlie).get("/acme/activities/").status_code == 404


def test_it_shows_weeks_and_months_and_moves_to_another_day(world: World) -> None:
    with world.opened():
        row = make.activity("Visit Selby", assignee=world.alice, due=NOW + timedelta(hours=1))
    alice = world.browser(world.alice)
    week = alice.get("/acme/activities/calendar/?day=2026-11-20").text
    assert "Visit Selby" in week and 'data-day="2026-11-22"' in week
    assert week.count('class="cal-day"') == 7
    month = alice.get("/acme/activities/calendar/?by=month&day=2026-11-20").text
    assert "Visit Selby" in month and month.count('class="cal-day"') == 42
    told = alice.post(f"/acme/activities/{row.uid}/day/", {"day": "2026-11-23"})
    assert "day=2026-11-20" in told.headers["HX-Trigger"]
    with world.opened():
        row.refresh_from_db()
        assert row.due_at == NOW + timedelta(days=3, hours=1)


def test_it_tells_the_second_of_two(world: World) -> None:
    with world.opened():
        row = make.activity("Call", assignee=world.alice, due=NOW)
    alice = world.browser(world.alice)
    typed = _typed(world, version="1", subject="Call again")
    assert alice.post(f"/acme/activities/{row.uid}/", typed).status_code == 302
    page = alice.post(f"/acme/activities/{row.uid}/", typed | {"subject": "Never"})
    assert page.status_code == 409 and "Somebody changed this activity" in page.text
    with world.opened():
        assert Activity.objects.get().subject == "Call again"


def test_it_keeps_links_the_one_who_changes_it_does_not_see(world: World) -> None:
    with world.opened():
        secret = make.deal(
            make.pipeline()[0], "Secret", owner=world.alice, visibility=Visibility.OWNER
        )
        row = make.activity("Call", secret, assignee=world.bob)
    typed = _typed(world, version="1", linked="1", assignee=str(world.bob.uid))
    assert world.browser(world.bob).post(f"/acme/activities/{row.uid}/", typed).status_code == 302
    with world.opened():
        assert row.about.get().object_id == secret.pk


def test_it_finds_what_is_next_for_each_deal(world: World) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        deals = [make.deal(stage, f"Deal {n}", owner=world.alice) for n in range(3)]
        make.activity("second", deals[0], due=NOW + timedelta(days=2))
        first = make.activity("first", deals[0], due=NOW - timedelta(days=1))
        make.activity("done", deals[1], due=NOW, done_at=NOW)
        pks = [deal.pk for deal in deals]
        with CaptureQueriesContext(connections["default"]) as few:
            found = ahead.next_of(world.alice, "deal", pks)
        assert found == {deals[0].pk: first}
        assert found[deals[0].pk].due(NOW) == "late"
        for deal in deals:
            for n in range(5):
                make.activity(f"more {n}", deal, due=NOW + timedelta(days=9))
        with CaptureQueriesContext(connections["default"]) as many:
            ahead.next_of(world.alice, "deal", pks)
        assert len(few) == len(many) == 1


def test_it_lists_many_with_as_many_queries_as_few(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], owner=world.alice)
        make.activity("one", deal, assignee=world.bob, due=NOW.date())
    bob = world.browser(world.bob)
    bob.get("/acme/activities/")
    with CaptureQueriesContext(connections["default"]) as few:
        bob.get("/acme/activities/?who=all")
    with world.opened():
        for n in range(20):
            make.activity(f"more {n}", deal, assignee=world.bob, due=NOW.date())
    with CaptureQueriesContext(connections["default"]) as many:
        bob.get("/acme/activities/?who=all")
    assert len(few) == len(many)


def test_it_reminds_once(world: World) -> None:
    at = timezone.now()
    with world.opened():
        actions.create_activity(
            values={"type": prepare_types()[0], "subject": "Call Owen", "remind_before": 10},
            due=due.Due(at=at + timedelta(minutes=11)),
            by=world.alice,
            at=at,
        )
    assert reminding.due_reminders(at=at) == []
    later = at + timedelta(minutes=2)
    assert reminding.due_reminders(at=later) == [world.acme.pk]
    assert reminding.remind(workspace_id=world.acme.pk, at=later) == 1
    assert reminding.remind(workspace_id=world.acme.pk, at=later) == 0
    alice = world.browser(world.alice)
    assert ">1<" in alice.get("/acme/notices/side/").text.replace("\n", "")
    assert "Reminder: Call Owen" in alice.get("/acme/notices/").text
    assert "count" not in alice.get("/acme/notices/side/").text.split("notice-count")[1][20:]
    assert "Call Owen" not in world.browser(world.bob).get("/acme/notices/").text


def test_it_reminds_of_what_it_is_about_and_when_it_is_due(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], owner=world.alice)
    alice = world.browser(world.alice)
    alice.post("/acme/activities/new/", _typed(world, about=f"deal:{deal.uid}", remind_before="10"))
    with world.opened():
        row = Activity.objects.get()
        due = row.remind_at or row.due_at
        Activity.objects.update(remind_at=due)
    assert reminding.remind(workspace_id=world.acme.pk, at=due) == 1
    page = alice.get("/acme/notices/").text
    assert f"/acme/deals/{deal.uid}/" in page and "due 24 Nov, 10:00" in page


def test_it_tells_whoever_is_given_something_to_do(world: World) -> None:
    typed = _typed(world, assignee=str(world.bob.uid))
    world.browser(world.alice).post("/acme/activities/new/", typed)
    page = world.browser(world.bob).get("/acme/notices/").text
    assert "Alice Moreira gave you something to do" in page
    with world.opened():
        assert Notice.objects.count() == 1


def test_it_keeps_types_in_the_order_of_the_workspace(world: World) -> None:
    alice = world.browser(world.alice)
    assert "Lunch" in alice.get("/acme/settings/activity-types/").text
    alice.post("/acme/settings/activity-types/", {"name": "Site visit", "icon": "globe"})
    with world.opened():
        rows = prepare_types()
        assert [row.name for row in rows][-1] == "Site visit"
    order = [str(rows[-1].uid), *(str(row.uid) for row in rows[:-1])]
    alice.post("/acme/settings/activity-types/order/", {"uid": order})
    alice.post(f"/acme/settings/activity-types/{rows[0].uid}/", {"closed": "1"})
    with world.opened():
        assert [row.name for row in prepare_types()][:2] == ["Site visit", "Meeting"]
        assert ActivityType.objects.count() == 7
    bob = world.browser(world.bob)
    assert bob.get("/acme/settings/activity-types/").status_code == 403


def test_it_shows_a_week_by_the_hour(world: World) -> None:
    day = date(2026, 11, 24)
    with world.opened():
        for hour, minutes, name in ((6, 90, "Early"), (10, None, "Call"), (10, 120, "Meeting")):
            at = datetime(2026, 11, 24, hour, tzinfo=UTC)
            make.activity(name, assignee=world.alice, due=at, minutes=minutes)
        make.activity("All day", assignee=world.alice, due=day)
    alice = world.browser(world.alice)
    page = alice.get("/acme/activities/calendar/?day=2026-11-24")
    week = page.context["week"]
    assert (week.hours[0].hour, week.hours[-1].hour) == (6, 18)
    column = week.columns[day]
    assert [row.subject for row in column.whole] == ["All day"]
    placed = {
        each.activity.subject: (each.at, each.rows, each.lane, each.lanes) for each in column.timed
    }
    assert placed == {"Early": (0, 3, 0, 1), "Call": (8, 1, 0, 2), "Meeting": (8, 4, 1, 2)}
    assert 'data-at="8" data-for="4" data-lane="1" data-lanes="2"' in page.text
    assert "day=2026-11-24&amp;time=09%3A00" in page.text
    form = alice.get("/acme/activities/new/?day=2026-11-24&time=09:30").text
    assert 'value="09:30"' in form
    call = next(each.activity for each in column.timed if each.activity.subject == "Call")
    path = f"/acme/activities/{call.uid}/day/"
    told = alice.post(path, {"day": "2026-11-25", "time": "15:30"})
    assert "at 15:30 now" in told.headers["HX-Trigger"]
    with world.opened():
        call.refresh_from_db()
        assert call.due_at == datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
    undo = json.loads(told.headers["HX-Trigger"])["fio:said"]["undo"]
    alice.post(undo)
    with world.opened():
        call.refresh_from_db()
        assert call.due_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_it_says_what_is_open_and_what_is_done_in_portuguese(world: World) -> None:
    world.alice.user.language = "pt-br"
    world.alice.user.save()
    page = world.browser(world.alice).get("/acme/activities/").text
    assert ">Em aberto</a>" in page and ">Concluídas</a>" in page
    assert ">Abrir<" not in page
