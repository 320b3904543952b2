"""Where sessions are kept: in rows that say whose they are, so that people see their devices and can end them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

SEEN = "seen_at"  # seconds; the session is only written when this is a minute old
DEVICE = "device"  # {"begun": seconds, "address", "browser"}


class SessionStore(DatabaseStore):
    """Django's own on our table; what a row says beside the data is read from the data."""

    @classmethod
    def get_model_class(cls) -> Any:
        from organization.people.models import Session  # apps are loaded by now

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        device = data.get(DEVICE, {})
        row.user_id = data.get(SESSION_KEY)
        row.begun_at, row.seen_at = _moment(device.get("begun")), _moment(data.get(SEEN))
        row.address, row.browser = device.get("address") or None, device.get("browser", "")
        return row


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
BROWSERS = (  # who also says the names below it stands above them
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("Edg", "Edge"),
    ("QQBrowser/", "QQ"),
    ("360", "360"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def browser_of(agent: str) -> str:
    """What a browser says of itself, in two words: "Edge, Windows"; "" for what isn't known."""
    named = (next((name for sign, name in table if sign in agent), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, named))
