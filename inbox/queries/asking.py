"""What a conversation may be about: open deals, leads and projects of its people."""

from collections.abc import Collection, Iterable
from typing import Any

from crm.fields.queries import seen_values
from crm.timeline import subjects
from crm.workspaces.models import Membership
from inbox.queries import belonging, openings

# So many are asked about; more are found by name
MOST = 8


def candidates(
    member: Membership, settled: Collection[str], links: Iterable[belonging.Linked]
) -> tuple[list[Any], bool]:
    """Records that could be linked, those of the people first, and whether one must be chosen.

    Nobody is asked twice: what was undone is left out, and where a deal, lead or project is
    linked already, or somebody said that none is meant (`settled`, "kind:id" of each), others
    are offered and not asked for. Two queries, and one for each kind among them.
    """
    told = [link for link in links if link.is_told]
    people = [link.object_id for link in told if link.kind == "person"]
    firms = [link.object_id for link in told if link.kind == "organization"]
    found = openings.openings(seen_values(member), people, firms)
    if not found:
        return [], False
    wanted = openings.ordered(found)
    fresh = [(kind, pk) for kind, pk in wanted if f"{kind}:{pk}" not in settled][:MOST]
    records = subjects.named(member, fresh)
    return [records[pair] for pair in fresh if pair in records], not settled
