"""A worker is killed in the middle of many: nothing half done, gone on with, nothing doubled."""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.utils import timezone

from crm.timeline.models import EventAbout
from inbox.actions import sweeping
from inbox.models import MailboxThread, Sweep
from inbox.queries import lists
from tests import make
from tests.world import NOW, World

MANY, STEP = 8, 3
# Kills itself as `kill -9` does, with the second step done and not yet committed, or just committed
WORKER = f"""
import os, signal, sys, django
django.setup()
from inbox.actions import doing, sweeping
sweeping.STEP = {STEP}
workspace, sweep, when = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
steps = []
def dying(run, at):
    def watched(*args, **named):
        found = run(*args, **named)
        steps.append(at)
        if at == when and steps.count(at) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return watched
doing.do, doing.undo = dying(doing.do, "within"), dying(doing.undo, "within")
sweeping._step = dying(sweeping._step, "after")
sweeping.work(workspace_id=workspace, sweep_id=sweep)
"""


def die(world: World, sweep: Sweep, when: str) -> None:
    words = [sys.executable, "-c", WORKER, str(world.acme.pk), str(sweep.pk), when]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "crm.config.settings"}
    assert subprocess.run(words, env=env, check=False).returncode == -signal.SIGKILL
    with world.opened():
        # The lease of whoever died is over
        Sweep.objects.update(lease_until=timezone.now())


def archived(world: World) -> int:
    with world.opened():
        sweep = Sweep.objects.get()
        count: int = MailboxThread.objects.filter(place="archive").count()
        assert count == sweep.done, "what is said to be done is done, and no more"
        return count


@pytest.mark.parametrize(("when", "left"), [("within", STEP), ("after", 2 * STEP)])
def test_it_is_gone_on_with_where_a_worker_died(
    world: World, when: str, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "STEP", STEP)
    monkeypatch.setattr(sweeping, "AT_ONCE", 0)
    with world.opened():
        box = make.mailbox(world.alice)
        for n in range(MANY):
            make.message(box, subject=f"S{n}")
        before = list(MailboxThread.objects.order_by("pk").values())
        meant = lists.Filter(place="inbox")
        sweep = sweeping.begin(verb="archive", said={}, meant=meant, by=world.alice, at=NOW)
    die(world, sweep, when)
    assert archived(world) == left
    assert sweeping.due() == [(world.acme.pk, sweep.pk)]
    sweeping.work(workspace_id=world.acme.pk, sweep_id=sweep.pk)
    assert archived(world) == MANY and sweeping.due() == []
    with world.opened():
        about = EventAbout.objects.filter(event__verb="thread.archive", kind="thread")
        told = Counter(about.values_list("object_id", flat=True))
        assert len(told) == MANY and set(told.values()) == {1}
        sweeping.take_back(sweep=Sweep.objects.get(), at=NOW)
    die(world, sweep, when)
    assert archived(world) == MANY - left
    sweeping.work(workspace_id=world.acme.pk, sweep_id=sweep.pk)
    with world.opened():
        assert list(MailboxThread.objects.order_by("pk").values()) == before
        assert Sweep.objects.get().state == "undone"
