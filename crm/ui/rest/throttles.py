"""How often one token may ask."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class TokenThrottle(SimpleRateThrottle):
    """FIO_THROTTLE_RATE for each token; FIO_THROTTLE=0 turns it off."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        token = request.auth
        return f"throttle:{token.workspace_id}:{token.pk}" if token is not None else None
