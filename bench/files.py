"""How fast a file becomes people: 50,000 rows, each held against what is here."""

import csv
import io
import random
import time

from django.utils import timezone

from bench import ground
from bench.table import Line
from crm.contacts import actions
from crm.contacts.models import Import, Person

ROWS, BAR = 50_000, 1_500.0
HEADING = ["First name", "Last name", "Company", "Job title", "E-mail", "Phone", "Labels"]


def measure(rows: int = ROWS) -> Line:
    """Rows a second of one worker, with organizations, addresses, phones, labels and history."""
    world = ground.World.build()
    with world.opened():
        batch = actions.begin_import(
            data=content(rows), filename="people.csv", kind="", region="DE", by=world.alice,
            at=timezone.now(),
        )  # fmt: skip
    given = {"workspace_id": world.acme.pk, "import_id": batch.pk}
    actions.work(**given)
    with world.opened():
        actions.start_import(batch=Import.objects.get(), by=world.alice, at=timezone.now())
    began = time.perf_counter()
    actions.work(**given)
    rate = rows / (time.perf_counter() - began)
    with world.opened():
        made = Person.objects.count()
    ground.wipe()
    if made != rows:
        raise RuntimeError(f"{made} people of {rows} rows")
    name = f"people of {rows} rows from CSV, rows a second"
    return Line(name, f"{rate:.0f}", f"{BAR:.0f}", rate / BAR, 1.0)


def content(rows: int) -> bytes:
    """Deterministic people, five to an organization."""
    chance, out = random.Random(50), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADING)
    for number in range(rows):
        company = f"Company {chance.randrange(max(1, rows // 5))}"
        writer.writerow(
            [
                f"First{number}", f"Last{chance.randrange(10_000)}", company, "Buyer",
                f"p{number}@company{number % 977}.test", f"+49 30 {1_000_000 + number}",
                chance.choice(("Customer", "Partner", "")),
            ]
        )  # fmt: skip
    return out.getvalue().encode()
