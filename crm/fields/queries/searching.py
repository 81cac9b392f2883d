"""Finding records by words, with accents and typing mistakes forgiven."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.fields import spelling
from crm.fields.models import kinds
from crm.fields.queries.best import BEST
from crm.fields.queries.matching import FORGIVEN_FROM
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import pattern


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: which kind, which one, its name."""

    kind: str
    uid: UUID
    name: str


def search(
    member: Membership, typed: str, *, limit: int = 5, of: Iterable[str] | None = None
) -> list[Found]:
    """The best matches of each kind that the member may see, at most `limit` of a kind.

    One query; a second one forgives typing mistakes when the first finds nothing.
    """
    kinds_of = None if of is None else tuple(of)
    found = find(member, typed, limit=limit, of=kinds_of)
    return found or find(member, typed, limit=limit, of=kinds_of, forgiving=True)


def find(
    member: Membership,
    typed: str,
    *,
    limit: int = 5,
    of: Iterable[str] | None = None,
    forgiving: bool = False,
) -> list[Found]:
    """As `search`, of the words as they stand, or of words like them; one query."""
    words = spelling.words(typed)
    wanted = tuple(kind for kind in kinds() if of is None or kind in of)
    forgiven = [forgiving and len(word) >= FORGIVEN_FROM for word in words]
    if not words or not wanted or (forgiving and not any(forgiven)):
        return []
    plain = " ".join(words)
    given = {"plain": plain, "begins": pattern(plain, begins=True), **queries.asker(member)}
    given |= held(words)
    # Two letters are at the beginning of a name, or in every other record
    shape = wanted, member.role, limit, len(plain) >= 3
    found = BEST.of(*shape, *forgiven).rows(**given)
    rows = sorted(found, key=lambda row: (-row[3], -row[4]))
    return [Found(kind, uid, name) for kind, uid, name, _begins, near in rows]


def held(words: Sequence[str]) -> dict[str, str]:
    """The values of a statement that `holds` is a part of."""
    given = {f"word{number}": word for number, word in enumerate(words)}
    return given | {f"like{number}": pattern(word) for number, word in enumerate(words)}
