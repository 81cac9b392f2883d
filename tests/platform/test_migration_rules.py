"""A migration that the former release could not live beside is refused, with the remedy."""

from typing import Any

import pytest
from django.contrib.postgres import operations as postgres
from django.db import connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from crm.contacts.models import Person
from crm.workspaces.backfill import in_batches
from scripts import migration_rules
from tests import make
from tests.world import World

Operations = list[Any]
FRESH = migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))])
DUE = models.Index(fields=["workspace", "created_at"], name="mailbox_made")
SHORT = models.CheckConstraint(condition=models.Q(name__lt="~"), name="mailbox_name")


def fill(apps: Any, rows: Any) -> None:
    """Write something into rows."""
    rows.update(name="~")


def loop(apps: Any, schema_editor: Any) -> None:
    """A backfill that holds everything up."""


@pytest.fixture(scope="module")
def state() -> ProjectState:
    """The tables as the last release has them."""
    found: ProjectState = MigrationLoader(None).project_state()
    return found


def broken(state: ProjectState, operations: Operations, **attributes: Any) -> list[str]:
    """The rules that a migration of the inbox with these operations breaks."""
    made = type("Migration", (migrations.Migration,), {"operations": operations} | attributes)
    found = migration_rules.judge(made("0099_bad", "inbox"), state, set())
    return [finding.rule for finding in found]


BAD: dict[str, list[Operations]] = {
    "drop": [
        [migrations.RemoveField("mailbox", "name")],
        [migrations.DeleteModel("Upload")],
        [migrations.RunSQL("ALTER TABLE inbox_mailbox DROP COLUMN name", "")],
    ],
    "rename": [
        [migrations.RenameField("mailbox", "name", "title")],
        [migrations.RenameModel("Upload", "File")],
        [migrations.AlterModelTable("upload", "files")],
        [migrations.RunSQL("ALTER TABLE inbox_mailbox RENAME name TO title", "")],
    ],
    "not-null": [
        [migrations.AddField("mailbox", "color", models.TextField(default=""))],
        [migrations.AlterField("mailbox", "complete_until", models.DateTimeField())],
        [migrations.RunSQL("ALTER TABLE inbox_mailbox ALTER complete_until SET NOT NULL", "")],
    ],
    "index": [
        [migrations.AddIndex("mailbox", DUE)],
        [migrations.AddField("mailbox", "color", models.TextField(null=True, db_index=True))],
        [migrations.RunSQL("CREATE INDEX x ON inbox_mailbox (name)", "DROP INDEX x")],
        [postgres.AddIndexConcurrently("mailbox", DUE)],
        [migrations.RunSQL("CREATE INDEX CONCURRENTLY x ON inbox_mailbox (name)", "")],
    ],
    "constraint": [
        [migrations.AddConstraint("mailbox", SHORT)],
        [migrations.AlterUniqueTogether("mailbox", {("workspace", "name")})],
        [
            postgres.AddConstraintNotValid("mailbox", SHORT),
            postgres.ValidateConstraint("mailbox", "mailbox_name"),
        ],
        [migrations.RunSQL("ALTER TABLE inbox_mailbox ADD CONSTRAINT x CHECK (true)", "")],
    ],
    "rewrite": [
        [migrations.AlterField("mailbox", "name", models.IntegerField())],
        [migrations.RunSQL("ALTER TABLE inbox_mailbox ALTER COLUMN name TYPE bytea", "")],
        [migrations.RunSQL("VACUUM FULL inbox_mailbox", "")],
    ],
    "reverse": [
        [migrations.RunSQL("COMMENT ON TABLE inbox_mailbox IS 'x'")],
    ],
    "batches": [
        [migrations.RunPython(loop, migrations.RunPython.noop)],
        [migrations.RunPython(in_batches("inbox.Mailbox", fill), migrations.RunPython.noop)],
        [migrations.RunSQL("UPDATE inbox_mailbox SET name = ''", "")],
    ],
    "lock": [
        [migrations.RunSQL("SET LOCAL lock_timeout = 0", "")],
        [migrations.RunSQL("LOCK TABLE inbox_mailbox", "")],
    ],
}
GOOD: list[tuple[Operations, dict[str, Any]]] = [
    ([FRESH, migrations.AddField("note", "text", models.TextField(db_index=True))], {}),
    ([FRESH, migrations.RunSQL("CREATE INDEX x ON inbox_note (id)", "DROP INDEX x")], {}),
    (
        [
            migrations.RunSQL(
                "CREATE FUNCTION f() RETURNS void LANGUAGE sql"
                " AS $$ SELECT 1; UPDATE inbox_mailbox SET name = '' $$",
                "DROP FUNCTION f",
            )
        ],
        {},
    ),
    ([migrations.AddField("mailbox", "color", models.TextField(null=True))], {}),
    ([migrations.AddField("mailbox", "color", models.TextField(db_default=""))], {}),
    ([migrations.AddField("mailbox", "at", models.DateTimeField(db_default=Now()))], {}),
    ([postgres.AddIndexConcurrently("mailbox", DUE)], {"atomic": False}),
    ([postgres.AddConstraintNotValid("mailbox", SHORT)], {}),
    ([postgres.ValidateConstraint("mailbox", "mailbox_name")], {}),
    (
        [migrations.RunPython(in_batches("inbox.Mailbox", fill), migrations.RunPython.noop)],
        {"atomic": False},
    ),
    (
        [
            migrations.SeparateDatabaseAndState(
                state_operations=[migrations.RemoveField("mailbox", "name")]
            )
        ],
        {},
    ),
]


CASES = [(rule, each) for rule, listed in BAD.items() for each in listed]


@pytest.mark.parametrize(
    ("rule", "operations"),
    CASES,
    ids=lambda value: value if isinstance(value, str) else type(value[0]).__name__,
)
def test_it_refuses(state: ProjectState, rule: str, operations: Operations) -> None:
    assert broken(state, operations) == [rule]


@pytest.mark.parametrize(("operations", "attributes"), GOOD)
def test_it_lets_pass(
    state: ProjectState, operations: Operations, attributes: dict[str, Any]
) -> None:
    assert broken(state, operations, **attributes) == []


def test_it_wants_one_step_where_nothing_rolls_back(state: ProjectState) -> None:
    both = [
        postgres.AddIndexConcurrently("mailbox", DUE),
        migrations.AddField("mailbox", "color", models.TextField(null=True)),
    ]
    assert broken(state, both, atomic=False) == ["mixed"]


def test_it_refuses_what_nobody_has_judged(state: ProjectState) -> None:
    class Odd(migrations.operations.special.RunPython):
        pass

    assert broken(state, [Odd(loop, loop)]) == ["unknown"]


def test_it_takes_a_reason_and_no_reason_for_nothing(state: ProjectState) -> None:
    drop = [migrations.RemoveField("mailbox", "name")]
    said = {"drop": "no release has read it since 0.4"}
    assert broken(state, drop, deliberate=said) == []
    assert broken(state, drop, deliberate={"drop": "sure"}) == ["drop"]
    assert broken(state, [FRESH], deliberate=said) == ["drop"]


def test_it_finds_every_migration_of_ours_good() -> None:
    assert [str(each) for each in migration_rules.judge_all(migration_rules.released())] == []
    early = dict.fromkeys(migration_rules.released(), "0001_initial")
    found = {(each.migration, each.rule) for each in migration_rules.judge_all(early)}
    assert ("sync.0002_domain", "not-null") in found
    assert ("inbox.0003_packed_bodies", "rewrite") in found


def test_it_fills_old_rows_a_few_at_a_time_in_every_workspace(world: World) -> None:
    for workspace in (world.acme, world.globex):
        with world.opened(workspace):
            for number in range(5):
                make.person(f"Person {number}")
    sizes: list[int] = []

    def write(apps: Any, rows: Any) -> None:
        sizes.append(rows.update(name="filled"))

    registry = MigrationLoader(None).project_state().apps
    with connections["owner"].schema_editor(atomic=False) as editor:
        in_batches("contacts.Person", write, size=2)(registry, editor)
    assert sizes == [2, 2, 1, 2, 2, 1]
    for workspace in (world.acme, world.globex):
        with world.opened(workspace):
            assert set(Person.objects.values_list("name", flat=True)) == {"filled"}
