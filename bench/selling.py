"""Board, lists, detail and search: `python -m bench.selling`, small beside large, among others.

A workspace of a thousand deals is measured, filled up to fifty thousand with a hundred thousand
people, and measured again, five hundred other workspaces beside it. Times are whole requests
through sessions, both walls and templates.
"""

import argparse
import os
import statistics
import sys
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connections

from bench import ground, reading
from bench.table import Line, show, write
from crm.deals.models import Deal, Pipeline, Stage
from tests import make
from tests.world import NOW, World

MOST_MS, GROWTH = 40.0, 1.3
# People, organizations, deals
SMALL, LARGE = (2_000, 400, 1_000), (100_000, 20_000, 50_000)
OTHERS, OF_EACH = 500, (200, 40, 100)

WORDS = """A workspace of 100,000 people, 20,000 organizations and 50,000 deals, held against itself
at 1,000 deals; 500 other workspaces stand beside it. Each figure is the middle of 21 whole requests
of a member who does not see all, through sessions, both tenant walls and templates. SQL that was
written and rows that were shown before are remembered by the process; no answer is. Two processor
cores; {load}."""
RECORD = "(workspace_id, uid, name, name_key, search, owner_id, visibility, created_at, updated_at"
NAMES = (
    "('{Ada,Bruno,Clara,Dana,Emil,Fania,Goran,Hana,Ivo,Joana,Karel,Lena,Milo,Nadia,Otto,Petra}'"
    "::text[])[1 + n %% 16] || ' ' || ('{Castell,Duarte,Ekholm,Fennick,Gelata,Halmer,Iriarte,Jonas,"
    "Keller,Lindqvist,Marlowe,Nettle,Okafor,Prado,Quinta,Ribeiro,Santos,Tolle,Urban}'::text[])"
    "[1 + n / 16 %% 19] || ' ' || n"
)
# Of ten records seven are everybody's, one is its owner's and two are a team's
SEEN = "(%(owners)s::bigint[])[1 + n %% %(count)s], CASE n %% 10 WHEN 0 THEN 'owner' WHEN 1 THEN "
SEEN += "'team' WHEN 2 THEN 'team' ELSE 'everyone' END, "
WHEN = "%(at)s::timestamptz - n %% 700 * interval '1 hour', "
WHEN += "%(at)s::timestamptz - n %% 500 * interval '1 hour'"
FROM = " FROM generate_series(%(first)s::int, %(last)s::int) n"

ORGANIZATIONS = f"""INSERT INTO contacts_organization
{RECORD}, domains, website, phone, address)
SELECT %(here)s, gen_random_uuid(), 'Firm ' || name, lower('Firm ' || name), lower('Firm ' || name),
{SEEN}{WHEN}, '{{}}', '', '', '' FROM (SELECT n, {NAMES} AS name{FROM}) one(n, name)"""
PEOPLE = f"""INSERT INTO contacts_person {RECORD}, organization_id)
SELECT %(here)s, gen_random_uuid(), name, lower(name), lower(name) || ' p' || n || '@firm.test',
{SEEN}{WHEN}, (%(firms)s::bigint) + n %% %(firm_count)s
FROM (SELECT n, {NAMES} AS name{FROM}) one(n, name)"""
DEALS = f"""INSERT INTO deals_deal
{RECORD}, pipeline_id, stage_id, stage_since, status, value, currency, expected_on, person_id,
organization_id, closed_at, lost_reason)
SELECT %(here)s, gen_random_uuid(), 'Deal ' || name, lower('Deal ' || name),
lower('Deal ' || name || ' firm'), {SEEN}{WHEN},
%(pipeline)s, (%(stages)s::bigint[])[1 + n %% 5], %(at)s::timestamptz - n * interval '1 minute',
CASE WHEN n %% 10 < 4 THEN 'open' WHEN n %% 10 < 7 THEN 'won' ELSE 'lost' END,
n %% 900 * 100, ('{{EUR,GBP,BRL}}'::text[])[1 + n %% 3],
%(at)s::date + (n %% 270) - 60, %(people)s::bigint + n %% %(person_count)s,
%(firms)s::bigint + n %% %(firm_count)s,
CASE WHEN n %% 10 < 4 THEN NULL ELSE %(at)s::timestamptz - n %% 300 * interval '1 day' END, ''
FROM (SELECT n, {NAMES} AS name{FROM}) one(n, name)"""


def main() -> int:
    """Returns 1 when a line misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.selling", description=__doc__)
    parser.add_argument("--deals", type=int, default=LARGE[2], help="deals in the large one")
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/records.md")
    chosen = parser.parse_args()
    share = chosen.deals / LARGE[2]
    before = os.getloadavg()[1]
    with ground.database():
        world = World.build()
        ours = _prepare(world)
        for number in range(OTHERS):
            _fill({**ours, "here": 1_000_000 + number}, (0, 0, 0), OF_EACH)
        _fill(ours, (0, 0, 0), SMALL)
        small = measure(world)
        large = tuple(round(count * share) for count in LARGE)
        _fill(ours, SMALL, large)
        lines = bars(small, measure(world))
    missed = show(lines)
    if chosen.write:
        load = f"load {before:.1f} at the beginning, {os.getloadavg()[1]:.1f} at the end"
        write(
            chosen.write,
            WORDS.format(load=load),
            "python -m bench.selling",
            lines,
            "Speed of records",
        )
    return 1 if missed else 0


def _prepare(world: World) -> dict[str, Any]:
    """A pipeline of five stages; who owns the rows."""
    with world.opened():
        way = Pipeline.objects.create(name="New business")
        stages = [
            Stage.objects.create(
                pipeline=way, name=f"Stage {n}", position=n, probability=20 * n, rotting_days=14
            )
            for n in range(5)
        ]
        make.currency("EUR", is_base=True)
        make.currency("GBP", "1.2")
        make.currency("BRL", "0.2")
    # Deals are counted even while keys and walls sleep
    _run("ALTER TABLE deals_deal ENABLE ALWAYS TRIGGER deals_count_insert", {})
    return {
        "here": world.acme.pk,
        "owners": [world.alice.pk, world.bob.pk],
        "count": 2,
        "at": NOW,
        "pipeline": stages[0].pipeline_id,
        "stages": [stage.pk for stage in stages],
    }


def _fill(ours: dict[str, Any], before: tuple[int, ...], after: tuple[int, ...]) -> None:
    """More rows, up to so many people, organizations and deals."""
    for order, statement in ((1, ORGANIZATIONS), (0, PEOPLE), (2, DEALS)):
        first = {"first": before[order] + 1, "last": after[order]}
        firms, people = _first("contacts_organization", ours), _first("contacts_person", ours)
        known = {
            "firms": firms,
            "people": people,
            "firm_count": max(1, after[1] - before[1]),
            "person_count": max(1, after[0] - before[0]),
        }
        _run(statement, {**ours, **known, **first})


def _first(table: str, ours: dict[str, Any]) -> int:
    """The first of the rows added last to a table of this workspace; ids are one after another."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(min(id), 0) FROM {table} WHERE workspace_id = %s", [ours["here"]]
        )
        found: int = cursor.fetchone()[0]
    return found


def _run(statement: str, values: dict[str, Any]) -> None:
    ground.as_superuser(statement, values)


def measure(world: World) -> dict[str, float]:
    """Milliseconds of each page, the middle of its turns, as Bob sees it who sees not all."""
    with connections["owner"].cursor() as cursor:
        # As it would be after a while: rows seen by all are known to be
        cursor.execute("VACUUM ANALYZE")
    browser = world.browser(world.bob)
    with world.opened():
        deal = Deal.objects.visible_to(world.bob).filter(status="open").order_by("pk")[7]
        person, firm = deal.person, deal.organization
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "board": ("/acme/deals/", {}),
        "forecast": ("/acme/deals/forecast/", {"from": "2026-11"}),
        "deals, by name": ("/acme/deals/list/", {}),
        "deals, last changed": ("/acme/deals/list/", {"sort": "-updated_at"}),
        "people": ("/acme/people/", {}),
        "organizations": ("/acme/organizations/", {}),
        "a deal": (f"/acme/deals/{deal.uid}/", {}),
        "a person": (f"/acme/people/{person.uid}/", {}),
        "an organization": (f"/acme/organizations/{firm.uid}/", {}),
        "search, a whole name": ("/acme/inbox/palette/", {"q": "Hana Lindqvist 15"}),
        "search, a common word": ("/acme/inbox/palette/", {"q": "castell"}),
        "search, mistyped": ("/acme/inbox/palette/", {"q": "lindqvizt"}),
        "find in people": ("/acme/people/", {"q": "marlowe"}),
    }
    return {
        name: statistics.median(reading._times(partial(reading._get, browser, path, query)))
        for name, (path, query) in pages.items()
    }


def bars(small: dict[str, float], large: dict[str, float]) -> list[Line]:
    """Each page below its limit, and not much slower than when there was little."""
    lines = []
    for name, took in large.items():
        few = f"{small[name]:.1f} ms"
        lines.append(Line(f"{name}: p50, ms", f"{took:.1f}", f"limit {MOST_MS:g}",
                          took / MOST_MS, 1.0, is_limit=True))  # fmt: skip
        lines.append(Line(f"{name}: large ÷ small", f"{took:.1f} ms", few,
                          took / small[name], GROWTH, is_limit=True))  # fmt: skip
    return lines


if __name__ == "__main__":
    sys.exit(main())
