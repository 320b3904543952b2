"""Where sessions are kept: in rows that say whose they are, so that people see their devices and can end them."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.cache import cache

from core.away import aside, away_of

OFTEN = timedelta(minutes=1)
DEVICE = ("begun_at", "seen_at", "address", "browser")  # what a row says beside the data


class SessionStore(DatabaseStore):
    """Django's own on our table. When and where its person was last seen stands beside the data and is written without
    it: who only reads needs nothing written."""

    row: Any = None  # as it was read

    @classmethod
    def get_model_class(cls) -> Any:
        from organization.people.models import Session  # apps are loaded by now

        return Session

    def _get_session_from_db(self) -> Any:
        self.row = super()._get_session_from_db()  # type: ignore[misc]  # the stubs forget it
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        if self.row and str(self.row.user_id) == str(row.user_id):
            for name in DEVICE:
                setattr(row, name, getattr(self.row, name))
        return row

    def save(self, must_create: bool = False) -> None:
        """As Django's; but a database that is away didn't delete the session, and nobody is told so."""
        try:
            return super().save(must_create)
        except UpdateError as error:
            if (why := error.__context__) is None or away_of(why) is None:
                raise
        raise why

    def begun(self) -> datetime | None:
        """When its person signed in; None before the first page."""
        return self.row.begun_at if self.row else None

    def last_seen(self, *, now: datetime) -> datetime | None:
        """When its person was last seen working; None before the first page. What couldn't be written was kept in the
        cache."""
        seen: datetime | None = self.row.seen_at if self.row else None
        if seen is not None and now - seen <= OFTEN:
            return seen
        kept: datetime | None = cache.get(self._kept())
        return max(filter(None, (seen, kept)), default=None)

    def see(self, *, now: datetime, address: str, browser: str) -> None:
        """The person is seen working, there. The page goes out if the database can't take that."""
        begun = (self.row and self.row.begun_at) or now
        seen = dict(zip(DEVICE, (begun, now, address or None, browser), strict=True))
        with aside("who was seen") as written:
            rows = self.model.objects.filter(session_key=self.session_key)
            rows.update(expire_date=self.get_expiry_date(), **seen)
        if not written.done:
            cache.set(self._kept(), now, self.get_session_cookie_age())
        for name, value in seen.items() if self.row else ():
            setattr(self.row, name, value)

    def _kept(self) -> str:
        return f"seen.{sha256(str(self.session_key).encode()).hexdigest()}"


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
