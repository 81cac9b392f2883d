"""People as vCards (RFC 6350), for address books."""

from collections.abc import Iterator

from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.contacts.models import Person
from crm.contacts.views.people import PEOPLE
from crm.fields import queries
from crm.fields.views import lists, saved, sheets
from crm.workspaces import actions, permissions, streaming, tenancy
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

KINDS = frozenset(("work", "home"))
# Octets of a line before it is folded
LINE = 75


def cards(request: MemberRequest, workspace: str) -> HttpResponseBase:
    """Everybody whom `?q=&mine=&filter=` show, one card each."""
    permissions.require(request.member, "records.export")
    actions.note(
        "records.exported", by=request.member, at=timezone.now(), about=_("People as vCards")
    )
    response = StreamingHttpResponse(
        streaming.beside(_pieces(request)), content_type="text/vcard; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="people.vcf"'
    return response


def _pieces(request: MemberRequest) -> Iterator[bytes]:
    """The file some hundred people at a time, each in a transaction of their own."""
    after, begun = "", False
    while after or not begun:
        begun = True
        with tenancy.open_workspace(request.workspace.pk), transaction.atomic():
            facts = queries.facts_of(Person)
            what = saved.asked(request, PEOPLE)
            fact, down = lists.order(facts, what.sort or PEOPLE.sort)
            rows = sheets.rows_of(request, PEOPLE, facts, what)
            page = queries.page(
                rows, fact, request.member, down=down, after=after, limit=sheets.AT_ONCE
            )
            text = "".join(card(request.member, row) for row in page.rows)
        after = page.after
        yield text.encode()


def card(member: Membership, person: Person) -> str:
    """One person, as this member may know him."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{person.uid}", f"FN:{_text(person.name)}"]
    if person.organization and queries.sees(member, person.organization):
        lines.append(f"ORG:{_text(person.organization.name)}")
    if person.title:
        lines.append(f"TITLE:{_text(person.title)}")
    lines += [f"EMAIL{_kind(row.label)}:{_text(row.address)}" for row in person.emails.all()]
    lines += [
        f"TEL;VALUE=text{_kind(row.label)}:{_text(row.number)}" for row in person.phones.all()
    ]
    if person.address:
        # Of its seven parts we know only the whole, which programs read from the street
        lines.append(f"ADR:;;{_text(person.address)};;;;")
    lines.append("END:VCARD")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _kind(label: str) -> str:
    return f";TYPE={label}" if label in KINDS else ""


def _text(value: str) -> str:
    """A value with what divides others escaped (RFC 6350, 3.4)."""
    for letter in "\\,;":
        value = value.replace(letter, f"\\{letter}")
    return value.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, never within a letter (RFC 6350, 3.2)."""
    pieces: list[str] = []
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LINE - bool(pieces):
            pieces.append(piece)
            piece, size = "", 0
        piece, size = piece + letter, size + octets
    return "\r\n ".join([*pieces, piece])
