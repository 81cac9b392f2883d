"""An import goes from one state to another, if it may."""

from typing import Any

from django.db import transaction

from crm.contacts.models import Import

State = Import.State
# From which states one may go on with what
MAY = {
    "map": (State.MAPPING,),
    "check": (State.MAPPING,),
    "start": (State.MAPPING, State.STOPPED, State.FAILED),
    "stop": (State.CHECKING, State.RUNNING),
    "undo": (State.DONE, State.STOPPED, State.FAILED),
}


class NotNow(Exception):
    """What is asked does not fit the state the import is in."""


def held(batch: Import, what: str) -> Import:
    """The import, locked, where this may be done to it; raises NotNow."""
    row: Import = Import.objects.select_for_update().get(pk=batch.pk)
    if row.state not in MAY[what]:
        raise NotNow(what)
    may = row.heading if what == "undo" else row.may_be_tried_again
    if row.state == State.FAILED and not may:
        # What could not be read has nothing to go on with
        raise NotNow(what)
    return row


@transaction.atomic
def turn(batch: Import, what: str, state: str, **values: Any) -> Import:
    """Into another state, for whoever is rung for it to take up."""
    row = held(batch, what)
    row.state, row.lease_until, row.trouble = state, None, ""
    row.failed_at, row.tried_from = "", row.fence
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row
