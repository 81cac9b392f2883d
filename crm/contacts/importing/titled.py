"""What kinds share whose records have a title and are for somebody: deals, leads, projects."""

from collections.abc import Callable, Mapping
from typing import Any

from crm.contacts.importing import referring
from crm.contacts.importing.drafts import Context, Draft, Key
from crm.fields import spelling
from crm.fields.models import Record
from crm.fields.queries import beside

Find = Callable[[set[Key], Context], Mapping[Key, int]]
WORDS: dict[str, tuple[str, ...]] = {
    "organization": (
        "organization", "organisation", "company", "company name", "organization name",
        "associated company", "associated companies", "account name", "empresa", "organizacao",
    ),
    "person": (
        "contact person", "person", "person name", "contact", "contact name",
        "associated contact", "associated contacts", "pessoa", "contato", "pessoa de contato",
    ),
    "expected_on": (
        "expected close date", "close date", "closing date", "expected close",
        "data de fechamento esperada", "fechamento esperado",
    ),
    "value": ("amount", "valor", "price", "total"),
    "currency": ("currency", "currency of value", "moeda"),
    "status": ("status", "situacao"),
}  # fmt: skip


def keys(draft: Draft, _context: Context) -> list[Key]:
    """The title with whom it is for."""
    named = (draft.named.get(each, "") for each in ("organization", "person"))
    return [(spelling.sort_key(draft.name), *map(spelling.sort_key, named))]


def found_in(model: type[Record]) -> Find:
    """Finds records of a kind by title, organization and person."""

    def find(wanted: set[Key], context: Context) -> Mapping[Key, int]:
        names = [key[0] for key in wanted]
        rows = model.objects.visible_to(context.by).filter(name_key__among=names)
        works, who = (beside.told(context.by, name) for name in ("organization", "person"))
        known = rows.values_list("name_key", works, who, "pk")
        return context.oldest(((name, works, who), pk) for name, works, who, pk in known)

    return find


def set_aside(draft: Draft, names: tuple[str, ...]) -> None:
    """What only a new record takes goes among the parts; no amount is below zero."""
    for name in names:
        if name in draft.values:
            draft.parts[name] = draft.values.pop(name)
    amount = draft.values.get("value")
    if amount is not None and not 0 <= amount < 10**14:
        draft.note("bad_number", amount)
        del draft.values["value"]
    draft.values["name"] = draft.name[:200]
    currency = draft.parts.get("currency", "").upper()
    if len(currency) == 3 and currency.isascii() and currency.isalpha():
        draft.values["currency"] = currency


def whom(draft: Draft, context: Context) -> dict[str, Any]:
    """The person and the organization a draft names."""
    return {name: referring.named(draft, name, context) for name in ("person", "organization")}
