"""The views a member may open."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from crm.fields.models import Opening, View
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statement


def _views(member: Any, kind: Any) -> QuerySet[View]:
    rows: QuerySet[View] = View.objects.filter(Q(owner_id=member) | Q(is_shared=True), kind=kind)
    return rows.select_related("owner").order_by("position", "pk")


def _opening() -> QuerySet[Opening]:
    rows: QuerySet[Opening] = Opening.objects.filter(member_id=Given("me"), kind=Given("kind"))
    return rows.select_related("view").order_by("pk")[:1]


VIEWS = Statement(lambda: _views(Given("me"), Given("kind")))
OPENING = Statement(_opening)


def views_of(member: Membership, kind: str) -> list[View]:
    """The member's own views of a kind and those that are shared, in their order."""
    return VIEWS.rows(me=member.pk, kind=kind)


def known(member: Membership, kind: str) -> QuerySet[View]:
    """The views of a kind that a member may open, to be narrowed further."""
    return _views(member.pk, kind)


def view(member: Membership, kind: str, typed: str) -> View | None:
    """The view of that id, if the member may open it."""
    try:
        return _views(member.pk, kind).filter(uid=UUID(typed)).first()
    except ValueError:
        return None


def opening(member: Membership, kind: str) -> View | None:
    """The view with which the member's list of this kind opens."""
    row = OPENING.first(me=member.pk, kind=kind)
    return row.view if row is not None else None
