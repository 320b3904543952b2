from __future__ import annotations

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage


class OnceStorage(FallbackStorage):
    """What waits to be said isn't said a second time: two tabs that were both sent elsewhere, a page that polls."""

    def add(self, level: int, message: Any, extra_tags: str | None = "") -> None:
        inner: Any = self  # what waits has no public name
        waiting = [*([] if self.used else inner._loaded_messages), *inner._queued_messages]
        new = level, str(message), extra_tags or ""
        if all((one.level, str(one.message), one.extra_tags or "") != new for one in waiting):
            super().add(level, message, extra_tags)
