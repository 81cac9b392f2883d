"""How often one token may ask, and how much is left of that."""

import math
import time
from typing import Any

import redis
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class TokenThrottle(BaseThrottle):
    """FIO_THROTTLE_RATE for each token in windows of fixed length; FIO_THROTTLE=0: none.

    Counting costs one command. A broker that is away lets everybody through: it is
    better to answer too often than not at all.
    """

    scope = "token"

    def allow_request(self, request: Request, view: Any) -> bool:
        key = self.key(request)
        if key is None:
            return True
        allowed, period = rate(self.scope)
        now = time.time()
        self.left = math.ceil(period - now % period)
        used = _count(f"throttle:{self.scope}:{key}:{int(now // period)}", period)
        request._request.rate_limit = {  # type: ignore[attr-defined]
            "RateLimit-Limit": str(allowed),
            "RateLimit-Remaining": str(max(0, allowed - used)),
            "RateLimit-Reset": str(self.left),
        }
        return used <= allowed

    def key(self, request: Request) -> str | None:
        token: Any = request.auth
        return f"{token.workspace_id}:{token.pk}" if token is not None else None

    def wait(self) -> float:
        return self.left


class ProbeThrottle(TokenThrottle):
    """FIO_THROTTLE_PROBES for each workspace: how often it may have us try other people's hosts."""

    scope = "probe"

    def key(self, request: Request) -> str | None:
        token: Any = request.auth
        return str(token.workspace_id) if token is not None else None


def rate(scope: str) -> tuple[int, int]:
    """The setting of a throttle, as in "1200/min": how many, in how many seconds."""
    allowed, _slash, period = str(api_settings.DEFAULT_THROTTLE_RATES[scope]).partition("/")
    return int(allowed), SECONDS[period.strip()[:1]]


def _count(key: str, period: int) -> int:
    try:
        cache.add(key, 0, period + 5)
        return int(cache.incr(key))
    except (redis.RedisError, OSError, ValueError):
        return 0
