"""Where a page of rows began is said by the address, and anybody can write one."""

import pytest

from tests import make
from tests.world import World

MOMENT = "2026-11-20T09:30:00+00:00"
STRANGE = ["²|²", "|", "x|17", f"{MOMENT}|²", f"{MOMENT}|" + "9" * 5000, f"{MOMENT}|s17", "9|1e3"]
LISTS = ["people/", "people/duplicates/", "deals/list/", "activities/", "trash/"]


@pytest.mark.parametrize("path", [*LISTS, "settings/audit/records/"])
def test_it_begins_at_the_top_where_a_place_is_none(world: World, path: str) -> None:
    with world.opened():
        make.person("Dana Whitfield")
        make.deal(make.pipeline()[0])
    alice = world.browser(world.alice)
    for after in STRANGE:
        assert alice.get(f"/acme/{path}", {"after": after}).status_code in (200, 404), after


def test_it_knows_no_such_place_of_a_board(world: World) -> None:
    with world.opened():
        deal = make.deal(make.pipeline()[0])
        project = make.project(make.board()[0])
    alice = world.browser(world.alice)
    for path in (f"deals/stages/{deal.stage.uid}", f"projects/phases/{project.phase.uid}"):
        for after in STRANGE:
            assert alice.get(f"/acme/{path}/cards/", {"after": after}).status_code == 404, after
        told = alice.get(f"/acme/{path}/cards/", {"after": f"2099{MOMENT[4:]}|1"})
        assert told.status_code == 200 and "Brightmoor, 14 depots" in told.text
