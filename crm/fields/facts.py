"""What can be known of a record, in one word each: what filters, columns, files and programs use.

A kind of record declares its own facts, every kind has the common ones, and each of the
workspace's own fields is a fact too (`fields.queries.facts`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

# The types a workspace may choose for a field of its own
OWN_TYPES = [
    ("text", _("Text")),
    ("long_text", _("Long text")),
    ("number", _("Number")),
    ("money", _("Money")),
    ("date", _("Date")),
    ("date_range", _("Dates from and to")),
    ("choice", _("One of several")),
    ("choices", _("Any of several")),
    ("member", _("Colleague")),
    ("person", _("Person")),
    ("organization", _("Organization")),
    ("phone", _("Phone")),
    ("address", _("Address")),
    ("yes_no", _("Yes or no")),
    ("link", _("Link")),
]
# What only the facts that come with a kind are
BUILT_IN = ("moment", "labels", "emails", "phones", "visibility", "words", "row")
TYPES = (*(key for key, _words in OWN_TYPES), *BUILT_IN)

TEXTS = frozenset({"text", "long_text", "phone", "address", "link"})
REFERENCES = frozenset({"member", "person", "organization"})
# Own fields whose values have an order
OWN_SORTED = TEXTS | {"number", "money", "date", "date_range", "choice", "yes_no", "member"}
ORDERED = frozenset({"number", "money", "date", "moment"})


@dataclass(frozen=True)
class Fact:
    """One thing that can be known of a record.

    `path` is where the ORM finds it, `order` what rows are sorted by, `options` the choices as
    (key, words). What is not `editable` is told, not asked.
    """

    name: str
    label: Words
    type: str = "text"
    path: str = ""
    order: str = ""
    editable: bool = True
    custom: bool = False
    required: bool = False
    required_in: tuple[int, ...] = ()
    options: tuple[tuple[str, Words], ...] = ()
    hues: dict[str, str] = field(default_factory=dict, compare=False)
    # Choices that are offered no more, by their keys
    former: dict[str, str] = field(default_factory=dict, compare=False)
    # What stands where nothing is known yet: "Add a phone"
    prompt: Words = ""
    # Said elsewhere on the record's page, so not among its facts there
    aside: bool = False
    # The address that offers values which others have, while one types
    offers: str = ""
    # Where the rows of a reference are prefetched from
    joins: tuple[str, ...] = ()
    # Of a yes or no that no column holds: which rows it is true of at that time
    holds: Callable[[datetime], Q] | None = None

    @property
    def column(self) -> str:
        return self.path or self.name

    @property
    def is_sorted(self) -> bool:
        """Whether rows can be put in its order."""
        return bool(self.order) or (self.custom and self.type in OWN_SORTED)

    def words_of(self, key: str) -> str:
        """The words of one of the choices, offered or not; of none, its key."""
        return str(dict(self.options).get(key) or self.former.get(key, key))


COMMON: tuple[Fact, ...] = (
    Fact("owner", _("Owner"), "member", order="owner__name", joins=("owner",)),
    Fact("labels", _("Labels"), "labels", path="label_ids", prompt=_("Add a label")),
    Fact("visibility", _("Visible to"), "visibility"),
    Fact("created_at", _("Added"), "moment", order="created_at", editable=False),
    Fact("updated_at", _("Changed"), "moment", order="updated_at", editable=False),
)


def declared(model: Any) -> tuple[Fact, ...]:
    """The facts that come with a kind of record, its own first."""
    own: tuple[Fact, ...] = model.FACTS
    return (*own, *COMMON)
