"""People out of a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.contacts.importing import blanks, places, referring
from crm.contacts.importing.drafts import Context, Draft, Key
from crm.contacts.importing.importers import Importer
from crm.contacts.importing.targets import NOTE, Target
from crm.contacts.models import Person, PersonEmail, PersonPhone
from crm.fields import spelling
from crm.fields.queries.beside import told
from crm.workspaces import bulk

WORDS: dict[str, tuple[str, ...]] = {
    "name": (
        "full name", "display name", "contact", "contact name", "contact person", "person",
        "person name", "pessoa", "contato", "nome do contato", "formatted name",
    ),
    "first_name": (
        "first name", "firstname", "given name", "forename", "primeiro nome", "vorname", "prenom",
    ),
    "middle_name": ("middle name", "additional name", "nome do meio"),
    "last_name": (
        "last name", "lastname", "family name", "surname", "sobrenome", "ultimo nome", "nachname",
    ),
    "organization": (
        "organization", "organisation", "company", "company name", "organization name",
        "associated company", "primary company", "associated company primary", "account name",
        "account", "employer", "empresa", "organizacao", "nome da empresa", "firma", "societe",
    ),
    "title": (
        "job title", "organization title", "position", "role", "job", "cargo",
        "funcao", "posicao",
    ),
    "emails": (
        "e mail", "email", "e mail address", "email address", "primary email", "mail",
        "additional email addresses", "secondary email", "email addresses", "emails",
        "correio eletronico", "endereco de e mail", "work email", "email work", "email home",
        "email other", "other email", "personal email", "business email",
    ),
    "phones": (
        "phone", "phone number", "telephone", "phones", "tel", "mobile", "mobile phone",
        "mobile phone number", "cell", "cell phone", "business phone", "home phone", "work phone",
        "primary phone", "company main phone", "other phone", "car phone", "home mobile",
        "telefone", "celular", "telemovel", "telefone comercial", "whatsapp phone number",
        "mobile number", "work number", "whatsapp",
    ),
    **places.WORDS,
}  # fmt: skip


def keys(draft: Draft, context: Context) -> list[Key]:
    """Any address; without one the name with a phone, or else with where the person works."""
    found: list[Key] = [("address", address) for address, _label in draft.emails]
    if found:
        return found
    name = spelling.sort_key(draft.name)
    found = [("phone", name, number) for number, _label in draft.phones]
    works_at = spelling.sort_key(draft.named.get("organization", ""))
    return found or [("name", name, works_at)]


def find(wanted: set[Key], context: Context) -> Mapping[Key, int]:
    """The people who have these keys; of several of one name whoever is there the longest."""
    by_sort: dict[str, list[Key]] = {"address": [], "phone": [], "name": []}
    for key in wanted:
        by_sort[key[0]].append(key)
    found: dict[Key, int] = {}
    addresses = [address for _sort, address in by_sort["address"]]
    if addresses:
        rows = PersonEmail.objects.filter(address__among=addresses, is_live=True)
        for address, pk in rows.values_list("address", "person"):
            found["address", address] = pk
    if by_sort["phone"]:
        rows = PersonPhone.objects.filter(
            number__among=[number for _sort, _name, number in by_sort["phone"]],
            person__in=Person.objects.visible_to(context.by),
        )
        columns = rows.values_list("number", "person__name_key", "person")
        found |= context.oldest((("phone", name, number), pk) for number, name, pk in columns)
    if by_sort["name"]:
        names = [name for _sort, name, _works_at in by_sort["name"]]
        people = Person.objects.visible_to(context.by).filter(name_key__among=names)
        known = people.values_list("name_key", told(context.by, "organization"), "pk")
        found |= context.oldest((("name", name, works), pk) for name, works, pk in known)
    return found


def build(draft: Draft, context: Context) -> Person:
    """A person of a draft."""
    works_at = referring.named(draft, "organization", context)
    values = {
        "visibility": context.visibility,
        **draft.values,
        "owner_id": draft.owner.pk if draft.owner else None,
        "organization_id": works_at.pk if works_at else None,
        "custom": draft.custom,
        "name_key": spelling.sort_key(draft.name),
        "created_at": context.at,
        "updated_at": context.at,
    }
    values["search"] = spelling.search_text(
        [
            draft.name,
            values.get("title", ""),
            *(address for address, _label in draft.emails),
            *(number for number, _label in draft.phones),
            works_at.name if works_at else "",
            values.get("address", ""),
        ]
    )
    person: Person = blanks.fresh(Person, values)
    return person


def beside(pairs: Sequence[tuple[Draft, Any]], context: Context) -> None:
    """Addresses and phones of people just made."""
    bulk.insert(
        PersonEmail,
        ["person_id", "address", "label", "is_primary", "is_live"],
        (
            (person.pk, address, label, place == 0, True)
            for draft, person in pairs
            for place, (address, label) in enumerate(draft.emails)
        ),
    )
    bulk.insert(
        PersonPhone,
        ["person_id", "number", "label", "is_primary"],
        (
            (person.pk, number, label, place == 0)
            for draft, person in pairs
            for place, (number, label) in enumerate(draft.phones)
        ),
    )


def change(person: Person, draft: Draft, context: Context) -> dict[str, Any]:
    """Addresses and phones a known person did not have yet; none is taken away."""
    more: dict[str, Any] = {}
    for name, column, model, wanted in (
        ("emails", "address", PersonEmail, draft.emails),
        ("phones", "number", PersonPhone, draft.phones),
    ):
        rows = sorted(getattr(person, name).all(), key=lambda row: (not row.is_primary, row.pk))
        before = [[getattr(row, column), row.label] for row in rows]
        known = {value for value, _label in before}
        new = [[value, label] for value, label in wanted if value not in known]
        if name == "emails":
            new = [pair for pair in new if not _is_taken(draft, pair[0])]
        if new:
            model.objects.bulk_create(
                model(person=person, label=label, is_primary=not (before or at), **{column: value})
                for at, (value, label) in enumerate(new)
            )
            more[name] = [before, [*before, *new]]
    return more


def _is_taken(draft: Draft, address: str) -> bool:
    if PersonEmail.objects.filter(address=address, is_live=True).exists():
        draft.note("taken", address)
        return True
    return False


def restore(person: Person, name: str, value: Any) -> bool:
    """Take away the addresses or phones that were not there before."""
    model, column = {"emails": (PersonEmail, "address"), "phones": (PersonPhone, "number")}.get(
        name, (None, "")
    )
    if model is None:
        return False
    kept = [each for each, _label in value]
    model.objects.filter(person=person).exclude(**{f"{column}__in": kept}).delete()
    return True


def trashed(ids: list[int]) -> None:
    """Addresses of people in the trash are free."""
    PersonEmail.objects.filter(person__among=ids).update(is_live=False)


def complete(draft: Draft) -> None:
    """A name of whatever there is."""
    parts = (draft.parts.get(each, "") for each in ("first_name", "middle_name", "last_name"))
    address = draft.emails[0][0].partition("@")[0] if draft.emails else ""
    phone = draft.phones[0][0] if draft.phones else ""
    name = draft.name or " ".join(filter(None, parts))
    if not name:
        draft.guessed.add("name")
    draft.values["name"] = (name or address or phone)[:200]
    places.join(draft)
    if not draft.emails and any(code == "bad_email" for code, _value in draft.said):
        draft.fails = True


def would_change(person: Person, draft: Draft) -> bool:
    """Whether a row has an address or a phone that the person has not."""
    addresses = {address for address, _label in draft.emails}
    numbers = {number for number, _label in draft.phones}
    known = {row.address for row in person.emails.all()}
    phones = {row.number for row in person.phones.all()}
    return bool(addresses - known or numbers - phones)


def separate(draft: Draft, keys: set[Key]) -> None:
    """An address belongs to one person: the one who is added once more goes without it."""
    taken = {key[1] for key in keys if key[0] == "address"}
    for address in sorted(taken):
        draft.note("taken", address)
    draft.emails = [pair for pair in draft.emails if pair[0] not in taken]


PEOPLE = Importer(
    model=Person,
    keys=keys,
    find=find,
    build=build,
    complete=complete,
    extra=(
        Target("first_name", _("First name")),
        Target("middle_name", _("Middle name")),
        Target("last_name", _("Last name")),
        *places.TARGETS,
        NOTE,
    ),
    words=WORDS,
    makes=("organization",),
    beside=beside,
    change=change,
    loads=("emails", "phones"),
    would_change=would_change,
    separate=separate,
    restore=restore,
    trashed=trashed,
)
