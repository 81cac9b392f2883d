"""Projects, boards, tasks and templates for programs."""

from tests import make
from tests.world import World


def test_it_makes_moves_and_ends_a_project(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0], status="won")
        hidden = make.deal(deal.stage, "Secret", owner=world.alice, visibility="owner")
    api = world.api(world.bob)
    asked = {"title": "Brightmoor", "due_on": "2027-02-26", "deals": [str(deal.uid)]}
    made = api.post("projects/", asked)
    assert made.status_code == 201
    project = made.json()
    assert (project["status"], project["deals"]) == ("open", [str(deal.uid)])
    phases = api.get("phases/", board=project["board"]).json()["results"]
    assert project["phase"] == phases[0]["id"] and len(phases) == 4
    path = f"projects/{project['id']}/"
    moved = api.patch(path, {"phase": phases[2]["id"], "description": "Two lorries"}).json()
    assert (moved["phase"], moved["description"]) == (phases[2]["id"], "Two lorries")
    assert api.patch(path, {"status": "done"}).json()["closed_at"] is not None
    assert api.get("projects/", status="open").json()["results"] == []
    alice = world.api(world.alice)
    both = [str(deal.uid), str(hidden.uid)]
    assert alice.patch(path, {"deals": both}).json()["deals"] == both
    # What Bob does not see he neither reads nor takes away
    assert api.patch(path, {"deals": []}).json()["deals"] == []
    assert alice.get(path).json()["deals"] == [str(hidden.uid)]
    assert api.post("projects/", {"title": "X", "deals": [str(hidden.uid)]}).status_code == 404
    assert api.delete(path).status_code == 204
    assert world.api(world.charlie).get(path).status_code == 404


def test_it_keeps_tasks(world: World) -> None:
    with world.opened():
        phase = make.board()[0]
        project, other = make.project(phase), make.project(phase, "Other")
        foreign = make.task(other)
        hidden = make.task(make.project(phase, owner=world.alice, visibility="owner"))
    api = world.api(world.bob)
    asked = {"project": str(project.uid), "name": "Order", "assignee": str(world.alice.uid)}
    task = api.post("project_tasks/", asked).json()
    sub = api.post("project_tasks/", asked | {"name": "Count", "parent": task["id"]}).json()
    assert sub["parent"] == task["id"]
    for parent in (sub["id"], str(foreign.uid)):
        assert api.post("project_tasks/", asked | {"parent": parent}).status_code == 400
    path = f"project_tasks/{task['id']}/"
    assert api.patch(path, {"done": True, "due_on": "2026-12-11"}).json()["done"] is True
    assert api.get(f"project_tasks/{sub['id']}/").json()["done"] is True
    listed = api.get("project_tasks/", project=str(project.uid)).json()["results"]
    assert [row["name"] for row in listed] == ["Order", "Count"]
    assert api.get(f"project_tasks/{hidden.uid}/").status_code == 404
    assert api.delete(path).status_code == 204
    assert api.get("project_tasks/", project=str(project.uid)).json()["results"] == []
    back, gone = f"projects/{project.uid}/task_restoration/", {"task": task["id"]}
    assert world.api(world.alice).post(back, gone).status_code == 404
    assert api.post(f"projects/{other.uid}/task_restoration/", gone).status_code == 404
    restored = api.post(back, gone)
    assert (restored.status_code, restored.json()["id"]) == (201, task["id"])
    assert (restored.json()["done"], restored.json()["due_on"]) == (True, "2026-12-11")
    assert api.get(f"project_tasks/{sub['id']}/").json()["parent"] == task["id"]
    assert api.post(back, gone).status_code == 409
    assert world.api(world.charlie).post(back, gone).status_code == 404
    assert world.api(world.charlie).get(f"project_tasks/{foreign.uid}/").status_code == 404


def test_it_keeps_boards_and_templates(world: World) -> None:
    api = world.api(world.alice)
    board = api.post("boards/", {"name": "Repairs"}).json()
    phase = api.post("phases/", {"board": board["id"], "name": "Bench"}).json()
    assert api.patch(f"phases/{phase['id']}/", {"name": "On the bench"}).json()["name"]
    tasks = [{"name": "Order", "days": 5, "tasks": [{"name": "Count"}]}]
    asked = {"name": "Repair", "board": board["id"], "days": 3, "tasks": tasks}
    made = api.post("project_templates/", asked).json()
    assert made["tasks"][0]["tasks"] == [{"name": "Count", "days": None}]
    project = api.post("projects/", {"title": "Pump", "template": made["id"]}).json()
    assert project["board"] == board["id"]
    listed = api.get("project_tasks/", project=project["id"]).json()["results"]
    assert [row["name"] for row in listed] == ["Order", "Count"]
    first = api.get("phases/", board=board["id"]).json()["results"][0]
    assert api.post(f"phases/{first['id']}/removal/").status_code == 409
    gone = api.post(f"phases/{first['id']}/removal/", {"move_to": phase["id"]})
    assert gone.status_code == 204
    assert api.post(f"phases/{phase['id']}/removal/", {"move_to": first["id"]}).status_code == 404
    assert api.delete(f"project_templates/{made['id']}/").status_code == 204
    bob = world.api(world.bob)
    assert bob.post("boards/", {"name": "X"}).status_code == 403
    assert bob.get("boards/").status_code == 200
