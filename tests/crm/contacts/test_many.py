"""A long list: the planner is told of tables that are new to it, so no row waits for others."""

from crm.contacts.models import ImportRow, Person
from tests.conftest import superuser
from tests.crm.contacts.files import brought, written
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
