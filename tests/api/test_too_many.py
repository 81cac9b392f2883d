"""Lists that are too long are refused before anything in them costs a query."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.unchanged import unchanged
from tests.world import World

MANY, FEW = 1_000, 30


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("people/bulk/", lambda uid: {"delete": [uid["person"]] * MANY}),
        ("people/bulk/", lambda uid: {"update": [{"id": uid["person"], "name": "A"}] * MANY}),
        (
            "activities/bulk/",
            lambda uid: {"create": [{"subject": "A", "people": [uid["person"]]}] * MANY},
        ),
        ("notes/", lambda uid: {"text": "A", "people": [uid["person"]] * MANY}),
        ("projects/", lambda uid: {"title": "A", "deals": [uid["deal"]] * MANY}),
        ("mailboxes/{mailbox}/mode/", lambda uid: {"kind": "team", "teams": [uid["team"]] * MANY}),
        (
            "mailboxes/{mailbox}/mode/",
            lambda uid: {"kind": "team", "members": [uid["member"]] * MANY},
        ),
    ],
)
def test_it_costs_no_query_each(
    world: World, path: str, body: Callable[[dict[str, str]], Any]
) -> None:
    with world.opened():
        rows: dict[str, Any] = {
            "person": make.person(),
            "deal": make.deal(make.pipeline()[0]),
            "team": make.team("Sales", world.alice),
            "member": world.bob,
            "mailbox": make.mailbox(world.alice),
        }
        make.board()
    uid = {word: str(row.uid) for word, row in rows.items()}
    api = world.api(world.alice)
    with unchanged(world), CaptureQueriesContext(connections["default"]) as seen:
        answer = api.post(path.format(**uid), body(uid))
    assert answer.status_code == 400, answer.text[:300]
    assert len(seen) <= FEW


@pytest.mark.parametrize(
    ("path", "name", "item"),
    [
        ("people/", "emails", {"address": "no address"}),
        ("people/bulk/", "create", {"name": "A", "emails": [{"address": "no address"}]}),
        ("organizations/", "domains", "no domain"),
        ("drafts/", "to", "no address"),
        ("project_templates/", "tasks", {"name": 1}),
        ("sweeps/", "threads", 1),
    ],
)
def test_it_says_so_once_and_not_of_each(world: World, path: str, name: str, item: Any) -> None:
    with world.opened():
        make.mailbox(world.alice)
    api, body = world.api(world.alice), {name: [item] * MANY}
    with unchanged(world):
        answer = api.post(path, body)
    assert answer.status_code == 400
    about = [e for e in answer.json()["errors"] if "max_length" in str(e) or "too_many" in str(e)]
    assert len(about) == 1 and len(answer.content) < 3_000, answer.text[:600]
