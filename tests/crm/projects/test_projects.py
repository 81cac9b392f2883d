"""Projects are started from won deals or by hand, go through phases, and have tasks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.projects.models import Board, Project, ProjectLink, Task
from crm.timeline.models import Event
from tests import make
from tests.world import NOW, World

LATER = datetime(2026, 12, 1, tzinfo=UTC)


def undo_of(answer: Any) -> str:
    return str(answer.headers["HX-Trigger"]).split('"undo": "')[1].split('"')[0]


def test_it_begins_with_a_board(world: World) -> None:
    bob = world.browser(world.bob)
    page = bob.get("/acme/projects/")
    assert page.status_code == 200 and "No projects yet" in page.text
    bob.get("/acme/projects/")
    with world.opened():
        assert Board.objects.get().phases.count() == 4


def test_it_makes_a_project_by_hand(world: World) -> None:
    with world.opened():
        phase = make.board()[1]
        tasks = [{"name": "Order", "days": 5, "tasks": [{"name": "Count", "days": None}]}]
        template = make.template(phase, days=30, tasks=tasks)
    bob = world.browser(world.bob)
    typed = {
        "name": "Brightmoor, 14 depots",
        "phase": str(phase.uid),
        "template": str(template.uid),
        "starts_on": "2026-12-07",
        "organization": "Brightmoor Dairy",
    }
    page = bob.post("/acme/projects/new/", typed, follow=True)
    assert page.status_code == 200 and "Brightmoor Dairy" in page.text and "Count" in page.text
    with world.opened():
        project = Project.objects.get()
        assert (project.phase, project.due_on) == (phase, date(2027, 1, 6))
        order, count = Task.objects.order_by("pk")
        assert (order.due_on, count.parent, count.due_on) == (date(2026, 12, 12), order, None)
    wrong = typed | {"due_on": "2026-12-01"}
    assert bob.post("/acme/projects/new/", wrong).status_code == 422
    charlie = world.browser(world.charlie)
    for path in ("", f"{project.uid}/", "list/", f"{project.uid}/tasks/"):
        assert charlie.get(f"/acme/projects/{path}").status_code == 404


def test_it_starts_from_a_won_deal_and_is_taken_back(world: World) -> None:
    with world.opened():
        firm, dana = make.organization(), make.person()
        stage = make.pipeline()[0]
        won = make.deal(stage, "Vaccine stores", status="won", organization=firm, person=dana)
        still = make.deal(stage, "Still open")
    bob = world.browser(world.bob)
    part = bob.get(f"/acme/projects/deals/{won.uid}/")
    assert "Start a project" in part.text
    assert "Start" not in bob.get(f"/acme/projects/deals/{still.uid}/").text
    assert bob.post(f"/acme/projects/deals/{still.uid}/").status_code == 409
    told = bob.post(f"/acme/projects/deals/{won.uid}/")
    assert "Vaccine stores is started" in told.headers["HX-Trigger"]
    with world.opened():
        project = Project.objects.get()
        assert (project.organization, project.person, project.owner) == (firm, dana, world.bob)
        assert project.starts_on == timezone.localdate()
        assert ProjectLink.objects.get().deal == won
        event = Event.objects.get(verb="project.created")
        kinds = set(event.about.values_list("kind", flat=True))
        assert kinds == {"project", "deal", "person", "organization"}
    assert "Vaccine stores" in bob.get(f"/acme/projects/deals/{won.uid}/").text
    start, source = f"/acme/projects/{project.uid}/", f"/acme/deals/{won.uid}/"
    for kind, row, link in (("project", project, source), ("deal", won, start)):
        lines = bob.get(f"/acme/history/{kind}/{row.uid}/").text
        assert "<b>You</b> started " in lines and "from the deal" in lines and link in lines
        assert "added" not in lines
    lines = bob.get(f"/acme/history/person/{dana.uid}/").text
    assert start in lines and source in lines
    bob.post(undo_of(told))
    with world.opened():
        assert Project.objects.get().is_trashed
    assert world.browser(world.charlie).post(f"/acme/projects/deals/{won.uid}/").status_code == 404


def test_it_moves_and_ends_a_project(world: World) -> None:
    with world.opened():
        first, second, _third = make.board()
        project = make.project(first)
    bob = world.browser(world.bob)
    path = f"/acme/projects/{project.uid}"
    told = bob.post(f"{path}/phase/", {"to": str(second.uid), "version": "1"})
    assert "is in In work now" in told.headers["HX-Trigger"]
    late = bob.post(f"{path}/phase/", {"to": str(first.uid), "version": "1"})
    assert late.status_code == 409
    bob.post(undo_of(told))
    done = bob.post(f"{path}/closure/", {"as": "done"})
    with world.opened():
        row = Project.objects.get()
        assert (row.phase, row.status) == (first, "done") and row.closed_at is not None
    bob.post(undo_of(done))
    bob.post(f"{path}/closure/", {"as": "cancelled"})
    assert "Cancelled" in bob.get(f"{path}/").text
    assert bob.post(f"{path}/closure/", {"as": "gone"}).status_code == 404
    assert bob.get("/acme/projects/").context["board"].count == 0


def test_it_has_tasks_and_subtasks(world: World) -> None:
    with world.opened():
        project = make.project(make.board()[0])
    bob = world.browser(world.bob)
    path = f"/acme/projects/{project.uid}/tasks/"
    assert "No tasks yet" in bob.get(path).text
    due = (timezone.localdate() - timedelta(days=2)).isoformat()
    typed = {"name": "Order the loggers", "due_on": due, "assignee": str(world.alice.uid)}
    assert "Order the loggers" in bob.post(path, typed).text
    with world.opened():
        order = Task.objects.get()
        assert order.assignee == world.alice
    bob.post(path, {"name": "Count the doors", "parent": str(order.uid)})
    assert bob.post(path, {"name": " "}).status_code == 422
    with world.opened():
        count = Task.objects.get(parent=order)
    deep = bob.post(path, {"name": "Deeper", "parent": str(count.uid)})
    assert deep.status_code == 422
    one = f"/acme/projects/tasks/{order.uid}/"
    assert 'data-due="late"' in bob.get(path).text
    assert "Order the loggers" in bob.get(one).text
    assert bob.post(one, {"name": ""}).status_code == 422
    assert "Order 14 loggers" in bob.post(one, {"name": "Order 14 loggers", "due_on": ""}).text
    bob.post(f"{one}done/", {"as": "done"})
    with world.opened():
        assert all(Task.objects.values_list("done_at", flat=True))
    bob.post(f"{one}done/", {"as": "open"})
    with world.opened():
        assert not any(Task.objects.values_list("done_at", flat=True))
    assert "No tasks yet" in bob.post(f"{one}removal/").text
    charlie = world.browser(world.charlie)
    for way in (one, f"{one}done/", f"{one}removal/", path):
        assert charlie.post(way, {"name": "x"}).status_code == 404


def test_it_hides_the_tasks_of_a_hidden_project(world: World) -> None:
    with world.opened():
        project = make.project(make.board()[0], owner=world.alice, visibility="owner")
        task = make.task(project)
    bob = world.browser(world.bob)
    assert bob.get(f"/acme/projects/tasks/{task.uid}/").status_code == 404
    assert bob.post(f"/acme/projects/{project.uid}/tasks/order/").status_code == 404


def test_it_puts_tasks_in_order(world: World) -> None:
    with world.opened():
        project = make.project(make.board()[0])
        first, second, third = (make.task(project, name) for name in "ABC")
        sub = make.task(project, "D", parent=first)
    bob = world.browser(world.bob)
    wanted = [str(third.uid), str(first.uid), str(second.uid), str(sub.uid)]
    bob.post(f"/acme/projects/{project.uid}/tasks/order/", {"uid": wanted})
    with world.opened():
        names = Task.objects.filter(parent=None).order_by("position").values_list("name", flat=True)
        assert list(names) == ["C", "A", "B"]


def test_it_links_what_one_sees(world: World) -> None:
    with world.opened():
        project = make.project(make.board()[0])
        deal = make.deal(make.pipeline()[0], "Year two")
        hidden = make.deal(deal.stage, "Secret", owner=world.alice, visibility="owner")
        ProjectLink.objects.create(project=project, deal=hidden)
    bob = world.browser(world.bob)
    path = f"/acme/projects/{project.uid}/links/"
    found = bob.get(path, {"find": "year"}).text
    assert f"deal:{deal.uid}" in found and "Year two" in found
    assert "Secret" not in bob.get(path, {"find": "secret"}).text
    part = bob.post(path, {"about": f"deal:{deal.uid}"})
    assert "Year two" in part.text and "Secret" not in part.text
    for about in (f"deal:{hidden.uid}", f"project:{project.uid}", "deal:x", ""):
        assert bob.post(path, {"about": about}).status_code == 404
    with world.opened():
        row = ProjectLink.objects.get(deal=deal)
        other = ProjectLink.objects.get(deal=hidden)
    assert bob.post(path, {"without": str(other.uid)}).status_code == 404
    assert "Year two" not in bob.post(path, {"without": str(row.uid)}).text
    with world.opened():
        assert ProjectLink.objects.count() == 1


def test_it_asks_as_often_whatever_there_is(world: World) -> None:
    with world.opened():
        phases = make.board()
        project = make.project(phases[0], organization=make.organization(), person=make.person())
        make.task(project, assignee=world.bob)
        deal = make.deal(make.pipeline()[0])
        ProjectLink.objects.create(project=project, deal=deal)
    bob = world.browser(world.bob)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            assert bob.get(path).status_code == 200
        return len(seen)

    paths = ("/acme/projects/", "/acme/projects/list/", f"/acme/projects/{project.uid}/")
    for path in paths:
        bob.get(path)
    few = [asked(path) for path in paths]
    with world.opened():
        for number in range(20):
            firm = make.organization(f"F{number}")
            made = make.project(phases[number % 3], f"P{number}", organization=firm)
            make.task(made)
            make.task(project, f"T{number}", assignee=world.alice)
            more = make.deal(deal.stage, f"D{number}")
            ProjectLink.objects.create(project=project, deal=more)
    assert [asked(path) for path in paths] == few
    assert max(few) <= 18


def test_it_shows_a_long_column_in_pieces(world: World) -> None:
    with world.opened():
        phase = make.board()[0]
        for number in range(53):
            since = NOW + timedelta(minutes=number)
            make.project(phase, f"P{number:02}", phase_since=since)
    bob = world.browser(world.bob)
    column = bob.get("/acme/projects/").context["board"].columns[0]
    assert column.count == 53 and len(column.cards) == 50
    path = f"/acme/projects/phases/{phase.uid}/cards/"
    rest = bob.get(path, {"after": column.after})
    assert [card.name for card in rest.context["cards"]] == ["P02", "P01", "P00"]
    assert bob.get(path, {"after": "x"}).status_code == 404
