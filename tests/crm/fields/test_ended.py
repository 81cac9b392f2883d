"""Nothing is given to a colleague whose access has ended, and what he has stays until it is."""

from datetime import timedelta
from typing import Any

import pytest

from crm.contacts.models import Person
from crm.deals.actions.following import follow_up
from crm.projects.models import Task
from crm.timeline.actions.preparing import prepare_types
from crm.timeline.models import Activity
from crm.workspaces.models import Membership, User
from tests import make
from tests.unchanged import unchanged
from tests.world import NOW, World


@pytest.fixture(params=["left", "blocked"])
def rows(world: World, request: Any) -> dict[str, Any]:
    """A person of Alice, and what Bob has; then his access ends."""
    with world.opened():
        project = make.project(make.board()[0])
        found = {
            "person": make.person("Dana", owner=world.alice),
            "his": make.person("Owen", owner=world.bob),
            "activity": make.activity("Call Owen", assignee=world.bob),
            "task": make.task(project, assignee=world.bob),
            "project": project,
            "type": prepare_types()[0],
        }
    if request.param == "left":
        Membership.objects.using("system").filter(pk=world.bob.pk).update(is_active=False)
    else:
        User.objects.using("system").filter(pk=world.bob.user_id).update(is_active=False)
    return found


def test_no_page_offers_or_takes_him(world: World, rows: dict[str, Any]) -> None:
    alice, bob = world.browser(world.alice), str(world.bob.uid)
    at = f"/acme/people/{rows['person'].uid}/facts/owner/"
    new, tasks = "/acme/activities/new/", f"/acme/projects/{rows['project'].uid}/tasks/"
    chosen = {"uid": [str(rows["person"].uid)], "owner": bob}
    typed = {"type": str(rows["type"].uid), "subject": "Call", "assignee": bob}
    for path in (f"{at}?edit=1", new, "/acme/people/"):
        assert bob not in alice.get(path).text, path
    with unchanged(world):
        refused = alice.post(at, {"value": bob})
        assert refused.status_code == 422 and "Choose a colleague." in refused.text
        refused = alice.post(new, typed)
        assert refused.status_code == 422 and "Select a valid choice" in refused.text
        refused = alice.post(tasks, {"name": "Order", "assignee": bob})
        assert refused.status_code == 422
        refused = alice.post("/acme/people/bulk/", chosen)
        assert refused.status_code == 422 and "Choose somebody else." in refused.json()["text"]
        assert "Choose somebody else." in refused.headers["HX-Trigger"]
        chosen["owner"] = str(world.charlie.uid)
        assert alice.post("/acme/people/bulk/", chosen).status_code == 404


def test_no_program_gives_him_anything(world: World, rows: dict[str, Any]) -> None:
    api, bob = world.api(world.alice), str(world.bob.uid)
    with unchanged(world):
        for answer in (
            api.patch(f"people/{rows['person'].uid}/", {"owner": bob}),
            api.post("people/", {"name": "New", "owner": bob}),
            api.post("activities/", {"subject": "Call", "assignee": bob}),
            api.patch(f"activities/{rows['activity'].uid}/", {"assignee": bob}),
            api.post(
                "project_tasks/",
                {"project": str(rows["project"].uid), "name": "Order", "assignee": bob},
            ),
        ):
            assert answer.status_code == 400, answer.text
            assert "not active here any more" in answer.text and answer.json()["errors"]


def test_what_he_has_is_kept_when_something_else_is_changed(
    world: World, rows: dict[str, Any]
) -> None:
    alice, bob = world.browser(world.alice), str(world.bob.uid)
    owner = f"/acme/people/{rows['his'].uid}/facts/owner/"
    assert f'value="{bob}" selected' in alice.get(f"{owner}?edit=1").text
    call, task = rows["activity"], f"/acme/projects/tasks/{rows['task'].uid}/"
    typed = {"type": str(rows["type"].uid), "subject": "Call him", "assignee": bob}
    assert alice.post(f"/acme/activities/{call.uid}/", typed).status_code == 302
    assert alice.post(task, {"name": "Order now", "assignee": bob}).status_code == 200
    with world.opened():
        assert Activity.objects.get().assignee == Task.objects.get().assignee == world.bob
        assert Person.objects.get(pk=rows["his"].pk).owner == world.bob


def test_nobody_is_asked_to_follow_up_for_him(world: World, rows: dict[str, Any]) -> None:
    with world.opened():
        stage = make.pipeline()[0]
        stage.rotting_days, stage.pipeline.follows_up = 14, True
        stage.save()
        stage.pipeline.save()
        make.deal(stage, owner=world.bob)
        later = NOW + timedelta(days=15)
        assert follow_up(at=later, most=10) == 0
        make.deal(stage, owner=world.alice)
        assert follow_up(at=later, most=10) == 1
