"""What operators ask for of all mailboxes, as conditions that PostgreSQL takes."""

from dataclasses import dataclass
from typing import Any

from inbox.models import Mailbox

# Whose mailbox it is shows in the workspaces an operator visits, for the reason he gave there
VISITED = "m.workspace_id = ANY(%(visited)s)"
ADDRESS = f"CASE WHEN {VISITED} THEN m.address ELSE '' END"
ORDERS = {
    "trouble": "m.state IN ('needs_reauth', 'degraded') DESC, looked_at NULLS FIRST, m.id",
    "lag": "looked_at NULLS FIRST, m.id",
    "address": f"lower({ADDRESS}), w.slug, m.id",
    "workspace": f"w.slug, lower({ADDRESS}), m.id",
}
KINDS = {
    "": "true",
    "failing": "(i.fail_code <> '' OR o.fail_code <> '')",
    "late": "(i.is_enabled AND i.lease_until IS NULL AND i.due_at < now() - interval '5 minutes')",
    "held": "i.lease_until > now()",
    "importing": "(i.is_enabled AND i.is_behind)",
    "deaf": "(i.is_enabled AND (i.heard_until IS NULL OR i.heard_until < now()))",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of all mailboxes is asked for; words that mean nothing ask for everything."""

    state: str = ""
    kind: str = ""
    words: str = ""
    order: str = "trouble"
    page: int = 1
    # Ids of the workspaces that the operator visits
    visited: tuple[int, ...] = ()


def where(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The condition that fits what is asked for, and the values it takes."""
    parts = [KINDS.get(asked.kind, "true")]
    values: dict[str, Any] = {"visited": list(asked.visited)}
    if asked.state in Mailbox.State.values:
        parts.append("m.state = %(state)s")
        values["state"] = asked.state
    for number, word in enumerate(asked.words.split()[:5]):
        parts.append(
            f"({ADDRESS} ILIKE %(word{number})s OR w.slug ILIKE %(word{number})s"
            f" OR i.fail_code ILIKE %(word{number})s)"
        )
        values[f"word{number}"] = f"%{_literal(word)}%"
    return " AND ".join(parts), values


def _literal(word: str) -> str:
    """A word in which nothing stands for anything else."""
    word = word.replace("\x00", "")
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
