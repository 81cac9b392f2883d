"""Queries that are written out as SQL once for a process, and asked with other values each time.

Writing the SQL of a query takes the ORM longer than PostgreSQL takes to answer it. Nothing of
an answer is kept: whoever asks gets what is there now, of the workspace that is open then.
"""

import copy
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from crm.workspaces.opening import Here, required

T = TypeVar("T")


class Blank(str):
    """The place of a value that is given when a statement is asked."""

    __slots__ = ()


class Given(Expression):
    """A value named when the statement is asked: `filter(kind=Given("kind"))`."""

    contains_aggregate = False
    allowed_default = False

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field or models.TextField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Blank]]:
        return "%s", (Blank(self.name),)

    def get_group_by_cols(self) -> list[Any]:
        return []


@models.CharField.register_lookup
@models.TextField.register_lookup
class Like(models.Lookup):
    """`field__like=Given("pattern")`, since Django would write its own pattern around a value."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, left = self.process_lhs(compiler, connection)
        rhs, right = self.process_rhs(compiler, connection)
        return f"{lhs} LIKE {rhs}", (*left, *right)


def pattern(text: str, *, begins: bool = False) -> str:
    """What `like` is given to find the text anywhere, or at the beginning."""
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{plain}%" if begins else f"%{plain}%"


class Statement(Generic[T]):
    """A queryset that is built at its first use; what it depends on is a `Given` or its own.

    The workspace is looked up each time, so one statement serves all of them, and outside an
    opened workspace it raises NoWorkspace like every other query.
    """

    def __init__(self, build: Callable[[], models.QuerySet[Any, T]]) -> None:
        self.build = build
        self.written: _Written | None = None

    def rows(self, **given: Any) -> list[T]:
        """The rows for these values; one query, and one for each relation that is prefetched."""
        if self.written is None:
            self.written = _Written(self.build())
        return self.written.ask(given)

    def first(self, **given: Any) -> T | None:
        """The first row, or None; one query. The statement itself says how many it reads."""
        found = self.rows(**given)
        return found[0] if found else None


class Statements(Generic[T]):
    """Statements of one shape, told apart by what their SQL depends on."""

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]]) -> None:
        self.build = build
        self.known: dict[Hashable, Statement[T]] = {}

    def of(self, *key: Any) -> Statement[T]:
        """The one for these few values, built by calling with them."""
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = Statement(lambda: self.build(*key))
        return found


class _Written:
    """The SQL of a queryset, and how its rows are made of what comes back."""

    def __init__(self, queryset: Any) -> None:
        self.queryset = queryset
        self.alias: str = queryset.db
        self.more = queryset._prefetch_related_lookups
        self.compiler = queryset.query.get_compiler(using=self.alias)
        self.sql, self.params = self.compiler.as_sql()
        columns = [column for column, *_rest in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(columns)

    def ask(self, given: dict[str, Any]) -> list[Any]:
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.alias]
        bound = self.sql, tuple(_value(each, given) for each in self.params)
        compiler.as_sql = lambda *_args, **_kwargs: bound
        compiler.get_converters = lambda _columns: self.converters
        rows = list(self.queryset._iterable_class(_Asked(self.queryset, compiler)))
        if self.more and rows:
            models.prefetch_related_objects(rows, *self.more)
        return rows


def _value(each: Any, given: dict[str, Any]) -> Any:
    if isinstance(each, Blank):
        return given[each]
    return required() if isinstance(each, Here) else each


class _Asked:
    """What Django's iterators look at of a queryset, its compiler ready."""

    def __init__(self, queryset: Any, compiler: Any) -> None:
        self.model, self.db, self._fields = queryset.model, queryset.db, queryset._fields
        self._known_related_objects: dict[Any, Any] = {}
        self.written, self.compiler, self.query = queryset.query, compiler, self

    def get_compiler(self, using: str | None = None, **_more: Any) -> Any:
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        """Which columns were selected, of the query itself."""
        return getattr(self.written, name)
