"""Both walls: what is not opened cannot be read, by the ORM or by SQL."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.models import Count

from crm.contacts.models import Person, PersonEmail, sort_key
from crm.workspaces import walls
from crm.workspaces.tenancy import ForeignWorkspace, NoWorkspace, open_workspace
from tests.world import World

AT_IMPORT = Person.objects.all()


def person(name: str) -> Person:
    row: Person = Person.objects.create(name=name, name_key=sort_key(name))
    return row


def test_it_finds_no_hole_in_the_wall(world: World) -> None:
    call_command("check_tenancy")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(AT_IMPORT),
        lambda: Person.objects.exists(),
        lambda: Person.objects.count(),
        lambda: Person.objects.aggregate(Count("id")),
        lambda: Person.objects.in_bulk([1]),
        lambda: Person.objects.explain(),
        lambda: Person.objects.all().union(Person.objects.all()).exists(),
        lambda: Person.objects.update(name="x"),
        lambda: Person.objects.filter(name="x").delete(),
        lambda: list(Person.objects.iterator()),
        lambda: person("Nobody's"),
    ],
)
def test_it_raises_where_no_workspace_is_open(world: World, ask) -> None:  # type: ignore[no-untyped-def]
    with world.opened():
        person("Ana")
    with pytest.raises(NoWorkspace):
        ask()


def test_it_shows_a_queryset_made_at_import_time_its_own_rows_only(world: World) -> None:
    with world.opened():
        person("Ana")
    with world.opened(world.globex):
        person("Zed")
        assert [p.name for p in AT_IMPORT.all()] == ["Zed"]


def test_it_refuses_to_link_across_workspaces(world: World) -> None:
    with world.opened():
        ana = person("Ana")
    with world.opened(world.globex), pytest.raises(ForeignWorkspace):
        PersonEmail.objects.create(person=ana, address="ana@example.test")


def test_it_does_not_change_workspace_inside_a_transaction(world: World) -> None:
    with world.opened(), pytest.raises(ForeignWorkspace), open_workspace(world.globex.pk):
        pass


def test_it_raises_in_sql_on_every_table_without_a_workspace(world: World) -> None:
    with world.opened():
        person("Ana")
    for model in walls.walled_models():
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")


def test_it_hides_foreign_rows_from_raw_sql(world: World) -> None:
    with world.opened():
        ana = person("Ana")
    with world.opened(world.globex), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM contacts_person")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE contacts_person SET name = 'x' WHERE id = %s", [ana.pk])
        assert cursor.rowcount == 0


def test_it_refuses_a_foreign_key_into_another_workspace(world: World) -> None:
    with world.opened():
        ana = person("Ana")
    with pytest.raises(DatabaseError), world.opened(world.globex):
        PersonEmail.objects.create(person_id=ana.pk, address="ana@example.test")


def test_it_does_not_let_the_application_role_list_the_directory(world: World) -> None:
    for table in ("workspaces_user", "workspaces_workspace", "workspaces_apitoken"):
        with (
            pytest.raises(DatabaseError),
            world.opened(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {table}")
    with world.opened(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM workspaces_membership")
        assert cursor.fetchone() == (2,)
