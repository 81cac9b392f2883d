"""The types of activity a workspace begins with."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.timeline.models import ActivityType, Icon
from crm.workspaces import alone


def prepare_types() -> list[ActivityType]:
    """The types to choose from in their order, the first six made where there are none."""
    if not ActivityType.objects.exists():
        _make_first()
    return list(ActivityType.objects.filter(closed_at=None).order_by("position", "pk"))


def _make_first() -> None:
    with transaction.atomic():
        alone.until_the_end()
        if ActivityType.objects.exists():
            return
        first = (
            (_("Call"), Icon.PHONE),
            (_("Meeting"), Icon.PEOPLE),
            (_("Task"), Icon.ACTIVITY),
            (_("Deadline"), Icon.FLAG),
            (_("E-mail"), Icon.MAIL),
            (_("Lunch"), Icon.LUNCH),
        )
        ActivityType.objects.bulk_create(
            ActivityType(name=name, icon=icon, position=place)
            for place, (name, icon) in enumerate(first)
        )
