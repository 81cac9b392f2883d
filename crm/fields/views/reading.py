"""Values read from the form of a fact that is edited in its place."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.fields import phones, values
from crm.fields.facts import Fact
from crm.fields.models import Label, Visibility
from crm.fields.queries.naming import Named, Namesakes
from crm.fields.views import lists
from crm.fields.views.kinds import Kind, Refused, kind_of
from crm.timeline.views.naming import as_uid
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership


class Part:
    """What a form says under names that begin with a prefix."""

    def __init__(self, posted: QueryDict, prefix: str) -> None:
        self.posted, self.prefix = posted, prefix

    def get(self, name: str, default: str = "") -> str:
        return str(self.posted.get(self.prefix + name, default))

    def getlist(self, name: str) -> list[str]:
        return self.posted.getlist(self.prefix + name)

    def __bool__(self) -> bool:
        return any(name.startswith(self.prefix) for name in self.posted)


def read(request: MemberRequest, kind: Kind, known: Fact) -> Any:
    """The value of a posted form; raises Refused or Unfit."""
    own = (kind.readers or {}).get(known.name)
    if own is not None:
        return own(request, known)
    return read_part(request, kind, known, Part(request.POST, ""))


def read_part(request: MemberRequest, kind: Kind, known: Fact, posted: Part) -> Any:
    """The value of a fact that is read like all of its type; raises Refused or Unfit."""
    if known.type == "member":
        return _member(posted.get("value", ""), known)
    if known.type == "labels":
        rows = Label.objects.filter(kind=kind.one, uid__in=_uids(posted.getlist("value")))
        return list(rows.order_by("position", "pk").values_list("pk", flat=True))
    if known.type == "visibility":
        if posted.get("value") not in Visibility.values:
            raise Refused(_("Choose who sees it."))
        return posted.get("value")
    if known.type in ("person", "organization"):
        return _record(request, known, posted)
    value = _typed(known, posted)
    if known.type == "phone":
        value = phones.normal(value, phones.region_of(request.user.time_zone))
    if known.required and value in (None, "", []):
        raise Refused(_("This cannot be empty."))
    if known.custom:
        return values.read(known, value)
    return _column(kind, known, value)


def _typed(known: Fact, posted: Part) -> Any:
    """What a form says of a value, in the form programs would send it."""
    if known.type == "choices":
        return posted.getlist("value")
    if known.type == "money" and known.custom:
        amount = posted.get("value", "").strip()
        if not amount:
            return None
        return {"amount": values.typed(amount), "currency": posted.get("currency", "")}
    if known.type in ("number", "money") and posted.get("value", "").strip():
        return values.typed(posted.get("value"))
    if known.type == "date_range":
        both = {"from": posted.get("from", ""), "to": posted.get("to", "")}
        return both if any(both.values()) else None
    return posted.get("value", "").strip()


def _column(kind: Kind, known: Fact, value: str) -> Any:
    column: Any = kind.model._meta.get_field(known.column)
    if known.type == "words":
        return [word.lower() for word in value.replace(",", " ").split()][:50]
    if known.type in ("number", "money", "date") and value == "":
        return None
    if known.type == "link" and value:
        value = value if "//" in value else f"https://{value}"
        try:
            URLValidator(["http", "https"])(value)
        except ValidationError as error:
            raise Refused(_("A link begins with https://.")) from error
    try:
        cleaned = column.to_python(value)
        if column.max_length and isinstance(cleaned, str) and len(cleaned) > column.max_length:
            raise Refused(
                _("This is longer than %(most)s characters.") % {"most": column.max_length}
            )
        return cleaned
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _record(request: MemberRequest, known: Fact, posted: Part) -> Any:
    """The record of the name that was typed, made now if nobody has it."""
    typed = posted.get("value").strip()[:200]
    if not typed:
        if known.required:
            raise Refused(_("This cannot be empty."))
        if posted.get("is"):
            # It was there and nobody typed: its name is not shown to whoever saves
            text = _("What stands here is not open to you, so it stays until you name another.")
            raise Refused(text)
        return None
    named = kind_of(known.type).named
    if named is None:
        raise Refused(_("This is not here."))
    meant = Named(typed, as_uid(posted.get("is")))
    try:
        found = named(meant=meant, by=request.member, at=timezone.now())
    except Namesakes as error:
        raise Refused(str(error)) from error
    return str(found.uid) if known.custom else found


def _member(typed: str, known: Fact) -> Membership | str | None:
    for member in lists.members():
        if str(member.uid) == typed:
            return str(member.uid) if known.custom else member
    if typed:
        raise Refused(_("Choose a colleague."))
    return None


def _uids(typed: list[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in typed]
    except ValueError as error:
        raise Refused(_("This is not here.")) from error
