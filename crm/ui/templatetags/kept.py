"""A part that stands many times on many pages, made once for the same values.

`{% load kept %}{% kept "inbox/row.html" row=row %}` is `{% include %}` with nothing but these
values in it. What was made is remembered in this process by everything it can depend on: the
values, the language, the zone and the day. So it is never stale, and one reader sees what was
made for another only where both would get the same.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
# About a kilobyte each
MOST = 8_192


@dataclass(frozen=True, slots=True)
class Given:
    """What a part is made from; equal when it would come out the same."""

    template: str
    language: str | None
    zone: str
    today: date
    said: str
    values: dict[str, Any] = field(compare=False)


@register.simple_tag
def kept(part: str, **values: Any) -> SafeString:
    """The part with these values, whose `repr` must tell all that is shown of them."""
    given = Given(
        part,
        get_language(),
        timezone.get_current_timezone_name(),
        timezone.localdate(),
        repr(values),
        values,
    )
    # Whoever edits a template wants to see it
    return _make.__wrapped__(given) if settings.DEBUG else _make(given)


class Said:
    """What a piece is made from, equal when it would come out the same, and how it is made."""

    __slots__ = ("key", "make")

    def __init__(self, key: tuple[Hashable, ...], make: Callable[[], str]) -> None:
        self.key, self.make = key, make

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and self.key == other.key


def said(make: Callable[[], str], *key: Hashable) -> str:
    """What `make` returns, made once for the same key, which must tell all that it depends on."""
    if settings.DEBUG:
        return make()
    given = Said((*_reader(), *key), make)
    found = _said(given)
    # What it was made with belongs to one request, and must not be remembered with it
    given.make = str
    return found


@lru_cache(MOST)
def _said(given: Said) -> str:
    return given.make()


def _reader() -> tuple[Hashable, ...]:
    """What everything that is shown may depend on: the language, the zone, the day."""
    return get_language(), timezone.get_current_timezone_name(), timezone.localdate()


@register.simple_tag
def kept_each(part: str, rows: Iterable[Hashable], **values: Hashable) -> SafeString:
    """The part once for each of the rows, each of which stands in it as `row`.

    Quicker than `kept` for many: rows and values are told apart by being equal, so they are
    tuples of texts, numbers, moments and None, always of the same types in the same places.
    """
    if settings.DEBUG:
        return mark_safe("".join(_filled(part, row, values) for row in rows))
    around = (*_reader(), tuple(values.items()))
    return mark_safe("".join([_row(part, row, around) for row in rows]))


def _filled(name: str, row: Hashable, values: Mapping[str, Hashable]) -> str:
    return get_template(name).render({**values, "row": row})


@lru_cache(MOST)
def _row(name: str, row: Hashable, around: tuple[Any, ...]) -> str:
    return _filled(name, row, dict(around[-1]))


@lru_cache(MOST)
def _make(given: Given) -> SafeString:
    return mark_safe(get_template(given.template).render(given.values))
