"""Groups of conditions as the tree that a filter is."""

from typing import Any

from crm.fields.queries import naming
from crm.fields.views.conditions import NAMED, Condition, Group
from crm.timeline.views.naming import as_uid
from crm.workspaces.middleware import MemberRequest


def tree_of(request: MemberRequest, joined: str, groups: list[Group]) -> dict[str, Any]:
    made = []
    for group in groups:
        rows = [_leaf(request, each) for each in group.conditions]
        if rows:
            made.append({group.joined: rows})
    if len(made) == 1:
        return made[0]
    return {joined: made} if made else {}


def _leaf(request: MemberRequest, each: Condition) -> dict[str, Any]:
    leaf: dict[str, Any] = {"field": each.fact.name, "is": each.how}
    values = [value.strip() for value in each.values if value.strip()]
    if each.how in ("empty", "not_empty"):
        return leaf
    if each.fact.type in NAMED:
        which = as_uid(each.uid)
        meant = [naming.Named(name, which) for name in values]
        found = [naming.named(request.member, each.fact.type, one) for one in meant]
        return leaf | {"value": [uid or "?" for uid in found]}
    if each.fact.type == "words":
        return leaf | {"value": " ".join(values).split()}
    if each.how in ("any_of", "none_of", "all_of"):
        return leaf | {"value": values}
    if each.fact.type == "yes_no":
        return leaf | {"value": each.first == "yes"}
    if each.how == "between":
        return leaf | {"value": [*values, "", ""][:2]}
    return leaf | {"value": values[0] if values else ""}
