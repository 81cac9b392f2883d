"""A long list: the planner is told of tables that are new to it, so no row waits for others."""

from django.utils import timezone

from crm.contacts.models import ImportRow, Person
from crm.fields.actions import definitions
from tests import make
from tests.conftest import superuser
from tests.crm.contacts.files import bring, brought, go, last, written
from tests.world import World

CHECK = """
    EXPLAIN (GENERIC_PLAN) SELECT 1 FROM ONLY contacts_person x
    WHERE workspace_id OPERATOR(pg_catalog.=) $1 AND id OPERATOR(pg_catalog.=) $2
    FOR KEY SHARE OF x
"""


def test_it_lets_the_planner_know_new_tables(world: World) -> None:
    """As on a new machine: nobody analyzed anything yet, and autovacuum is not there soon."""
    admin = superuser()
    tables = "('contacts_person'::regclass, 'contacts_personemail'::regclass)"
    admin.execute(f"DELETE FROM pg_statistic WHERE starelid IN {tables}")
    admin.execute(f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN {tables}")
    rows = [[f"Person {n}", f"p{n}@many.test", f"Firm {n % 20}"] for n in range(250)]
    batch = brought(world, written([["Name", "Email", "Company"], *rows]))
    assert batch.state == "done" and batch.counts["created"] == 250
    with world.opened():
        assert Person.objects.count() == 250
        assert not ImportRow.objects.filter(state="waiting").exists()
    known = admin.execute(f"SELECT reltuples FROM pg_class WHERE oid IN {tables}").fetchall()
    assert all(count >= 100 for (count,) in known)
    plan = "\n".join(line for (line,) in admin.execute(CHECK).fetchall())
    assert "(workspace_id = $1) AND (id = $2)" in plan or "(id = $2)" in plan.split("Filter")[0]
    # What a whole workspace shares narrows nothing down
    assert "person_owner" not in plan and "Seq Scan" not in plan


def test_it_asks_a_file_for_what_must_always_be_filled(world: World) -> None:
    """As forms do; who is here already keeps what is known of them."""
    with world.opened():
        make.person("Grace Hopper", "grace@navy.test")
        definitions.create_field(
            kind="person", name="Source", type="text", is_required=True,
            by=world.alice, at=timezone.now(),
        )  # fmt: skip
    rows = [
        ["Ada Lovelace", "ada@engines.test", "Fair"],
        ["Joan Clarke", "joan@hut8.test", ""],
        ["Grace M. Hopper", "grace@navy.test", ""],
    ]
    alice = world.browser(world.alice)
    here = bring(alice, written([["Name", "Email", "Source"], *rows]))
    alice.post(here, {"policy": "update"})
    go(alice, here, "trial")
    assert last().counts["check"] == {"created": 1, "failed": 1, "updated": 1}
    batch = go(alice, here, "run")
    assert [batch.counts[each] for each in ("created", "failed", "updated")] == [1, 1, 1]
    assert "This must be filled: Source." in alice.get(f"{here}leftovers.csv").content.decode()
    with world.opened():
        assert Person.objects.get(name="Ada Lovelace").custom
        assert not Person.objects.filter(name="Joan Clarke").exists()
