"""Whether somebody sees a record that a thread belongs to, of whatever kind, as SQL."""

from collections.abc import Callable
from functools import cache

from crm.fields.models import kinds
from crm.fields.queries import SEEN

ONE = (
    "({k}.kind = '{kind}' AND EXISTS (SELECT 1 FROM {table} p"
    " WHERE p.workspace_id = {k}.workspace_id AND p.id = {k}.object_id AND {seen}))"
)
NAMED = (
    "SELECT p.uid, p.name, p.owner_id, p.visibility, {seen} AS is_seen FROM {table} p"
    " WHERE {k}.kind = '{kind}' AND p.workspace_id = {k}.workspace_id AND p.id = {k}.object_id"
    " AND p.trashed_at IS NULL"
)

# OFFSET keeps the planner from putting all such mails into a table, for few links mean any
MEANT = (
    "(NOT EXISTS (SELECT 1 FROM inbox_linkedmessage o"
    " WHERE o.workspace_id = {link}.workspace_id AND o.link_id = {link}.id OFFSET 0)"
    " OR EXISTS (SELECT 1 FROM inbox_linkedmessage o JOIN inbox_message om"
    " ON om.workspace_id = o.workspace_id AND om.id = o.message_id"
    " WHERE o.workspace_id = {link}.workspace_id AND o.link_id = {link}.id"
    " AND om.mailbox_id {boxes} OFFSET 0))"
)


def with_seen(text: str) -> str:
    """The text with `{sees}`, or `{sees_deal}` and the like where it asks of one kind alone."""
    for kind in kinds():
        text = text.replace(f"{{sees_{kind}}}", _one(kind))
    return text.replace("{sees}", sees())


@cache
def sees(alias: str = "k") -> str:
    """For a row of inbox_threadlink: its record is one that the member sees (`seen_values`)."""
    return f"({' OR '.join(_each(ONE, alias))})"


@cache
def record(alias: str = "k") -> str:
    """For a row of inbox_threadlink: its record (uid, name, owner_id, visibility, is_seen)."""
    return " UNION ALL ".join(_each(NAMED, alias))


def meant(link: str, boxes: str) -> str:
    """For a row of inbox_threadlink: it means its whole thread, or a mail in one of `boxes`.

    Which of a colleague's mails belong to a record is nobody's who cannot read them. `boxes` is
    the end of a comparison, as `= ANY(%(own)s)`.
    """
    return MEANT.replace("{link}", link).replace("{boxes}", boxes)


@cache
def _one(kind: str) -> str:
    return _filled(ONE, "k")[kind]


def _each(template: str, alias: str) -> list[str]:
    return list(_filled(template, alias).values())


def _filled(template: str, alias: str) -> dict[str, str]:
    fill: Callable[..., str] = template.replace("{seen}", SEEN.replace("{p}", "p")).format
    return {
        kind: fill(k=alias, kind=kind, table=model._meta.db_table)
        for kind, model in kinds().items()
    }
