"""What stands beside a new mail: whom it is to, what is open with them, who wrote to them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.contacts.models import Organization, Person
from crm.fields.models import Record
from crm.fields.queries import seen_values
from crm.timeline import subjects
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.queries import doubts, lists, openings, placeholders
from inbox.views import cards
from inbox.views.listing import Asked

OTHERS = MOST = 5


@require_safe
def whom(request: MemberRequest, workspace: str) -> HttpResponse:
    """The part: GET `to` as a header has it, and `about`, each `kind:uid`."""
    people = forms.read_people(request.GET.get("to", ""))
    named = forms.read_records(request.GET.getlist("about"))
    found = [subjects.find(request.member, kind, uid) for kind, uid in named]
    about = [record for record in found if record is not None]
    return page_or_part(request, "inbox/whom.html", beside(request, people, about))


def beside(
    request: MemberRequest, people: Sequence[Sequence[str]], about: Sequence[Record]
) -> dict[str, Any]:
    """What inbox/whom.html takes; as many queries, however many it is to."""
    member, to = request.member, [each[1].lower() for each in people]
    named = [(record.kind(), record.pk) for record in about]
    scene = placeholders.scene(member, to=to, thread_id=None, about=named)
    person, firm = scene.rows.get("person"), scene.rows.get("organization")
    known = _cards(request, [("person", person.pk)] if person else [])
    found = _open(request, person, firm)
    linked = [pair for pair in named if pair[0] in openings.KINDS]
    works = _cards(request, [*linked, *[pair for pair in found if pair not in named][:MOST]])
    return {
        "person": known[0].record if known else None,
        "firm": firm,
        "stranger": people[0] if people and not known else None,
        "address": to[0] if to else "",
        "works": works[: len(linked)],
        "open_ones": [card.record for card in works[len(linked) :]],
        "may_tick": permissions.may(member, "activities.change"),
        "at": timezone.now(),
        "lately": doubts.lately(member, to, firm, timezone.now()) if to else [],
        "others": _others(request, person),
    }


def _open(
    request: MemberRequest, person: Person | None, firm: Organization | None
) -> list[tuple[str, int]]:
    """What is open with the person first, then with the organization."""
    if person is None:
        return []
    firms = [firm.pk] if firm else []
    return openings.ordered(openings.openings(seen_values(request.member), [person.pk], firms))


def _cards(request: MemberRequest, pairs: Sequence[tuple[str, int]]) -> list[cards.Card]:
    """The records of these (kind, id), in their order; three queries for each kind at most."""
    kinds = dict.fromkeys(kind for kind, _pk in pairs)
    found = {
        kind: cards.of(request.member, kind, [pk for word, pk in pairs if word == kind])
        for kind in kinds
    }
    return [found[kind][pk] for kind, pk in pairs if pk in found[kind]]


def _others(request: MemberRequest, person: Person | None) -> list[tuple[str, lists.Row]]:
    """The newest conversations with the person, and their addresses."""
    if person is None:
        return []
    narrowed = lists.Filter(record=("person", person.pk))
    rows = lists.threads(request.member, narrowed, limit=OTHERS).rows
    url = Asked(request.workspace.slug).thread_urls()
    return [(url(row.uid), row) for row in rows]
