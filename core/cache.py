"""The cache in Redis, without which the house goes on: what it doesn't know is looked up, what it doesn't take is not
kept.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds for Redis to answer
REST = 10.0  # seconds in which one that didn't isn't asked again: a page asks many times


class Forgiving(RedisCache):
    """Django's own; while Redis is away every key is new, and whoever adds one is the first."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        hurry = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        super().__init__(server, {**params, "OPTIONS": {**hurry, **params.get("OPTIONS", {})}})
        self.away_until = 0.0

    def _or(self, away: Any, ask: Callable[..., Any], *args: Any, **more: Any) -> Any:
        from redis.exceptions import RedisError  # installed, but not loaded where there is no Redis

        if time.monotonic() < self.away_until:
            return away
        try:
            return ask(*args, **more)
        except RedisError as error:
            self.away_until = time.monotonic() + REST
            log.warning("the cache is away: %s", error)
            return away

    def add(self, *args: Any, **more: Any) -> Any:
        return self._or(True, super().add, *args, **more)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, super().get, key, default, version)

    def set(self, *args: Any, **more: Any) -> Any:
        return self._or(None, super().set, *args, **more)

    def delete(self, *args: Any, **more: Any) -> Any:
        return self._or(False, super().delete, *args, **more)

    def get_many(self, *args: Any, **more: Any) -> Any:
        return self._or({}, super().get_many, *args, **more)

    def set_many(self, data: Any, *args: Any, **more: Any) -> Any:
        return self._or(list(data), super().set_many, data, *args, **more)
