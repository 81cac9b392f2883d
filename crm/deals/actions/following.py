"""Giving whoever owns a deal that rots something to do about it."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _

from crm.deals.models import Deal
from crm.deals.models.deals import rotting
from crm.timeline.actions import activities, due
from crm.timeline.actions.preparing import prepare_types
from crm.timeline.models import Activity, ActivityAbout, ActivityType, Icon
from crm.workspaces import directory
from crm.workspaces.tenancy import required


def follow_up(*, at: datetime, most: int) -> int:
    """Plan an activity for the owner of each deal that rots; returns how many were planned.

    Once while a deal rots: it is asked for again after somebody worked on the deal. Where
    something is planned already there is nothing to be reminded of.
    """
    due = _due(at, most)
    if not due:
        return 0
    kind = _task()
    for deal in due:
        _plan(deal, kind, at)
    Deal.objects.filter(pk__in=[deal.pk for deal in due]).update(followed_up_at=at)
    return len(due)


def _due(at: datetime, most: int) -> list[Deal]:
    planned = ActivityAbout.objects.filter(
        kind=Deal.kind(), object_id=OuterRef("pk"), of__in=Activity.objects.open()
    )
    before = Q(followed_up_at=None) | Q(followed_up_at__lt=F("updated_at"))
    before |= Q(followed_up_at__lt=F("touched_at"))
    rows = (
        Deal.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            rotting(at),
            before,
            ~Exists(planned),
            trashed_at=None,
            pipeline__follows_up=True,
            owner__is_active=True,
        )
        .exclude(owner__in=directory.ended(required()))
    )
    return list(rows.select_related("owner").order_by("pk")[:most])


def _task() -> ActivityType:
    types = prepare_types() or list(ActivityType.objects.order_by("position", "pk"))
    return next((kind for kind in types if kind.icon == Icon.ACTIVITY), types[0])


def _plan(deal: Deal, kind: ActivityType, at: datetime) -> None:
    owner = deal.owner
    assert owner is not None
    with translation.override(owner.user.language):
        subject = _("Follow up: %(deal)s") % {"deal": deal.name}
    activities.create_activity(
        values={"type": kind, "subject": subject[:200], "assignee": owner},
        due=due.Due(on=at.date()),
        about=[deal],
        by=None,
        at=at,
    )
