"""What a field in a mail says: facts of its reader, of what it is about, and of the sender."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from crm.contacts.models import Organization, Person, PersonEmail
from crm.deals.models import Deal
from crm.fields import queries as records
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.leads.models import Lead
from crm.projects.models import Project
from crm.workspaces.models import Membership
from inbox.mime import placeholders
from inbox.models import Draft, Mailbox
from inbox.queries import access, wording

MODELS: dict[str, type[Record]] = {
    "person": Person,
    "organization": Organization,
    "deal": Deal,
    "lead": Lead,
    "project": Project,
}
# What says nothing to the reader of a mail
INWARD = frozenset({"labels", "visibility"})
NOT_SAID = frozenset({"created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Known:
    """A field that can be used: its name, what people call it, and whose it is."""

    name: str
    label: str
    group: str

    @property
    def owner(self) -> str:
        """Whose it is, in words."""
        return groups()[self.group]

    @property
    def title(self) -> str:
        """The field where nothing around it says whose it is."""
        if self.group == "person":
            return self.label
        return _("%(record)s: %(field)s") % {"record": self.owner, "field": self.label}


@dataclass
class Scene:
    """Whom a mail is from and to, and what it is about, as far as the writer sees it."""

    member: Membership
    mailbox: Mailbox | None
    rows: dict[str, Any]

    @cached_property
    def _sheets(self) -> dict[str, records.Sheet]:
        return {
            kind: records.sheet(MODELS[kind], [row], self.member) for kind, row in self.rows.items()
        }

    def value(self, name: str) -> str | None:
        """What a field says: "" where nothing is known, None where there is no such field."""
        kind, _dot, fact = name.partition(".")
        if kind == "sender":
            return self._sender().get(fact)
        if kind not in MODELS:
            return None
        if fact in NAMES.get(kind, ()):
            return _name_part(fact, self.rows[kind].name) if kind in self.rows else ""
        known = self._sheets[kind].facts if kind in self.rows else records.facts_of(MODELS[kind])
        if fact not in known or not _is_said(known[fact]):
            return None
        if kind not in self.rows:
            return ""
        found = self._sheets[kind].value(self.rows[kind], known[fact])
        return wording.words(found, known[fact], self.rows[kind])

    def _sender(self) -> dict[str, str]:
        name = self.member.name
        return {
            "name": name,
            "first_name": _name_part("first_name", name),
            "email": self.mailbox.address if self.mailbox else self.member.email,
        }


NAMES = {"person": ("first_name", "last_name")}


def fields() -> list[Known]:
    """Every field there is, by whose it is, the workspace's own last; a query for each kind."""
    found = [
        Known("person.first_name", _("First name"), "person"),
        Known("person.last_name", _("Last name"), "person"),
    ]
    for kind, model in MODELS.items():
        known = records.facts_of(model).values()
        found += [
            Known(f"{kind}.{fact.name}", str(fact.label), kind) for fact in known if _is_said(fact)
        ]
    sender = (("name", _("Name")), ("first_name", _("First name")), ("email", _("E-mail")))
    return [*found, *(Known(f"sender.{name}", label, "sender") for name, label in sender)]


def named(lines: Iterable[str]) -> list[str]:
    """Lines with their fields by name, for lists; without a query where none has any."""
    texts = list(lines)
    if not placeholders.has_any(*texts):
        return texts
    titles = {field.name: field.title for field in fields()}

    def value(name: str) -> str | None:
        return "" if name in titles else None

    def blank(name: str) -> str:
        return f"[{titles[name]}]"

    return [placeholders.fill(text, value, blank=blank).text for text in texts]


def groups() -> dict[str, str]:
    """Whose fields they are, in words."""
    return {
        "person": _("Person"),
        "organization": _("Organization"),
        "deal": _("Deal"),
        "lead": _("Lead"),
        "project": _("Project"),
        "sender": _("You"),
    }


def _is_said(fact: Fact) -> bool:
    return fact.type not in INWARD and fact.name not in NOT_SAID and fact.holds is None


def of_draft(draft: Draft, by: Membership) -> Scene:
    """The scene of a mail that is being written."""
    to = [str(person[1]) for person in draft.to]
    about = [(str(kind), int(pk)) for kind, pk in draft.about]
    return scene(by, mailbox=draft.mailbox, to=to, thread_id=draft.thread_id, about=about)


def scene(
    member: Membership,
    *,
    mailbox: Mailbox | None = None,
    to: Iterable[str] = (),
    thread_id: int | None = None,
    person: Person | None = None,
    about: Iterable[tuple[str, int]] = (),
) -> Scene:
    """Whom and what a mail is about: the first known person in To, what the thread is linked to.

    What it was begun from, `about` as (kind, id), goes before that. Where it is linked to nothing
    of a kind, the one open deal, lead or project of the person.
    """
    pairs = list(about)
    person = person or _person(member, list(to))
    rows: dict[str, Any] = {"person": person}
    for kind in ("deal", "lead", "project"):
        rows[kind] = (
            _meant(member, kind, pairs)
            or _linked(member, kind, thread_id)
            or _only_open(member, kind, person)
        )
    of = [pk for kind, pk in pairs if kind == "organization"]
    of += [row.organization_id for row in rows.values() if row and row.organization_id]
    rows["organization"] = Organization.objects.visible_to(member).filter(pk__in=of[:1]).first()
    return Scene(member, mailbox, {kind: row for kind, row in rows.items() if row is not None})


def _person(member: Membership, to: list[str]) -> Person | None:
    lower = [address.lower() for address in to]
    rows = PersonEmail.objects.filter(address__in=lower, is_live=True)
    seen = Person.objects.visible_to(member).filter(pk__in=rows.values("person"))
    by_address = {
        row.address: row.person for row in rows.filter(person__in=seen).select_related("person")
    }
    return next((by_address[each] for each in lower if each in by_address), None)


def _meant(member: Membership, kind: str, pairs: list[tuple[str, int]]) -> Any:
    wanted = [pk for of, pk in pairs if of == kind]
    return _one(MODELS[kind], member, pk__in=wanted) if wanted else None


def _linked(member: Membership, kind: str, thread_id: int | None) -> Any:
    if thread_id is None:
        return None
    links = access.links(member).filter(thread=thread_id, kind=kind)
    return _one(MODELS[kind], member, pk__in=list(links.values_list("object_id", flat=True)[:9]))


def _only_open(member: Membership, kind: str, person: Person | None) -> Any:
    if person is None:
        return None
    return _one(MODELS[kind], member, person=person, status="open")


def _one(model: Any, member: Membership, **where: Any) -> Any:
    """The one row there is; nothing where several could be meant."""
    rows = list(model.objects.visible_to(member).filter(**where).order_by("pk")[:2])
    return rows[0] if len(rows) == 1 else None


def _name_part(part: str, name: str) -> str:
    first, _space, rest = name.strip().partition(" ")
    return first if part == "first_name" else rest.rpartition(" ")[2]


def filled(draft: Draft, by: Membership) -> dict[str, placeholders.Filled]:
    """The subject, HTML and text of a draft with their fields filled."""
    if not placeholders.has_any(draft.subject, draft.html, draft.text):
        parts = ("subject", "html", "text")
        return {part: placeholders.Filled(getattr(draft, part)) for part in parts}
    value = of_draft(draft, by).value
    return {
        "subject": placeholders.fill(draft.subject, value, words=_answered(draft)),
        "html": placeholders.fill_html(draft.html, value),
        "text": placeholders.fill(draft.text, value),
    }


def _answered(draft: Draft) -> set[str]:
    """What stands in braces in the subject of the mail that a draft answers or passes on.

    Its sender wrote that, to whom a field would tell what we know; where that mail is gone by now,
    all of the subject counts as his.
    """
    if draft.kind == Draft.Kind.NEW:
        return set()
    if draft.answers is None:
        return placeholders.written(draft.subject)
    return placeholders.written(" ".join(draft.answers.subject.split()))
