"""Why a thread is linked to a record, in words."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statement
from inbox.models import ThreadLink

Rule = ThreadLink.Rule


def reason(link: Any, reader: Membership) -> str:
    """One sentence on a link: (`source`, `rule`, `kind`, `why`, `by_id`, `by_name`)."""
    if link.source == ThreadLink.Source.MANUAL:
        if link.by_id == reader.pk:
            return _("You chose it.")
        return _("%(name)s chose it.") % {"name": link.by_name} if link.by_name else _("By hand.")
    told = {"address": link.why}
    if link.rule == Rule.WORKS:
        return _("%(address)s works there.") % told
    if link.rule == Rule.DOMAIN:
        return _("%(address)s writes from its domain.") % told
    if link.rule == Rule.OPEN:
        return _only_open(link.kind) % told
    return _("%(address)s takes part.") % told


def of_record(reader: Membership, record: Any, thread_ids: Iterable[int]) -> dict[int, str]:
    """Why each of these threads is linked to a record, by thread id; one query.

    For threads that a list of the record shows: whether the reader may know is settled there.
    """
    rows = LINKS.rows(kind=record.kind(), record=record.pk, threads=list(thread_ids))
    return {link.thread_id: reason(link, reader) for link in rows}


def _links() -> QuerySet[ThreadLink]:
    rows = ThreadLink.objects.filter(
        kind=Given("kind"),
        object_id=Given("record"),
        thread_id__among=Given("threads"),
        undone_at=None,
    )
    return rows.annotate(by_name=F("by__name"))


LINKS = Statement(_links)


def _only_open(kind: str) -> str:
    texts = {
        "deal": _("The only open deal of %(address)s."),
        "lead": _("The only open lead of %(address)s."),
        "project": _("The only open project of %(address)s."),
    }
    return texts[kind]
