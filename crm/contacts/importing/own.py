"""Values of a workspace's own fields out of a cell."""

from collections.abc import Callable
from typing import Any

from crm.contacts.importing.amounts import money, number
from crm.contacts.importing.drafts import Context
from crm.contacts.importing.moments import dates, day
from crm.contacts.importing.texts import Unfit, known_among, phone
from crm.fields import values
from crm.fields.facts import Fact

YES = frozenset("yes y true 1 x on sim s verdadeiro ja oui si".split())
NO = frozenset("no n false 0 off nao não falso nein non".split())


def own(fact: Fact, text: str, context: Context) -> Any:
    """The value of one of the workspace's own fields; raises Unfit."""
    try:
        return values.read(fact, OWN.get(fact.type, _same)(fact, text, context))
    except values.Unfit as error:
        raise Unfit("bad_value") from error


def choice(fact: Fact, text: str) -> str:
    """The key of a choice, by its key or its words; raises Unfit."""
    wanted = text.casefold()
    for key, words in fact.options:
        if wanted in (key.casefold(), str(words).casefold()):
            return key
    raise Unfit("bad_choice")


def choices(fact: Fact, text: str) -> list[str]:
    """The keys of several choices; raises Unfit."""
    known = {each.casefold() for key, words in fact.options for each in (key, str(words))}
    return [choice(fact, each) for each in known_among(text, lambda one: one.casefold() in known)]


def yes(text: str) -> bool:
    """Whether a cell says yes; raises Unfit."""
    plain = text.casefold()
    if plain in YES or plain in NO:
        return plain in YES
    raise Unfit("bad_value")


def _same(_fact: Fact, text: str, _context: Context) -> Any:
    return text


def _member(_fact: Fact, text: str, context: Context) -> Any:
    found = context.members.get(text.casefold())
    if found is None:
        raise Unfit("no_record")
    return found


OWN: dict[str, Callable[[Fact, str, Context], Any]] = {
    "number": lambda _fact, text, _context: number(text),
    "money": money,
    "date": lambda _fact, text, context: day(text, context.batch.day_order),
    "date_range": dates,
    "choice": lambda fact, text, _context: choice(fact, text),
    "choices": lambda fact, text, _context: choices(fact, text),
    "yes_no": lambda _fact, text, _context: yes(text),
    "member": _member,
    "phone": lambda _fact, text, context: phone(text, context.batch.region),
}
