"""The rules themselves: what one operation does to tables that the former release uses."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.postgres import operations as postgres
from django.db import connections
from django.db.migrations import operations as plain
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Expression, Value
from django.db.models.fields import NOT_PROVIDED
from django.db.models.functions import Now

RULES = {
    "drop": "Take it out of the models first; drop it a release later, and say so",
    "rename": "Add the new one, write both, move the rows, drop the old one a release later",
    "not-null": "Give it a db_default: the former release does not know it",
    "index": "Use AddIndexConcurrently in a migration of its own with atomic = False",
    "constraint": "Use AddConstraintNotValid, and ValidateConstraint in the next migration",
    "rewrite": "Add a column of the new type, fill it in batches, and change over",
    "reverse": "Say how to go back",
    "batches": "Use crm.workspaces.backfill.in_batches with atomic = False",
    "lock": "The limit on waiting for locks stands for all migrations",
    "mixed": "What can break off half way is one operation, so that it can be run again",
    "unknown": "Nobody has judged this kind of operation yet",
}
HARMLESS = (
    *(plain.AlterModelOptions, plain.AlterModelManagers, plain.AlterModelTableComment),
    *(plain.RemoveIndex, plain.RemoveConstraint, plain.RenameIndex),
    *(postgres.AddConstraintNotValid, postgres.RemoveIndexConcurrently),
)
WRITTEN = (
    ("drop", r"\bdrop\s+(?:table|column)\b"),
    ("rename", r"\brename\s+(?:to|column|table)\b|\brename\s+\w+\s+to\b"),
    ("not-null", r"\bset\s+not\s+null\b"),
    ("index", r"\bcreate\s+(?:unique\s+)?index\s+(?!concurrently)|\breindex\s+(?!.*concurrently)"),
    ("constraint", r"\badd\s+constraint\b(?!.*(?:not\s+valid|using\s+index))"),
    (
        "rewrite",
        r"\balter\s+(?:column\s+)?\w+\s+(?:set\s+data\s+)?type\b|\bvacuum\s+full|\bcluster\b",
    ),
    ("batches", r"^\s*(?:update|delete\s+from|insert\s+into)\b"),
    ("lock", r"\block_timeout\b|\block\s+table\b"),
)
TABLE = re.compile(
    r"\b(?:table|index\s+(?:concurrently\s+)?\w+\s+on|update|from|into)\s+"
    r"(?:only\s+|if\s+exists\s+)*\"?(\w+)\"?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    """A rule and what breaks it."""

    rule: str
    words: str


@dataclass
class Scene:
    """Where an operation stands: the models before it, and those no release knows yet."""

    app: str
    state: ProjectState
    fresh: set[tuple[str, str]]
    atomic: bool = True
    operations: list[Any] = field(default_factory=list)

    def is_fresh(self, model: str) -> bool:
        return (self.app, model.lower()) in self.fresh

    def old(self, model: str, name: str) -> Any:
        """A field as it was before."""
        known = self.state.models[self.app, model.lower()].fields
        return known.get(name) or known[name.lower()]


def apps_of(root: Path) -> Iterator[tuple[str, Any]]:
    """Our own apps by their labels."""
    for config in apps.get_app_configs():
        if Path(config.path).is_relative_to(root) and ".venv" not in config.path:
            yield config.label, config


def faults(scene: Scene, operation: Any) -> Iterator[Fault]:
    """What one operation would do to the former release, which still runs."""
    if isinstance(operation, plain.CreateModel):
        scene.fresh.add((scene.app, operation.name.lower()))
        return
    if isinstance(operation, HARMLESS) or _touches_fresh(scene, operation):
        return
    for kind, judge in JUDGES.items():
        if type(operation) is kind:
            yield from judge(scene, operation)
            return
    yield Fault("unknown", type(operation).__name__)


def _touches_fresh(scene: Scene, operation: Any) -> bool:
    name = getattr(operation, "model_name", None) or getattr(operation, "name", None)
    is_of_model = not isinstance(operation, plain.RunSQL | plain.RunPython)
    return is_of_model and isinstance(name, str) and scene.is_fresh(name)


def _drop(scene: Scene, operation: Any) -> Iterator[Fault]:
    yield Fault("drop", operation.describe())


def _rename(scene: Scene, operation: Any) -> Iterator[Fault]:
    yield Fault("rename", operation.describe())


def _add(scene: Scene, operation: Any) -> Iterator[Fault]:
    new, words = operation.field, f"{operation.model_name}.{operation.name}"
    if new.many_to_many:
        return
    if not new.null and new.db_default is NOT_PROVIDED and not new.generated:
        yield Fault("not-null", f"{words} is new and may not be empty")
    if new.generated or (isinstance(new.db_default, Expression) and not _is_stable(new.db_default)):
        yield Fault("rewrite", f"{words} gets a value of its own in every row")
    if new.unique or new.db_index:
        yield Fault("index", f"{words} brings an index")


def _is_stable(default: Expression) -> bool:
    """PostgreSQL keeps one value for all old rows, instead of writing each of them."""
    return isinstance(default, Value | Now)


def _alter(scene: Scene, operation: Any) -> Iterator[Fault]:
    new, words = operation.field, f"{operation.model_name}.{operation.name}"
    old = scene.old(operation.model_name, operation.name)
    before, after = _type(old), _type(new)
    if before != after and not _grows(before, after):
        yield Fault("rewrite", f"{words} changes from {before} to {after}")
    if (old.db_column or "") != (new.db_column or ""):
        yield Fault("rename", f"{words} lies in another column")
    if old.null and not new.null:
        yield Fault("not-null", f"{words} may not be empty any more")
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        yield Fault("index", f"{words} gets an index")


def _type(column: Any) -> str:
    if column.remote_field:
        return f"key to {column.remote_field.model}"
    return str(column.db_type(connections["owner"]) or type(column).__name__)


def _grows(before: str, after: str) -> bool:
    """Whether PostgreSQL changes the type without touching a row."""
    length = re.compile(r"(?:varchar|character varying)\((\d+)\)")
    narrow, wide = length.fullmatch(before), length.fullmatch(after)
    if narrow is None:
        return False
    return after == "text" or (wide is not None and int(narrow[1]) <= int(wide[1]))


def _index(scene: Scene, operation: Any) -> Iterator[Fault]:
    yield Fault("index", operation.describe())


def _concurrent(scene: Scene, operation: Any) -> Iterator[Fault]:
    if scene.atomic:
        yield Fault("index", f"{operation.describe()} in a transaction")


def _constraint(scene: Scene, operation: Any) -> Iterator[Fault]:
    yield Fault("constraint", operation.describe())


def _validate(scene: Scene, operation: Any) -> Iterator[Fault]:
    """In the transaction that adds it the strong lock would be held while all rows are read."""
    if any(isinstance(each, postgres.AddConstraintNotValid) for each in scene.operations):
        yield Fault("constraint", f"{operation.describe()} beside adding it")


def _python(scene: Scene, operation: Any) -> Iterator[Fault]:
    if operation.reverse_code is None:
        yield Fault("reverse", f"{operation.code.__name__} has no way back")
    if not getattr(operation.code, "in_batches", False) or scene.atomic:
        yield Fault("batches", f"{operation.code.__name__} is one long transaction")


def _sql(scene: Scene, operation: Any) -> Iterator[Fault]:
    if operation.reverse_sql is None:
        yield Fault("reverse", "SQL without a way back")
    fresh = {f"{app}_{model}" for app, model in scene.fresh}
    for statement in _statements(operation.sql):
        tables = {name.lower() for name in TABLE.findall(statement)}
        if tables and tables <= fresh:
            continue
        for rule, pattern in WRITTEN:
            if re.search(pattern, statement, re.IGNORECASE | re.DOTALL):
                yield Fault(rule, " ".join(statement.split())[:80])
        if re.search(r"\bconcurrently\b", statement, re.IGNORECASE) and scene.atomic:
            yield Fault("index", "CONCURRENTLY in a transaction")


def _statements(given: Any) -> Iterator[str]:
    for each in [given] if isinstance(given, str) else given:
        text = each if isinstance(each, str) else each[0]
        # What a function will do is not done now
        text = re.sub(r"(\$\w*\$).*?\1", "", re.sub(r"--.*", "", text), flags=re.DOTALL)
        yield from filter(None, (part.strip() for part in text.split(";")))


JUDGES: dict[type, Callable[[Scene, Any], Iterator[Fault]]] = {
    plain.RemoveField: _drop,
    plain.DeleteModel: _drop,
    plain.RenameField: _rename,
    plain.RenameModel: _rename,
    plain.AlterModelTable: _rename,
    plain.AddField: _add,
    plain.AlterField: _alter,
    plain.AddIndex: _index,
    postgres.AddIndexConcurrently: _concurrent,
    plain.AddConstraint: _constraint,
    plain.AlterUniqueTogether: _constraint,
    postgres.ValidateConstraint: _validate,
    plain.RunPython: _python,
    plain.RunSQL: _sql,
}
