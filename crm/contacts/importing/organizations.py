"""Organizations out of a file."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crm.contacts.importing import places
from crm.contacts.importing.drafts import Context, Draft, Key
from crm.contacts.importing.importers import Importer
from crm.contacts.importing.targets import NOTE
from crm.contacts.models import Organization
from crm.fields import spelling

WORDS: dict[str, tuple[str, ...]] = {
    "name": (
        "organization", "organisation", "company", "company name", "organization name", "account",
        "account name", "empresa", "organizacao", "nome da empresa", "razao social", "firma",
    ),
    "domains": ("company domain name", "domain", "domain name", "email domain", "dominio"),
    "website": (
        "website", "web site", "web page", "website url", "url", "home page", "homepage", "site",
    ),
    "phone": ("phone", "phone number", "telephone", "main phone", "telefone", "work phone"),
    **places.WORDS,
}  # fmt: skip


def keys(draft: Draft, _context: Context) -> list[Key]:
    """The name."""
    return [(spelling.sort_key(draft.name),)]


def find(wanted: set[Key], context: Context) -> Mapping[Key, int]:
    """The organizations of these names."""
    rows = Organization.objects.visible_to(context.by).filter(
        name_key__among=[name for (name,) in wanted]
    )
    return context.oldest(((name,), pk) for name, pk in rows.values_list("name_key", "pk"))


def build(draft: Draft, context: Context) -> Organization:
    """An organization of a draft."""
    values = dict(draft.values)
    values.setdefault("visibility", context.visibility)
    return Organization(**values, owner=draft.owner, custom=draft.custom)


def complete(draft: Draft) -> None:
    """An address of its parts, a domain of the web site, a name of the domain."""
    values: dict[str, Any] = draft.values
    places.join(draft)
    site = str(values.get("website", ""))
    host = urlsplit(site if "//" in site else f"https://{site}").hostname if site else ""
    if host and "domains" not in values:
        values["domains"] = [host.removeprefix("www.")]
    values["domains"] = values.get("domains", [])[:50]
    if not draft.name:
        draft.guessed.add("name")
    values["name"] = (draft.name or next(iter(values["domains"]), ""))[:200]


ORGANIZATIONS = Importer(
    model=Organization,
    keys=keys,
    find=find,
    build=build,
    complete=complete,
    extra=(*places.TARGETS, NOTE),
    words=WORDS,
)
