"""Two who change one task at once: the second is told, and nothing is silently overwritten."""

import re
from datetime import date
from typing import Any

from crm.projects.models import Task
from tests import make
from tests.world import NOW, World


def _task(world: World) -> Any:
    with world.opened():
        project = make.project(make.board()[0], owner=world.alice)
        return Task.objects.create(project=project, name="Order", due_on=date(2026, 12, 4))


def _seen(form: str) -> str:
    found = re.search(r'name="version" value="([0-9]+)"', form)
    assert found
    return found[1]


def _kept() -> list[Any]:
    return list(Task.objects.values_list("name", "due_on", "assignee", "done_at", "version"))


def test_the_second_is_told_what_the_first_wrote(world: World) -> None:
    task = _task(world)
    path = f"/acme/projects/tasks/{task.uid}/"
    alice, bob = world.browser(world.alice), world.browser(world.bob)
    both = [_seen(browser.get(path).text) for browser in (alice, bob)]
    theirs = {"name": "Order two", "due_on": "2026-12-09", "assignee": str(world.alice.uid)}
    assert alice.post(path, theirs | {"version": both[0]}).status_code == 200
    with world.opened():
        before = _kept()
    mine = {"name": "Order three", "due_on": "2026-12-04", "assignee": ""}
    told = bob.post(path, mine | {"version": both[1]})
    assert told.status_code == 409 and told.headers["HX-Retarget"] == f"#task-{task.uid}"
    for words in (
        "Alice Moreira changed this meanwhile",
        "<b>Order two</b>",
        "Alice Moreira",
        "Keep theirs",
    ):
        assert words in told.text, words
    assert 'value="Order three"' in told.text and "Use mine" in told.text
    with world.opened():
        assert _kept() == before
    # Having seen it, he may have his way
    assert bob.post(path, mine | {"version": _seen(told.text)}).status_code == 200
    with world.opened():
        assert Task.objects.get().name == "Order three"
    # What cannot be saved stays in its place as well
    empty = bob.post(path, mine | {"name": "", "version": "3"})
    assert (empty.status_code, empty.headers["HX-Retarget"]) == (422, f"#task-{task.uid}")
    assert "Keep theirs" not in empty.text


def test_a_program_is_told_by_the_version_it_read(world: World) -> None:
    task = _task(world)
    path, api = f"project_tasks/{task.uid}/", world.api(world.bob)

    def patch(said: dict[str, Any], version: str) -> Any:
        return api._send("PATCH", path, said, {"If-Match": version})

    read = api.get(path)
    assert (read.json()["version"], read.headers["ETag"]) == (1, '"1"')
    changed = patch({"name": "Order two"}, read.headers["ETag"])
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    with world.opened():
        before = _kept()
    for said in ({"name": "Order three"}, {"done": True}, {}):
        refused = patch(said, '"1"')
        assert refused.status_code == 409 and "Read it again" in refused.text
    assert patch({"name": "x"}, "soon").status_code == 400
    with world.opened():
        assert _kept() == before
    assert patch({"name": "Order four", "done": True}, "2").json()["version"] == 4
    assert patch({"done": False}, "*").json()["done"] is False
    assert api.patch(path, {"done": False}).json()["version"] == 5


def test_an_end_counts_for_all_it_ends(world: World) -> None:
    task = _task(world)
    with world.opened():
        sub = Task.objects.create(project=task.project, name="Count", parent=task)
        old = Task.objects.create(project=task.project, name="Old", parent=task, done_at=NOW)
    bob = world.browser(world.bob)

    def versions() -> list[int]:
        with world.opened():
            rows = {row.pk: row.version for row in Task.objects.all()}
        return [rows[each.pk] for each in (task, sub, old)]

    assert bob.post(f"/acme/projects/tasks/{task.uid}/done/", {"as": "done"}).status_code == 200
    assert versions() == [2, 2, 1]
    assert bob.post(f"/acme/projects/tasks/{sub.uid}/done/", {"as": "open"}).status_code == 200
    assert versions() == [3, 3, 1]
    # Taken out and brought back it is not the one that somebody still looks at
    assert bob.post(f"/acme/projects/tasks/{task.uid}/removal/").status_code == 200
    assert bob.post(f"/acme/projects/{task.project.uid}/tasks/undo/{task.uid}/").status_code == 204
    with world.opened():
        assert Task.objects.get(uid=task.uid).version == 4
