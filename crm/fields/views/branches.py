"""The tree that a filter is, as groups of conditions."""

from collections.abc import Mapping
from typing import Any

from crm.fields import filters
from crm.fields.facts import REFERENCES, Fact
from crm.fields.queries import naming
from crm.fields.views.conditions import JOINS, NAMED, Condition, Group
from crm.fields.views.kinds import Kind
from crm.workspaces.middleware import MemberRequest


def read(
    request: MemberRequest, kind: Kind, facts: Mapping[str, Fact], tree: Any
) -> tuple[str, list[Group]]:
    """The lines of a tree; what the builder cannot show is left out."""
    start = Condition(facts["name"], filters.OPERATORS[facts["name"].type][0])
    if not isinstance(tree, dict) or not tree:
        return "all", [Group("all", [start])]
    joined, rows = _branch(tree)
    if any("field" in row for row in rows if isinstance(row, dict)) or not rows:
        return "all", [Group(joined, _lines(request, facts, rows))]
    groups = []
    for row in rows:
        inner, leaves = _branch(row)
        groups.append(Group(inner, _lines(request, facts, leaves)))
    return joined, groups


def _branch(tree: Any) -> tuple[str, list[Any]]:
    for word in JOINS:
        if isinstance(tree, dict) and isinstance(tree.get(word), list):
            return word, tree[word]
    return "all", [tree]


def _lines(request: MemberRequest, facts: Mapping[str, Fact], rows: list[Any]) -> list[Condition]:
    found = []
    for row in rows:
        fact = facts.get(str(row.get("field"))) if isinstance(row, dict) else None
        if fact is None or row.get("is", "is") not in filters.OPERATORS[fact.type]:
            continue
        value = row.get("value")
        given = value if isinstance(value, list) else [value]
        if fact.type in REFERENCES and fact.type in NAMED:
            given = naming.names(request.member, fact.type, [str(each) for each in given])
        if fact.type == "yes_no":
            given = ["yes" if value in (True, "yes") else "no"]
        which = str(value[0]) if fact.type in NAMED and isinstance(value, list) and value else ""
        texts = [str(each) for each in given if each is not None]
        texts = [" ".join(texts)] if fact.type == "words" else texts
        found.append(Condition(fact, row.get("is", "is"), texts, uid=which))
    return found
