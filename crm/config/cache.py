"""Valkey while it answers, this process's own memory while it does not.

What is cached here can be had again and what is counted are limits, so pages, signing in
and the API go on without it. A limit is then kept by each process for itself: stricter
than none at all.
"""

import time
from functools import cache
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

# Seconds until a server that did not answer is asked again
REST = 2.0
MOST, LARGEST = 2_000, 8_192


class Spare(LocMemCache):
    """A little memory; what is large is as good as not kept."""

    def _set(self, key: str, value: bytes, *args: Any) -> None:
        if len(value) <= LARGEST:
            # The stubs leave out what Django keeps for itself
            super()._set(key, value, *args)  # type: ignore[misc]


class SparedCache(RedisCache):
    """Django's own cache in Valkey with something to fall back on."""

    # Of the whole process; 0 while the server answers
    asked_again_at = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.server, self.options = server, params.get("OPTIONS", {})
        self.spare = Spare("spare", {**params, "OPTIONS": {"MAX_ENTRIES": MOST}})

    @property
    def _cache(self) -> RedisCacheClient:
        return _client(self.server, tuple(sorted(self.options.items())))

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SparedCache.asked_again_at:
            try:
                answer = getattr(super(), name)(*args, **kwargs)
            except (redis.RedisError, OSError):
                if not SparedCache.asked_again_at:
                    self.spare.clear()
                SparedCache.asked_again_at = time.monotonic() + REST
            else:
                SparedCache.asked_again_at = 0.0
                return answer
        return getattr(self.spare, name)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask("add", *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask("touch", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask("delete", *args, **kwargs))

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask("has_key", *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return int(self._ask("incr", *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = self._ask("get_many", *args, **kwargs)
        return found

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        failed: list[Any] = self._ask("set_many", *args, **kwargs)
        return failed

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._ask("delete_many", *args, **kwargs)

    def clear(self, *args: Any, **kwargs: Any) -> None:
        self._ask("clear", *args, **kwargs)


@cache
def _client(server: str, options: tuple[tuple[str, Any], ...]) -> RedisCacheClient:
    """One pool of connections a process, whichever thread or request asks."""
    return RedisCacheClient([server], **dict(options))
