"""Why two records may be the same: each reason is a statement that finds pairs through an index."""

from dataclasses import dataclass

from crm.fields.facts import Words


@dataclass(frozen=True)
class Alike:
    """One reason. `sql` answers (id, id of the other, score of a hundred) for `%(ids)s`.

    It names the workspace as `%(here)s`, looks at no record in the trash, and gives at most ten
    others for each, so that a number that everybody has fills no table.
    """

    key: str
    label: Words
    sql: str
