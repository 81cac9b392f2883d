"""A task that was taken out comes back with its subtasks, to whoever took it out."""

from datetime import date

from crm.projects.models import Task
from tests import make
from tests.crm.projects.test_projects import undo_of
from tests.world import NOW, World


def test_it_brings_a_task_back_with_its_subtasks(world: World) -> None:
    with world.opened():
        project = make.project(make.board()[0], owner=world.alice)
        one = Task.objects.create(
            project=project, name="Order", due_on=date(2026, 12, 4), assignee=world.bob
        )
        Task.objects.create(project=project, name="Count", parent=one, done_at=NOW)
        Task.objects.create(project=project, name="Ship", position=1)
    bob = world.browser(world.bob)
    gone = bob.post(f"/acme/projects/tasks/{one.uid}/removal/")
    assert "Order" not in gone.text.replace("data-ordered", "") and "Ship" in gone.text
    undo = undo_of(gone)
    assert world.browser(world.alice).post(undo).status_code == 404
    assert world.browser(world.charlie).post(undo).status_code == 404
    back = bob.post(undo)
    assert back.status_code == 204 and "Back again: Order" in str(back.headers["HX-Trigger"])
    assert bob.post(undo).status_code == 404
    with world.opened():
        order, ship = Task.objects.filter(parent=None).order_by("position", "pk")
        assert (order.uid, order.due_on, order.assignee) == (one.uid, one.due_on, world.bob)
        count = Task.objects.get(parent=order)
        assert (count.name, count.done_at, ship.name) == ("Count", NOW, "Ship")
