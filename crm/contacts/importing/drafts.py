"""What is known of a row on its way to becoming a record, and of the import it belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.contacts.models import Import
from crm.fields.facts import Fact
from crm.fields.models import Label
from crm.workspaces.models import Membership

# What tells that a row and a record are the same; each kind has its own sorts
Key = tuple[str, ...]


@dataclass(slots=True)
class Row:
    """An `ImportRow` at work; a model instance of each would take a tenth of the time."""

    pk: int
    number: int
    cells: list[str]
    state: str
    object_id: int | None = None
    forecast: str = ""
    said: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """One row, read: columns by name, own fields, and names of what it refers to.

    `said` has pairs of a code (`sayings`) and the value it is about; one of them may mean that
    the row cannot be imported.
    """

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    # Parts that only the kind knows how to put together, by target
    parts: dict[str, str] = field(default_factory=dict)
    emails: list[tuple[str, str]] = field(default_factory=list)
    phones: list[tuple[str, str]] = field(default_factory=list)
    # Names of records it refers to, by fact
    named: dict[str, str] = field(default_factory=dict)
    # Facts among these whose name several records here have
    unclear: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    # What becomes notes about the record
    notes: list[str] = field(default_factory=list)
    owner: Membership | None = None
    said: list[list[Any]] = field(default_factory=list)
    # Columns whose value follows from others: a record that is here keeps its own
    guessed: set[str] = field(default_factory=set)
    fails: bool = False

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    def fail(self, code: str, value: Any = "") -> None:
        """The row cannot be imported, for this reason."""
        self.said.append([code, str(value)[:200]])
        self.fails = True

    def note(self, code: str, value: Any = "") -> None:
        """The row is imported without this."""
        self.said.append([code, str(value)[:200]])


@dataclass(slots=True)
class Context:
    """What all rows of an import share."""

    batch: Import
    by: Membership
    at: datetime
    facts: dict[str, Fact]
    members: dict[str, Membership]
    labels: dict[str, Label]
    visibility: str
    # Rows of other kinds by (kind, key of the name), known or made on the way
    known: dict[tuple[str, str], Any] = field(default_factory=dict)
    # Names by (kind, key) that several of them have
    shared: set[tuple[str, str]] = field(default_factory=set)
    # Keys that several records here have
    several: set[Key] = field(default_factory=set)
    # What one kind needs to remember between rows
    shelf: dict[str, Any] = field(default_factory=dict)
    # Which row of this run came first with a key: a trial writes nothing to find it by
    seen: dict[Any, Row] = field(default_factory=dict)
    writes: bool = True

    def oldest(self, pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
        """Of those who have a key whoever is there the longest; that there are more is kept."""
        found: dict[Key, int] = {}
        for key, pk in pairs:
            if found.setdefault(key, pk) != pk:
                self.several.add(key)
                found[key] = min(found[key], pk)
        return found
