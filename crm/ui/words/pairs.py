"""One string for one, another for many."""

from django.utils.translation import gettext as _


def pair(one: str, many: str) -> list[str]:
    return [_(one), _(many)]
