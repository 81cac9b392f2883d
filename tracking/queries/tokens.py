"""What a token stands for, and what mails told."""

import re
from collections.abc import Iterable
from typing import Any

from tracking.models import Trace

TOKEN = re.compile(r"[0-9A-Za-z]{22}")


def trace(token: str) -> Trace | None:
    """The pixel or link behind a token, in whichever workspace; by its exact token alone."""
    if not TOKEN.fullmatch(token):
        return None
    rows: Any = Trace.unwalled
    found: Trace | None = rows.filter(token=token).first()
    return found


def targets(tokens: Iterable[str]) -> dict[str, str]:
    """Where links of the opened workspace lead, by token; "" for a pixel."""
    rows = Trace.objects.filter(token__in=list(tokens))
    return dict(rows.values_list("token", "target"))
