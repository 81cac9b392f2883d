"""What the common pages must know of a kind of record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise

from crm.fields import actions, spelling
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.workspaces import permissions, queries
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


class Refused(Exception):
    """What was typed cannot be kept; the text says why, for people, `field` where in a form."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


# Gives a record a value that was read of a fact; raises Refused or Outdated
Write = Callable[[MemberRequest, Any, Fact, Any, int | None, datetime], Record]
# Reads a value that only this kind knows from a posted form; raises Refused
Read = Callable[[MemberRequest, Fact], Any]
# Addresses of one record, and of all of them
ONES = ("fact", "seeing", "related", "new", "merge", "unmerge", "view")
MANIES = (
    "bulk",
    "choice",
    "undo",
    "trash",
    "restore",
    "removal",
    "duplicates",
    "dismissal",
    "filter",
    "saving",
    "sheet",
)
# How many names a field offers while one types
OFFERED = 8


def write_plainly(
    request: MemberRequest, record: Any, fact: Fact, value: Any, seen: int | None, at: datetime
) -> Record:
    """A column or an own field, as it was read."""
    values: dict[str, Any] = {"custom": {fact.name: value}} if fact.custom else {fact.column: value}
    changed: Record = actions.change(record, values, by=request.member, at=at, version=seen)
    return changed


def nothing_more(_request: MemberRequest, _record: Any) -> dict[str, Any]:
    """A page that says nothing besides what all records say."""
    return {}


@dataclass(frozen=True)
class Kind:
    """A kind of record as its pages see it.

    `many` and `one` name its addresses; `columns` are the facts its list shows; `titles` are
    the words of its pages.
    """

    model: type[Record]
    titles: Mapping[str, str | Promise]
    icon: str
    columns: tuple[str, ...]
    # The template of one record's page, and the part of it that may be asked for alone
    page: str
    # What is asked about a new one, and how it is made of that and of own fields by their keys;
    # raises Refused or Lacking
    form: Callable[[MemberRequest], Form]
    make: Callable[[MemberRequest, Any, dict[str, Any]], Record]
    part: str | None = None
    # What that page takes besides what every record's page takes
    around: Callable[[MemberRequest, Any], Mapping[str, Any]] = nothing_more
    write: Write = write_plainly
    readers: Mapping[str, Read] | None = None
    loaded: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    # Loads for all rows at once what `loaded` would prefetch, where the ORM is too slow at it
    fill: Callable[[Sequence[Any]], None] | None = None
    # The one of that name, made now if there is none: (name=, by=, at=); None: only chosen
    named: Callable[..., Record] | None = None
    # Those a field offers while one types; by the beginning of the name, unless said here
    offers: Callable[[Membership, str], Iterable[Record]] | None = None
    # Where fields can be asked to be filled, as (id, words): the stages of deals
    places: Callable[[], Sequence[tuple[int, str]]] = tuple
    # The name of the address of its table, where that is not the first page of the kind
    table: str = ""
    # The page of its list, where it adds something to the common one
    template: str = ""
    # By which fact its list is in order at first, with "-" in front for the other way round
    sort: str = "name"
    # Which of this kind have to do with a person or organization; None: its page tells of none
    around_whom: Callable[[Any], Q] | None = None
    # The facts by which two of one name are told apart
    apart: tuple[str, ...] = ()
    # Whether its list says what is to be done next about each
    plans: bool = False

    @property
    def many(self) -> str:
        return self.model.MANY

    @property
    def listing(self) -> str:
        return self.table or self.many

    @property
    def one(self) -> str:
        return self.model.kind()

    def rows(self, member: Membership) -> QuerySet[Any]:
        """What the member sees, with what its list shows of each row."""
        return self.loaded(self.model.objects.visible_to(member).select_related("owner"))

    def get(self, member: Membership, uid: UUID, *, to_show: bool = False) -> Any:
        """One record, or 404 for what is foreign, absent, hidden or in the trash.

        `to_show` is for pages that only read it, and loads what they read more quickly.
        """
        if self.is_known:
            fill = self.fill if to_show else None
            asked = ONE.of(self.one, member.role, fill is not None)
            found = asked.first(uid=uid, **queries.asker(member))
            if found is not None and fill is not None:
                fill([found])
        else:
            found = self.rows(member).filter(uid=uid).first()
        if found is None:
            raise Http404
        return found

    @property
    def is_known(self) -> bool:
        """Whether this is the kind itself, and none of its rows are left out by a page."""
        return KINDS.get(self.one) is self

    def find(self, member: Membership, typed: str) -> list[Record]:
        """A few records that begin with what was typed, as far as the member sees them."""
        if self.offers is not None:
            return list(self.offers(member, typed))[:OFFERED]
        rows = self.model.objects.visible_to(member)
        rows = rows.filter(name_key__startswith=spelling.sort_key(typed))
        return list(rows.order_by("name_key", "pk")[:OFFERED])

    def right(self, what: str) -> str:
        return f"{self.many}.{what}"

    def may_merge(self, member: Membership) -> bool:
        """Whether two of this kind can become one, and the member may have it so."""
        return bool(self.model.ALIKE) and all(
            permissions.may(member, self.right(what)) for what in ("merge", "change")
        )

    @property
    def views(self) -> dict[str, str]:
        """The names of this kind's addresses, for `{% link kind.views.fact … %}`."""
        app = self.model._meta.app_label
        ones = {what: f"{app}:{self.one}_{what}" for what in ONES}
        many = {what: f"{app}:{self.many}_{what}" for what in MANIES}
        table = f"{app}:{self.listing}"
        return {
            "list": f"{app}:{self.many}",
            "table": table,
            "one": f"{app}:{self.one}",
            **ones,
            **many,
        }

    def address(self, request: MemberRequest, what: str = "", *args: Any) -> str:
        """The address of the list, or with `what` of one of the kind's other pages."""
        app = self.model._meta.app_label
        return reverse(f"{app}:{what or self.many}", args=[request.workspace.slug, *args])


KINDS: dict[str, Kind] = {}


def _one(kind: str, role: str, is_filled: bool) -> QuerySet[Any]:
    rows = KINDS[kind].rows(queries.stand_in(role)).filter(uid=Given("uid"))
    rows = rows.prefetch_related(None) if is_filled else rows
    return rows.order_by("pk")[:1]


ONE = Statements(_one)


def register(kind: Kind) -> None:
    """Make a kind known to the pages that show all of them; done by `fields.urls.addresses`."""
    KINDS[kind.one] = kind


def kind_of(word: str) -> Kind:
    """The kind of that word: "person", "deal"; 404 for what is none."""
    if word not in KINDS:
        raise Http404
    return KINDS[word]
