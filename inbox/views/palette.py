"""What is found while somebody types: in the palette, and on a line of recipients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm.contacts import queries as contacts
from crm.fields import queries as records
from crm.fields.models import kinds
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox.queries import addresses, lists
from inbox.views.listing import Asked

FOUND = 6


@dataclass(frozen=True, slots=True)
class FoundThread:
    """A conversation in the palette."""

    url: str
    subject: str
    people: list[list[Any]]
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person in the palette."""

    url: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A deal, an organization or a person in the palette; the kind names its icon."""

    url: str
    kind: str
    name: str


@require_safe
def palette(request: MemberRequest, workspace: str) -> HttpResponse:
    """Conversations and people for what was typed."""
    typed = request.GET.get("q", "").strip()[:200]
    what = Asked(workspace)
    rows = (
        lists.threads(request.member, lists.Filter(query=typed), limit=FOUND).rows if typed else []
    )
    people = contacts.find(request.member, typed, limit=FOUND) if typed else []
    context = {
        "threads": [
            FoundThread(what.thread_url(row.uid), row.subject, row.people, row.last_at)
            for row in rows
        ],
        "people": [
            FoundPerson(
                reverse("contacts:person", args=[workspace, person.uid]),
                person.name,
                contacts.main_address(person),
            )
            for person in people
        ],
        "records": _records(request.member, workspace, typed, {person.uid for person in people}),
        "search_url": Asked(workspace, "search", query=typed).url(),
    }
    return page_or_part(request, "inbox/palette_found.html", context)


def _records(member: Membership, workspace: str, typed: str, told: set[UUID]) -> list[FoundRecord]:
    """Deals, organizations and people known by something like what was typed, but those told."""
    found = records.search(member, typed, limit=FOUND) if len(typed) > 1 else []
    known = kinds()
    return [
        FoundRecord(
            reverse(f"{known[each.kind]._meta.app_label}:{each.kind}", args=[workspace, each.uid]),
            each.kind,
            each.name,
        )
        for each in found
        if each.uid not in told
    ]


@require_safe
def suggestions(request: MemberRequest, workspace: str) -> HttpResponse:
    """Known addresses that begin with what was typed."""
    typed = request.GET.get("q", "").strip()[:100]
    found = addresses.suggest(request.member, typed) if typed else []
    return page_or_part(request, "inbox/suggestions.html", {"people": found})
