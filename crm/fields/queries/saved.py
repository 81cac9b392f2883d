"""The views a member may open."""

from uuid import UUID

from django.db.models import Q, QuerySet

from crm.fields.models import Opening, View
from crm.workspaces.models import Membership


def views_of(member: Membership, kind: str) -> QuerySet[View]:
    """The member's own views of a kind and those that are shared, in their order."""
    rows: QuerySet[View] = View.objects.filter(Q(owner=member) | Q(is_shared=True), kind=kind)
    return rows.select_related("owner").order_by("position", "pk")


def view(member: Membership, kind: str, typed: str) -> View | None:
    """The view of that id, if the member may open it."""
    try:
        return views_of(member, kind).filter(uid=UUID(typed)).first()
    except ValueError:
        return None


def opening(member: Membership, kind: str) -> View | None:
    """The view with which the member's list of this kind opens."""
    row = Opening.objects.filter(member=member, kind=kind).select_related("view").first()
    return row.view if row is not None else None
