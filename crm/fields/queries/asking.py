"""What programs and pages may ask a list of a kind by."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from crm.fields import filters
from crm.fields.facts import Fact
from crm.fields.models import Label, Record, kinds
from crm.fields.queries import beside
from crm.fields.queries.knowing import facts_of
from crm.workspaces.models import Membership


def asked_by(
    member: Membership,
    model: type[Record],
    at: datetime,
    known: dict[str, Fact] | None = None,
) -> filters.Asked:
    """What compiling a filter for this member needs."""

    def refer(kind: str, uids: Iterable[UUID]) -> list[int]:
        if kind == "label":
            rows = Label.objects.filter(kind=model.kind(), uid__in=uids)
        elif kind == "member":
            rows = Membership.objects.using("default").filter(uid__in=uids)
        elif kind not in kinds():
            # A column of this kind that points at something the workspace set up
            field: Any = model._meta.get_field(kind)
            rows = field.related_model.objects.filter(uid__in=uids)
        else:
            rows = kinds()[kind].objects.visible_to(member).filter(uid__in=uids)
        return list(rows.values_list("pk", flat=True))

    points = partial(beside.refers, model, member)
    return filters.Asked(model, known or facts_of(model), member, at, refer, points)
