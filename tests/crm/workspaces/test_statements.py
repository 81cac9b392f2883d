"""Statements: SQL that is written once, and never an answer that is kept."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from crm.contacts.models import Person
from crm.workspaces import queries
from crm.workspaces.models import Membership, Team, TeamMember
from crm.workspaces.statements import Given, Statement, Statements
from crm.workspaces.tenancy import NoWorkspace
from tests import make
from tests.world import World


def _begins() -> QuerySet[Person]:
    rows: QuerySet[Person] = Person.objects.filter(name_key__gte=Given("key")).order_by("name_key")
    return rows.select_related("organization").prefetch_related("emails")


def _seen(role: str) -> QuerySet[Person, str]:
    rows: QuerySet[Person] = Person.objects.visible_to(queries.stand_in(role))
    return rows.order_by("name_key").values_list("name", flat=True)


def test_it_asks_the_open_workspace_each_time(world: World) -> None:
    statement = Statement(_begins)
    with world.opened():
        make.person("Ana", organization=make.organization("Fen Dairy"))
        (found,) = statement.rows(key="a")
        assert found.organization.name == "Fen Dairy" and not found.emails.all()
        assert statement.first(key="b") is None
    with world.opened(world.globex):
        assert statement.rows(key="a") == []
        make.person("Carla")
        assert [row.name for row in statement.rows(key="b")] == ["Carla"]
    with world.opened():
        make.person("Berta")
        assert [row.name for row in statement.rows(key="a")] == ["Ana", "Berta"]
    with pytest.raises(NoWorkspace):
        statement.rows(key="a")


def test_it_asks_for_whoever_asks(world: World) -> None:
    statements = Statements(_seen)
    with world.opened():
        make.person("Alice alone", owner=world.alice, visibility="owner")
        make.person("Bob alone", owner=world.bob, visibility="owner")
        make.person("Team", owner=world.alice, visibility="team")

        def seen(member: Membership) -> list[str]:
            return statements.of(member.role).rows(**queries.asker(member))

        assert seen(world.alice) == ["Alice alone", "Bob alone", "Team"]
        assert seen(world.bob) == ["Bob alone"]
        team = Team.objects.create(name="North")
        for member in (world.alice, world.bob):
            TeamMember.objects.create(team=team, member=member)
        later = Membership.objects.using("system").get(pk=world.bob.pk)
        assert seen(later) == ["Bob alone", "Team"]
    assert len(statements.known) == 2


def test_it_writes_its_sql_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    statement, written = Statement(lambda: _seen("member")), []
    as_sql = SQLCompiler.as_sql

    def noted(self: SQLCompiler, *args: Any, **more: Any) -> Any:
        written.append(self.query.model)
        return as_sql(self, *args, **more)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    with world.opened():
        for name in ("Ana", "Berta", "Carla"):
            make.person(name)
            assert name in statement.rows(**queries.asker(world.bob))
    assert written.count(Person) == 1
