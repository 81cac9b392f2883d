"""Replies that name nothing find what they answer, however many there are."""

import random
from collections.abc import Hashable
from datetime import datetime, timedelta

from inbox.actions import threading
from inbox.actions.threading import WINDOW, Union
from tests.inbox.post import START, deliver, mail, mailbox
from tests.world import World


class Counting(Union):
    """Sets that know how often they were joined."""

    joins = 0

    def join(self, one: Hashable, other: Hashable) -> None:
        self.joins += 1
        super().join(one, other)


def pairwise(rows: list[tuple]) -> Union:  # type: ignore[type-arg]
    """The rule as it is said: every bare reply with every mail of the month before it."""
    union = Union()
    for at, bare, item in rows:
        union.find(item)
        for other_at, _bare, other in rows:
            if bare and timedelta(0) <= at - other_at <= WINDOW:
                union.join(item, other)
    return union


def groups(union: Union) -> set[frozenset[Hashable]]:
    return {frozenset(each) for each in union.sets()}


def test_it_joins_what_the_rule_about_pairs_joins() -> None:
    dice = random.Random(7)
    for _round in range(60):
        rows: list[tuple[datetime, bool, Hashable]] = [
            (START + timedelta(days=dice.randrange(200)), dice.random() < 0.3, ("mail", number))
            for number in range(dice.randrange(1, 25))
        ]
        union = Union()
        for _at, _bare, item in rows:
            union.find(item)
        expected = groups(pairwise(rows))
        threading._join_within(union, rows)
        assert groups(union) == expected


def test_it_takes_one_walk_for_a_robot_that_answers_every_hour() -> None:
    union = Counting()
    rows: list[tuple[datetime, bool, Hashable]] = [
        (START + timedelta(hours=n), True, ("mail", n)) for n in range(3000)
    ]
    threading._join_within(union, rows)
    assert len(groups(union)) == 1
    assert union.joins < 3 * len(rows)


def test_it_goes_by_the_date_of_mail_that_was_copied_here_long_after(world: World) -> None:
    """Who moves from another server may have years of mail that is received today."""
    with world.opened():
        box = mailbox(world.alice, "alice@acme.test")
        dates = ["1 Sep 2025", "3 Sep 2025", "5 Mar 2026"]
        raws = [
            mail(
                "Ana <ana@x.test>",
                "alice@acme.test",
                subject,
                id=f"{n}@x.test",
                Date=f"{day} 9:00 Z",
            )
            for n, (subject, day) in enumerate(
                zip(["Price?", "Re: Price?", "Re: Price?"], dates, strict=True)
            )
        ]
        first, answer, later = (deliver(box, raw)[0] for raw in raws)
        threads = [row.thread_id for row in (first, answer, later)]
    assert threads[0] == threads[1] != threads[2]
