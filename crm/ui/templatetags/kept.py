"""A part that stands many times on many pages, made once for the same values.

`{% load kept %}{% kept "inbox/row.html" row=row %}` is `{% include %}` with nothing but these
values in it. What was made is remembered in this process by everything it can depend on: the
values, the language, the zone and the day. So it is never stale, and one reader sees what was
made for another only where both would get the same.
"""

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
def kept(name: str, **values: Any) -> SafeString:
    """The part with these values, whose `repr` must tell all that is shown of them."""
    given = Given(
        name,
        get_language(),
        timezone.get_current_timezone_name(),
        timezone.localdate(),
        repr(values),
        values,
    )
    # Whoever edits a template wants to see it
    return _make.__wrapped__(given) if settings.DEBUG else _make(given)


@lru_cache(MOST)
def _make(given: Given) -> SafeString:
    return mark_safe(get_template(given.template).render(given.values))
