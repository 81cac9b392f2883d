"""Saved lists changed, opened with, and deleted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm.fields.models import Opening, View
from crm.timeline import actions as timeline
from crm.timeline.models import Event
from crm.workspaces import permissions
from crm.workspaces.models import Membership

KEPT = ("kind", "name", "filter", "columns", "sort", "is_shared", "position")
# A deletion is undone from the toast that tells of it, or soon after by a program
FRESH = timedelta(hours=1)


class ViewGone(Exception):
    """Somebody deleted the view meanwhile; nothing was changed."""

    def __str__(self) -> str:
        return _("This view is gone: it was deleted meanwhile.")


def change_view(*, view: View, values: Mapping[str, Any], by: Membership, at: datetime) -> View:
    """Another name, filter, columns or order; shared with all, or private again.

    Raises ViewGone where it was deleted since it was read.
    """
    with transaction.atomic():
        view = _locked(view)
        changes = {
            name: [getattr(view, name), value]
            for name, value in values.items()
            if getattr(view, name) != value
        }
        if not changes:
            return view
        for name, (_before, after) in changes.items():
            setattr(view, name, after)
        view.save(update_fields=list(changes))
        if "is_shared" in changes and not view.is_shared:
            Opening.objects.filter(view=view).exclude(member_id=view.owner_id).delete()
        timeline.record("view.changed", by=by, about=[view], at=at, data={"changes": changes})
    return view


def delete_view(*, view: View, by: Membership, at: datetime) -> None:
    """Forget a view; the records it showed stay. Raises ViewGone where somebody did before."""
    with transaction.atomic():
        view = _locked(view)
        kept = {"uid": str(view.uid)} | {name: getattr(view, name) for name in KEPT}
        said = {"name": view.name, "view": kept}
        timeline.record("view.deleted", by=by, about=[view], at=at, data=said)
        view.delete()


def bring_back(*, uid: UUID, by: Membership, at: datetime) -> View:
    """Undo a deletion of the last hour, by whoever deleted it; raises ViewGone where there is none.

    It is shared again only if he may still share.
    """
    with transaction.atomic():
        rows = Event.objects.filter(verb="view.deleted", by=by, at__gte=at - FRESH)
        event = rows.filter(data__view__uid=str(uid)).order_by("-at").first()
        if event is None:
            raise ViewGone
        values = {name: event.data["view"][name] for name in KEPT}
        values["is_shared"] &= permissions.may(by, "views.share")
        values |= {"owner": by, "created_at": at}
        view: View
        view, is_new = View.objects.get_or_create(uid=uid, defaults=values)
        if is_new:
            said = {name: values[name] for name in ("name", "kind", "is_shared")}
            timeline.record("view.created", by=by, about=[view], at=at, data=said)
    return view


def open_with(*, kind: str, view: View | None, by: Membership) -> None:
    """The member's list of this kind opens with the view, or with everything; raises ViewGone."""
    if view is None:
        Opening.objects.filter(member=by, kind=kind).delete()
        return
    with transaction.atomic():
        view = _locked(view)
        Opening.objects.update_or_create(member=by, kind=kind, defaults={"view": view})


def _locked(view: View) -> View:
    """The view as it stands now; who changes or deletes it waits for us."""
    rows = View.objects.select_for_update(of=("self",)).select_related("owner")
    found: View | None = rows.filter(pk=view.pk).first()
    if found is None:
        raise ViewGone
    return found
