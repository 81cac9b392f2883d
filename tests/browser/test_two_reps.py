"""Two reps side by side in the mailbox of their team."""

from tests.browser.demo import Demo
from tests.browser.desk import STEPS, Desk
from tests.browser.visits import Visits


def test_each_sees_what_the_other_does(visits: Visits, demo: Demo) -> None:
    desk = Desk(demo, visits.of("alice"), visits.of("bob"))
    for step in STEPS:
        step(desk, desk.letter(f"Side by side {step.__name__}"))
    assert set(desk.waited) >= {"assign", "comment", "collision", "schedule", "undo", "split"}
