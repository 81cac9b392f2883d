"""The reasons for which deals are lost."""

from datetime import datetime

from django.db import transaction

from crm.deals.models import LostReason
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


def create_reason(*, name: str, by: Membership, at: datetime) -> LostReason:
    """A reason behind the others."""
    with transaction.atomic():
        made: LostReason = LostReason.objects.create(
            name=name[:120], position=next_position(LostReason)
        )
        timeline.record("lost_reason.created", by=by, about=[made], at=at, data={"name": name})
    return made


def rename_reason(*, reason: LostReason, name: str, by: Membership, at: datetime) -> LostReason:
    """Other words for it; deals that were lost for it keep the old ones."""
    if reason.name == name:
        return reason
    with transaction.atomic():
        changes = {"name": [reason.name, name]}
        reason.name = name[:120]
        reason.save(update_fields=["name"])
        timeline.record(
            "lost_reason.changed", by=by, about=[reason], at=at, data={"changes": changes}
        )
    return reason


def delete_reason(*, reason: LostReason, by: Membership, at: datetime) -> None:
    """It is offered no more; deals that were lost for it keep it."""
    with transaction.atomic():
        timeline.record(
            "lost_reason.deleted", by=by, about=[reason], at=at, data={"name": reason.name}
        )
        reason.delete()
