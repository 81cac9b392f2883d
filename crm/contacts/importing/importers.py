"""What each kind of record brings along for a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.contacts.importing.drafts import Context, Draft, Key
from crm.contacts.importing.targets import Target
from crm.fields import queries
from crm.fields.models import Record

# Facts that a file cannot say: they follow from others, or a program keeps them
LEFT_OUT = frozenset({"created_at", "updated_at"})


def nothing_beside(_pairs: Sequence[tuple[Draft, Any]], _context: Context) -> None:
    """Most kinds keep all they know in one row."""


def plain_change(_record: Any, _draft: Draft, _context: Context) -> dict[str, Any]:
    """Nothing beside its columns changes."""
    return {}


@dataclass(frozen=True)
class Importer:
    """How one kind of record is made of rows.

    `keys` say what tells a duplicate, strongest first; `find` gives the ids of the records that
    have them. `build` makes a record of a draft, unsaved, or marks the draft as failing; `beside`
    adds rows of other tables for records just made. `change` brings such rows of a known record
    up to date and gives their difference.
    """

    model: type[Record]
    keys: Callable[[Draft, Context], list[Key]]
    find: Callable[[set[Key], Context], Mapping[Key, int]]
    build: Callable[[Draft, Context], Any]
    # Fills in what follows from the rest of a row, its name before all
    complete: Callable[[Draft], None] = lambda _draft: None
    extra: tuple[Target, ...] = ()
    # Kinds whose records are made when a row names one that is not there
    makes: tuple[str, ...] = ()
    # Targets by what headings call them, in plain small letters
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Facts that cannot be imported though they can be edited
    hidden: frozenset[str] = frozenset()
    # Facts that can be imported though they are not edited as a fact
    shown: frozenset[str] = frozenset()
    beside: Callable[[Sequence[tuple[Draft, Any]], Context], None] = nothing_beside
    change: Callable[[Any, Draft, Context], dict[str, Any]] = plain_change
    # What `change` looks at beside a record
    loads: tuple[str, ...] = ()
    # Whether `change` would find a difference
    would_change: Callable[[Any, Draft], bool] = lambda _record, _draft: False
    # Takes from a draft what only one record can have, before it is added once more
    separate: Callable[[Draft, set[Key]], None] = lambda _draft, _keys: None
    # Gives rows beside a record back their former values: (record, fact, value)
    restore: Callable[[Any, str, Any], bool] = lambda _record, _name, _value: False
    # Brings rows beside into step after records of these ids went into the trash
    trashed: Callable[[list[int]], None] = lambda _ids: None

    @property
    def kind(self) -> str:
        return self.model.kind()


IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Let files become records of that kind."""
    IMPORTERS[importer.kind] = importer


def targets(importer: Importer) -> dict[str, Target]:
    """Everything a column can become in the opened workspace; one query."""
    found = {}
    for name, fact in queries.facts_of(importer.model).items():
        offered = fact.editable or name in importer.shown
        if offered and name not in importer.hidden | LEFT_OUT:
            found[name] = Target(name, fact.label, fact.type, fact)
    for target in importer.extra:
        found[target.name] = target
    return found
