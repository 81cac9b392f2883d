"""`python -m bench.searching`: Ctrl K in a workspace with many records, as whole requests.

100,000 people, 20,000 organizations, 50,000 deals, 50,000 activities and 50,000 notes; words as
people type them, letter by letter, mistyped and without accents.
"""

import argparse
import random
import statistics
import sys
import time
from typing import Any

from bench import ground, table
from bench.table import Line
from tests.world import NOW, World

FIRST = (
    "Ana João Owen Hettie Raj Beatriz Conceição Tomás Priya Lena Marta Søren Émile Zoë"
).split()
LAST = (
    "Castell Marlowe Bhandal Figueiredo Ashdown Lindqvist Moreira Okafor Whitfield Duarte".split()
)
THINGS = (
    "sensors loggers vans depots contract service trial renewal dairy freezer pallets audit".split()
)
TYPED = (
    "ow", "owen", "owen cas", "castel", "casstell", "conceicao", "figueiredo ana", "northern",
    "northern 4711", "freezer", "frezer", "renewal audit", "zebra crossing", "ana 99", "dairy",
)  # fmt: skip
ROUNDS = 20
# So many rows of each kind are made one by one, the others out of them
SEEDS = 1000
LINKED = """
INSERT INTO {1} (workspace_id, kind, object_id, of_id)
SELECT a.workspace_id, 'deal', d.id, a.id
FROM (SELECT workspace_id, id, row_number() OVER (ORDER BY id) AS n FROM {0}) a
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM deals_deal) d ON d.n = a.n
"""


def main() -> int:
    """Returns 1 when a line misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.searching", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    chosen = parser.parse_args()
    with ground.database():
        return 1 if table.show(measure(chosen.people)) else 0


def measure(people: int) -> list[Line]:
    """How long the palette takes for an administrator and for a member."""
    world = World.build()
    fill(world, people)
    ground.as_superuser("ANALYZE", [])
    lines = [
        _line(f"search among {people:,} people, {who}, ms", world.browser(member))
        for who, member in (("owner", world.alice), ("member", world.bob))
    ]
    ground.wipe()
    return lines


def _line(what: str, browser: Any) -> Line:
    for typed in TYPED:
        browser.get("/acme/inbox/palette/", {"q": typed})
    spent = []
    for typed in TYPED * ROUNDS:
        started = time.perf_counter()
        assert browser.get("/acme/inbox/palette/", {"q": typed}).status_code == 200
        spent.append((time.perf_counter() - started) * 1000)
    middle = statistics.median(spent)
    high = statistics.quantiles(spent, n=20)[-1]
    told = f"p50 {middle:.0f}, p95 {high:.0f}"
    return Line(what, told, "p95 limit 100", high / 100, 1.0, is_limit=True)


def fill(world: World, people: int) -> None:
    """Rows of every kind, a fifth as many organizations and half as many of the others."""
    from crm.contacts.models import Organization, Person
    from crm.deals.models import Deal
    from crm.timeline.actions.preparing import prepare_types
    from crm.timeline.models import Activity, ActivityAbout, Note, NoteAbout
    from crm.ui import spelling
    from tests import make

    chance = random.Random(7)
    with world.opened():
        stage = make.pipeline()[0]
        call = prepare_types()[0]

    def record(row: Any) -> Any:
        row.owner = chance.choice((world.alice, world.bob))
        row.visibility = chance.choice(("everyone",) * 9 + ("owner",))
        row.prepare()
        return row

    def person(n: int) -> Any:
        return record(Person(name=f"{chance.choice(FIRST)} {chance.choice(LAST)} {n}"))

    def firm(n: int) -> Any:
        return record(Organization(name=f"Northern {chance.choice(THINGS)} {n}", domains=[]))

    def deal(n: int) -> Any:
        title = f"{chance.choice(LAST)}, {chance.choice(THINGS)} {n}"
        return record(
            Deal(name=title, stage=stage, pipeline=stage.pipeline, stage_since=NOW, currency="EUR")
        )

    def activity(n: int) -> Any:
        text = f"Call {chance.choice(FIRST)} about {chance.choice(THINGS)} {n}"
        return Activity(type=call, subject=text, search=spelling.search_text([text]))

    def note(n: int) -> Any:
        text = " ".join(chance.choice(THINGS + FIRST) for _word in range(30)) + f" {n}"
        return Note(html=f"<p>{text}</p>", text=text, search=spelling.search_text([text]))

    for model, count, one in (
        (Person, people, person),
        (Organization, people // 5, firm),
        (Deal, people // 2, deal),
        (Activity, people // 2, activity),
        (Note, people // 2, note),
    ):
        with world.opened():
            model.objects.bulk_create([one(n) for n in range(min(count, SEEDS))])
        _multiply(model, count)
    for model, links in ((Activity, ActivityAbout), (Note, NoteAbout)):
        ground.as_superuser(LINKED.format(model._meta.db_table, links._meta.db_table), [])


def _multiply(model: Any, count: int) -> None:
    """As many rows as are wanted out of the few there are, each with a number of its own."""
    told = {
        "name": "left(name || ' ' || n, 200)",
        "name_key": "left(name_key || ' ' || n, 200)",
        "search": "search || ' ' || n",
        "uid": "gen_random_uuid()",
    }
    columns = [f.column for f in model._meta.concrete_fields if f.column != "id"]
    table = model._meta.db_table
    ground.as_superuser(
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(told.get(name, name) for name in columns)}"
        f" FROM {table}, generate_series(2, %s) n",
        [count // SEEDS],
    )


if __name__ == "__main__":
    sys.exit(main())
