"""Whether new migrations can run while the former release serves: expand, backfill, contract.

`python -m scripts.migration_rules` looks at every migration after those that pyproject.toml
names as released. One that breaks a rule on purpose says so itself:

    deliberate = {"drop": "nothing has read it since 0.4"}
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, SeparateDatabaseAndState
from django.db.migrations.state import ProjectState

from scripts import migration_operations as operations
from scripts.migration_operations import RULES, Fault, Scene

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Returns 1 when a rule is broken."""
    django.setup()
    lines = [*_settings(), *(str(finding) for finding in judge_all(released()))]
    print("\n".join(lines) or "Every new migration can run beside the former release.")
    return 1 if lines else 0


@dataclass(frozen=True)
class Finding:
    """A rule that a migration breaks."""

    migration: str
    rule: str
    words: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.rule}: {self.words}. {RULES.get(self.rule, '')}".rstrip()


def released() -> dict[str, str]:
    """The newest released migration of each of our apps."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        known: dict[str, str] = tomllib.load(file)["tool"]["fio"]["released"]
        return known


def judge_all(known: dict[str, str]) -> Iterator[Finding]:
    """Every broken rule of every migration of ours that is not released, in their order."""
    loader = MigrationLoader(None)
    ours = {label for label, app in operations.apps_of(ROOT)}
    state, fresh = ProjectState(), set[tuple[str, str]]()
    for app, name in _plan(loader):
        migration = loader.graph.nodes[app, name]
        if app in ours and name > known.get(app, ""):
            yield from judge(migration, state, fresh)
        state = migration.mutate_state(state, preserve=False)


def _plan(loader: MigrationLoader) -> list[tuple[str, str]]:
    """All migrations of all apps, each after what it depends on."""
    found: dict[tuple[str, str], None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        found |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return list(found)


def judge(migration: Any, state: ProjectState, fresh: set[tuple[str, str]]) -> Iterator[Finding]:
    """Broken rules of one migration; `fresh` are models no release knows, and is added to."""
    label = f"{migration.app_label}.{migration.name}"
    excused = dict(getattr(migration, "deliberate", {}))
    found = list(_faults(migration, state.clone(), fresh))
    for fault in found:
        if fault.rule not in excused:
            yield Finding(label, fault.rule, fault.words)
    broken = {fault.rule for fault in found}
    for rule, reason in excused.items():
        if rule not in RULES or rule not in broken:
            yield Finding(label, rule, "deliberate, but there is nothing of the kind")
        elif len(str(reason).split()) < 3:
            yield Finding(label, rule, "deliberate, without a reason in words")


def _faults(migration: Any, state: ProjectState, fresh: set[tuple[str, str]]) -> Iterator[Fault]:
    app, written = migration.app_label, list(_flat(migration.operations))
    scene = Scene(app, state, fresh, atomic=migration.atomic, operations=written)
    if not migration.atomic and len(written) > 1:
        yield Fault("mixed", f"{len(written)} operations without a transaction")
    for operation in migration.operations:
        for each in _flat([operation]):
            yield from operations.faults(scene, each)
        operation.state_forwards(app, scene.state)


def _flat(listed: Any) -> Iterator[Any]:
    """What is done to the database."""
    for operation in listed:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        elif not (isinstance(operation, RunPython) and operation.code is RunPython.noop):
            yield operation


def _settings() -> Iterator[str]:
    owner: dict[str, Any] = settings.DATABASES["owner"]
    if "lock_timeout" not in str(owner["OPTIONS"].get("options", "")):
        yield "settings: the owner's connection has no lock_timeout"


if __name__ == "__main__":
    sys.exit(main())
