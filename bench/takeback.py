"""A large import stopped, gone on with, stopped by a dead worker, and taken back as a whole.

python -m bench.takeback --write docs/takeback.md
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils import timezone

from bench import files, ground
from bench.figures import Figure, show, write
from crm.contacts import actions
from crm.contacts.models import Import, Organization, Person, PersonEmail
from tests import make
from tests.world import Api, World

# People who are here already and in the file as well
KNOWN = 100
WORDS = """{rows} people from CSV, of whom {known} are here already. The program that brought the
file stops it over REST while a worker writes, goes on with it, the worker is killed (SIGKILL) and
another one takes its place when the lease is over; then all of it is taken back over REST. Times
are of one worker on two processor cores, {load}."""

# A process of its own, which can be killed
WORKER = """
import sys, django
django.setup()
from crm.contacts import actions
actions.work(workspace_id=int(sys.argv[1]), import_id=int(sys.argv[2]))
"""


def main() -> int:
    """Returns 1 where a figure is not what it must be."""
    parser = argparse.ArgumentParser(prog="python -m bench.takeback", description=__doc__)
    parser.add_argument("--rows", type=int, default=files.ROWS, help="rows of the file")
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/takeback.md")
    chosen = parser.parse_args()
    before = os.getloadavg()[1]
    with ground.database():
        sections = measure(World.build(), chosen.rows)
    for title, figures in sections.items():
        show(title, figures)
    if chosen.write:
        load = f"load {before:.1f} at the beginning, {os.getloadavg()[1]:.1f} at the end"
        words = WORDS.format(rows=f"{chosen.rows:,}", known=KNOWN, load=load)
        command = "python -m bench.takeback"
        write(chosen.write, "An import taken back", words, command, sections)
    return 0 if all(each.holds for found in sections.values() for each in found) else 1


def measure(world: World, rows: int) -> dict[str, list[Figure]]:
    """What there is after each step, held against what there must be."""
    with world.opened():
        for number in range(KNOWN):
            make.person(f"Known {number}", f"p{number}@company{number % 977}.test")
    was = _counts(world)
    api = world.api(world.alice)
    with world.opened():
        batch = actions.begin_import(
            data=files.content(rows), filename="people.csv", kind="", region="DE",
            by=world.alice, at=timezone.now(),
        )  # fmt: skip
    given = {"workspace_id": world.acme.pk, "import_id": batch.pk}
    actions.work(**given)
    path = f"imports/{batch.uid}/"

    _ask(api, f"{path}run/")
    worker = threading.Thread(target=_thread, args=(given,))
    worker.start()
    _until(world, rows // 3)
    asked = time.perf_counter()
    _ask(api, f"{path}stop/")
    worker.join()
    took = time.perf_counter() - asked
    stopped, said = _counts(world), api.get(path).json()

    _ask(api, f"{path}run/")
    words = [sys.executable, "-c", WORKER, *map(str, given.values())]
    child = subprocess.Popen(words, env=os.environ)
    _until(world, 2 * rows // 3)
    child.kill()
    child.wait()
    with world.opened():
        Import.objects.update(lease_until=timezone.now())
    killed = _counts(world)
    began = time.perf_counter()
    actions.work(**given)
    rest = time.perf_counter() - began
    done, end = _counts(world), api.get(path).json()

    _ask(api, f"{path}undo/")
    began = time.perf_counter()
    actions.work(**given)
    back = time.perf_counter() - began
    after = _counts(world)
    made = rows - KNOWN
    return {
        "Stopped over REST": [
            Figure("people made so far", stopped["people"] - KNOWN),
            Figure("rows it says are done, besides those made and left out",
                   said["done"] - (stopped["people"] - KNOWN) - said["counts"]["skipped"], 0),
            Figure("until the worker had stopped", took, unit=" s"),
        ],
        "The worker killed": [Figure("people made so far", killed["people"] - KNOWN)],
        "Gone on with to the end": [
            Figure("people made", done["people"] - KNOWN),
            Figure("people too many or too few", abs(done["people"] - KNOWN - made), 0),
            Figure("addresses that stand twice", done["addresses"] - done["different"], 0),
            Figure("rows left out because they are here", end["counts"]["skipped"]),
            Figure("rows that failed", end["counts"]["failed"], 0),
            Figure("rows a second of the last third", (done["people"] - killed["people"]) / rest),
        ],
        "Taken back over REST": [
            *(Figure(f"{name} more or fewer than before", abs(after[name] - was[name]), 0)
              for name in ("people", "organizations", "addresses")),
            Figure("rows a second", made / back),
        ],
    }  # fmt: skip


def _thread(given: dict[str, int]) -> None:
    actions.work(**given)
    connections.close_all()


def _ask(api: Api, path: str) -> None:
    answer = api.post(path)
    if answer.status_code != 202:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.content!r}")


def _until(world: World, done: int) -> None:
    while True:
        with world.opened():
            if Import.objects.get().done >= done:
                return
        time.sleep(0.05)


def _counts(world: World) -> dict[str, int]:
    """What is there and not in the trash."""
    with world.opened():
        alive: Any = PersonEmail.objects.filter(person__trashed_at=None)
        return {
            "people": Person.objects.filter(trashed_at=None).count(),
            "organizations": Organization.objects.filter(trashed_at=None).count(),
            "addresses": alive.count(),
            "different": alive.values("address").distinct().count(),
        }


if __name__ == "__main__":
    sys.exit(main())
