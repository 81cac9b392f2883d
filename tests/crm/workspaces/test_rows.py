"""Every table and every key, in SQL, as the application's own role: 100 % of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connections, models, transaction

from crm.workspaces import walls
from crm.workspaces.tenancy import NoWorkspace
from tests.rows import Rows
from tests.world import World

LINKS = [(model, field) for model in walls.walled_models() for field in walls.links(model)]


@pytest.fixture(scope="module")
def filled(database: None, django_db_blocker: Any) -> Iterator[tuple[World, Rows, Rows]]:
    """A row of every table in both workspaces; the tests of this file change none of them."""
    from tests.conftest import wipe

    with django_db_blocker.unblock():
        world = World.build()
        with world.opened():
            acme = Rows(world.alice, "canary").fill()
        with world.opened(world.globex):
            globex = Rows(world.charlie, "sparrow").fill()
        yield world, acme, globex
        wipe()


Filled = tuple[World, Rows, Rows]


@pytest.fixture
def sql(filled: Filled, django_db_blocker: Any) -> Iterator[Any]:
    """A cursor of the role fio_app in Charlie's workspace; what it writes is taken back."""
    world = filled[0]
    with django_db_blocker.unblock(), world.opened(world.globex):
        with connections["default"].cursor() as cursor:
            yield cursor
        transaction.set_rollback(True)


def ids(model: type[models.Model]) -> str:
    return model._meta.label


def link_ids(value: Any) -> str:
    return ids(value) if isinstance(value, type) else str(value.name)


@pytest.mark.parametrize("model", walls.walled_models(), ids=ids)
def test_it_raises_without_a_workspace(filled: Filled, model: Any, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        with pytest.raises(NoWorkspace):
            model.objects.exists()
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", walls.walled_models(), ids=ids)
def test_it_neither_shows_nor_changes_a_foreign_row(filled: Filled, sql: Any, model: Any) -> None:
    _world, acme, _globex = filled
    table, foreign, key = model._meta.db_table, acme.made[model].pk, model._meta.pk.column
    sql.execute(f"SELECT count(*) FROM {table} WHERE {key} = %s", [foreign])
    assert sql.fetchone() == (0,)
    if model.is_append_only:
        return  # tests/crm/workspaces/test_audit.py tells that nobody changes these
    sql.execute(f"UPDATE {table} SET {key} = {key} WHERE {key} = %s", [foreign])
    assert sql.rowcount == 0
    sql.execute(f"DELETE FROM {table} WHERE {key} = %s", [foreign])
    assert sql.rowcount == 0


@pytest.mark.parametrize("model", walls.walled_models(), ids=ids)
def test_it_refuses_to_carry_a_row_across(filled: Filled, sql: Any, model: Any) -> None:
    world, _acme, globex = filled
    table, key = model._meta.db_table, model._meta.pk.column
    with pytest.raises(DatabaseError, match=_refusal(model, "row-level security")):
        sql.execute(
            f"UPDATE {table} SET workspace_id = %s WHERE {key} = %s",
            [world.acme.pk, globex.made[model].pk],
        )


@pytest.mark.parametrize("model", walls.walled_models(), ids=ids)
def test_it_refuses_to_insert_into_another_workspace(filled: Filled, sql: Any, model: Any) -> None:
    world, _acme, globex = filled
    table, key = model._meta.db_table, model._meta.pk.column
    columns = [f'"{f.column}"' for f in model._meta.local_concrete_fields if f.name != "workspace"]
    names = ", ".join(columns)
    with pytest.raises(DatabaseError, match="row-level security"):
        sql.execute(
            f"INSERT INTO {table} (workspace_id, {names})"
            f" SELECT %s, {names} FROM {table} WHERE {key} = %s",
            [world.acme.pk, globex.made[model].pk],
        )


@pytest.mark.parametrize(("model", "field"), LINKS, ids=link_ids)
def test_it_refuses_a_key_into_another_workspace(
    filled: Filled, sql: Any, model: Any, field: Any
) -> None:
    _world, acme, globex = filled
    foreign = acme.made[field.related_model].pk
    sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
    mine = globex.made[model].pk
    # A key that is the row's own primary key meets the other row first
    with pytest.raises(DatabaseError, match=r"violates (foreign key|unique)"):
        _point(sql, model, field.column, foreign, mine)


def _refusal(model: Any, usual: str) -> str:
    """Where nothing may be changed at all, PostgreSQL says so first."""
    return "permission denied" if model.is_append_only else usual


def _point(sql: Any, model: Any, column: str, foreign: int, pk: int) -> None:
    """Let a row point there; where rows stay as they are, another one like it."""
    if not model.is_append_only:
        table, key = model._meta.db_table, model._meta.pk.column
        sql.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [foreign, pk])
        return
    changed = {column: foreign}
    kept = [f.column for f in model._meta.local_concrete_fields if f.column not in ("id", "uid")]
    values = ", ".join("%s" if column in changed else column for column in kept)
    sql.execute(
        f"INSERT INTO {model._meta.db_table} (uid, {', '.join(kept)})"
        f" SELECT gen_random_uuid(), {values} FROM {model._meta.db_table} WHERE id = %s",
        [*changed.values(), pk],
    )
