"""Boards, phases and templates are set up by those who administer."""

from datetime import date

import pytest

from crm.projects.forms.steps import read_tasks, write_tasks
from crm.projects.models import Board, Phase, Project, Template
from tests import make
from tests.world import World

SETTINGS = "/acme/settings"


def test_it_sets_up_a_board(world: World) -> None:
    alice = world.browser(world.alice)
    assert "Delivery" in alice.get(f"{SETTINGS}/boards/").text
    alice.post(f"{SETTINGS}/boards/", {"name": "Repairs"})
    assert alice.post(f"{SETTINGS}/boards/", {"name": ""}).status_code == 422
    with world.opened():
        board = Board.objects.get(name="Repairs")
    path = f"{SETTINGS}/boards/{board.uid}"
    alice.post(f"{path}/phases/", {"name": "On the bench"})
    assert alice.post(f"{path}/phases/", {"name": ""}).status_code == 422
    with world.opened():
        plan, bench = Phase.objects.filter(board=board).order_by("position")
    alice.post(f"{path}/order/", {"uid": [str(bench.uid), str(plan.uid)]})
    alice.post(f"{SETTINGS}/phases/{plan.uid}/", {"name": "Sent back"})
    alice.post(f"{path}/name/", {"name": "Workshop"})
    with world.opened():
        names = (
            Phase.objects.filter(board=board).order_by("position").values_list("name", flat=True)
        )
        assert list(names) == ["On the bench", "Sent back"]
        delivery = Board.objects.get(name="Delivery")
    alice.post(f"{SETTINGS}/boards/order/", {"uid": [str(board.uid), str(delivery.uid)]})
    assert alice.get("/acme/projects/").context["board"].board.name == "Workshop"
    alice.post(f"{SETTINGS}/boards/{delivery.uid}/closing/", {"as": "closed"})
    last = alice.post(f"{path}/closing/", {"as": "closed"}, follow=True)
    assert "The last board stays" in last.text


def test_it_removes_a_phase_and_moves_its_projects(world: World) -> None:
    with world.opened():
        first, second = make.board("Delivery", "One", "Two")
        make.project(first)
    alice = world.browser(world.alice)
    path = f"{SETTINGS}/phases/{first.uid}/removal/"
    assert "1 project is in this phase" in alice.post(path, follow=True).text
    alice.post(path, {"to": str(second.uid)})
    with world.opened():
        assert Project.objects.get().phase == second
    last = alice.post(f"{SETTINGS}/phases/{second.uid}/removal/", follow=True)
    assert "keeps at least one phase" in last.text


def test_it_keeps_templates(world: World) -> None:
    with world.opened():
        phase = make.board()[0]
        project = make.project(phase, "Installation", starts_on=date(2026, 12, 1),
                               due_on=date(2026, 12, 31))  # fmt: skip
        order = make.task(project, "Order", due_on=date(2026, 12, 6))
        make.task(project, "Count", parent=order)
    alice = world.browser(world.alice)
    told = alice.post(f"/acme/projects/{project.uid}/template/")
    assert "The template Installation is made" in told.headers["HX-Trigger"]
    with world.opened():
        made = Template.objects.get()
        assert made.days == 30
        assert made.tasks == [
            {"name": "Order", "days": 5, "tasks": [{"name": "Count", "days": None}]}
        ]
    path = f"{SETTINGS}/project-templates/{made.uid}/"
    assert "Order (5)\n- Count" in alice.get(path).text
    typed = {"name": "Fitting", "board": str(phase.board.uid), "days": "20", "tasks": "A (2)\n- B"}
    alice.post(path, typed)
    assert alice.post(path, typed | {"name": ""}).status_code == 422
    alice.post(f"{SETTINGS}/project-templates/new/", typed | {"name": "Repair"})
    with world.opened():
        first, second = Template.objects.order_by("position")
        assert (first.name, first.days, second.name) == ("Fitting", 20, "Repair")
    asked = {"uid": [str(second.uid), str(first.uid)]}
    alice.post(f"{SETTINGS}/project-templates/order/", asked)
    alice.post(path, {"remove": "1"})
    with world.opened():
        assert Template.objects.get().name == "Repair"


def test_it_reads_tasks_as_it_wrote_them() -> None:
    text = "Order the parts (5)\n- Count the doors\n- Ask (2)\n\nHand over (30)\n(x)"
    found = read_tasks(text)
    assert [each["name"] for each in found] == ["Order the parts", "Hand over", "(x)"]
    assert found[0]["tasks"][1] == {"name": "Ask", "days": 2}
    assert read_tasks(write_tasks(found)) == found
    assert read_tasks("- first is no subtask")[0]["name"] == "first is no subtask"


@pytest.mark.parametrize("page", ["boards/", "project-templates/new/"])
def test_it_lets_only_administrators_in(world: World, page: str) -> None:
    assert world.browser(world.bob).get(f"{SETTINGS}/{page}").status_code == 403
    assert world.browser(world.charlie).get(f"{SETTINGS}/{page}").status_code == 404
