"""What was typed into the filter builder."""

from collections.abc import Mapping

from crm.fields import filters
from crm.fields.facts import Fact
from crm.fields.views.conditions import JOINS, Condition, Group
from crm.fields.views.kinds import Kind
from crm.workspaces.middleware import MemberRequest


def typed(request: MemberRequest, kind: Kind, facts: Mapping[str, Fact]) -> tuple[str, list[Group]]:
    """The form as it came: `field-0.1` is the second condition of the first group."""
    posted = request.POST
    groups = []
    for at, joined in enumerate(posted.getlist("joined-group")[:10]):
        group = Group(joined if joined in JOINS else "all", [])
        for place in range(filters.MOST_CONDITIONS):
            name = f"{at}.{place}"
            if f"field-{name}" not in posted:
                break
            fact = facts.get(posted[f"field-{name}"], facts["name"])
            known = filters.OPERATORS[fact.type]
            how = posted.get(f"is-{name}", "")
            fits = posted.get(f"was-{name}") == fact.name
            values = posted.getlist(f"value-{name}") if fits else []
            how = how if fits and how in known else known[0]
            which = posted.get(f"value-{name}_is", "") if fits else ""
            group.conditions.append(Condition(fact, how, values, uid=which))
        groups.append(group)
    joined = posted.get("joined", "all")
    return joined if joined in JOINS else "all", groups or [Group("all", [])]
