"""Who took, finished and reopened a conversation of a team's mailbox, in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.timeline.models import Event
from crm.workspaces.models import Membership
from inbox.queries import reading

STEPS = 50
VERBS = {
    "thread.assigned": "",
    "thread.done": gettext_lazy("%(who)s finished it"),
    "thread.undone": gettext_lazy("%(who)s opened it again"),
    "thread.snoozed": gettext_lazy("%(who)s snoozed it"),
    "thread.unsnoozed": gettext_lazy("%(who)s brought it back"),
}


def steps(found: reading.Found) -> list[tuple[datetime, str]]:
    """Each with its time; two queries where a mailbox of the member's teams has it, else none."""
    if not any(e.assigned_at or e.done_at or e.snoozed_at for e in found.team_entries):
        return []
    about = {"about__kind": "thread", "about__object_id": found.thread.pk}
    rows = Event.objects.filter(verb__in=list(VERBS), **about).select_related("by")
    teams = {entry.mailbox_id for entry in found.team_entries}
    events = [
        row
        for row in rows.order_by("-at", "-pk")[:STEPS]
        if teams.intersection(row.data.get("mailboxes", ()))
    ]
    names = _names(events)
    return [(row.at, _step(row, names)) for row in events]


def _names(events: Sequence[Any]) -> dict[int, Membership]:
    given = {row.data.get("to") for row in events} - {None}
    people = Membership.objects.using("default").filter(pk__in=given)
    return {person.pk: person for person in people} if given else {}


def _step(event: Event, names: dict[int, Membership]) -> str:
    who = event.by.name if event.by is not None else _("Somebody")
    if event.verb != "thread.assigned":
        return str(VERBS[event.verb]) % {"who": who}
    to = names.get(event.data.get("to") or 0)
    if to is None:
        return _("%(who)s left it unassigned") % {"who": who}
    if event.by_id == to.pk:
        return _("%(who)s took it") % {"who": who}
    return _("%(who)s assigned it to %(name)s") % {"who": who, "name": to.name}
