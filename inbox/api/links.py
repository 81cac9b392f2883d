"""What threads are linked to, as the member who asks may know."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Prefetch
from rest_framework import serializers

from crm.timeline import subjects
from crm.ui.rest import fields, shapes
from crm.workspaces.models import Membership
from inbox.models import ThreadLink
from inbox.queries import access, reasons


class LinkShape(shapes.Shape):
    """A record that a thread belongs to, and why."""

    kind = fields.Text(help_text="`person`, `organization`, `deal`, `lead` or `project`.")
    id = fields.Id()
    name = fields.Text()
    automatic = fields.Flag(help_text="It made itself; else somebody chose it.")
    why = fields.Text(help_text="The address that made the link; empty where a person did.")
    reason = fields.Text(help_text="The same in words, in the language of the member.")
    messages = serializers.ListField(
        child=fields.Id(), help_text="The messages that are meant; empty for the whole thread."
    )


def told(member: Membership, thread_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The links of threads that the member may know of, by thread id.

    Two queries, and one for each kind of record among them.
    """
    own = access.mailbox_ids(member)
    single = access.singles(member, own).select_related("message")
    rows = list(
        access.links(member, own)
        .filter(thread__in=thread_ids)
        .annotate(by_name=F("by__name"))
        .prefetch_related(Prefetch("messages", single.order_by("message__received_at")))
        .order_by("created_at", "pk")
    )
    records = subjects.named(member, {(row.kind, row.object_id) for row in rows})
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        record = records.get((row.kind, row.object_id))
        if record is not None:
            found.setdefault(row.thread_id, []).append(_shown(row, record, member))
    return found


def _shown(row: Any, record: Any, member: Membership) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "id": record.uid,
        "name": record.name,
        "automatic": row.source == ThreadLink.Source.AUTO,
        "why": row.why,
        "reason": reasons.reason(row, member),
        "messages": [each.message.uid for each in row.messages.all()],
    }
