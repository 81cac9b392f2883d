"""What the common pages must know of a kind of record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise

from crm.fields import actions
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership


class Refused(Exception):
    """What was typed cannot be kept; the text says why, for people."""


# Gives a record a value that was read of a fact; raises Refused or Outdated
Write = Callable[[MemberRequest, Any, Fact, Any, int | None, datetime], Record]
# Reads a value that only this kind knows from a posted form; raises Refused
Read = Callable[[MemberRequest, Fact], Any]


def write_plainly(
    request: MemberRequest, record: Any, fact: Fact, value: Any, seen: int | None, at: datetime
) -> Record:
    """A column or an own field, as it was read."""
    values: dict[str, Any] = {"custom": {fact.name: value}} if fact.custom else {fact.column: value}
    changed: Record = actions.change(record, values, by=request.member, at=at, version=seen)
    return changed


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
    write: Write = write_plainly
    readers: Mapping[str, Read] | None = None
    loaded: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    # The page of its list, where it adds something to the common one
    template: str = ""

    @property
    def many(self) -> str:
        return self.model.MANY

    @property
    def one(self) -> str:
        return self.model.kind()

    def rows(self, member: Membership) -> QuerySet[Any]:
        """What the member sees, with what its list shows of each row."""
        return self.loaded(self.model.objects.visible_to(member).select_related("owner"))

    def get(self, member: Membership, uid: UUID) -> Any:
        """One record, or 404 for what is foreign, absent, hidden or in the trash."""
        found = self.rows(member).filter(uid=uid).first()
        if found is None:
            raise Http404
        return found

    def right(self, what: str) -> str:
        return f"{self.many}.{what}"

    @property
    def views(self) -> dict[str, str]:
        """The names of this kind's addresses, for `{% link kind.views.fact … %}`."""
        app = self.model._meta.app_label
        ones = {what: f"{app}:{self.one}_{what}" for what in ("fact", "seeing", "new", "merge")}
        many = {what: f"{app}:{self.many}_{what}" for what in ("bulk", "undo", "trash", "restore")}
        return {"list": f"{app}:{self.many}", "one": f"{app}:{self.one}", **ones, **many}

    def address(self, request: MemberRequest, what: str = "", *args: Any) -> str:
        """The address of the list, or with `what` of one of the kind's other pages."""
        app = self.model._meta.app_label
        return reverse(f"{app}:{what or self.many}", args=[request.workspace.slug, *args])
