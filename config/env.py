"""Read settings from the environment, failing on nonsense instead of guessing."""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from outbox.robots.kinds import Robot, read

SQLITE_OPTIONS = {
    # IMMEDIATE: two writers wait for each other instead of failing half-way with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # The page cache (KiB) is kept per thread. One bulletin of 10,000 projects is a row of 11 MB whose pages
    # pass through it, so its size is what a worker's memory grows to; the list is as fast with half as much.
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32768;",
}
POSTGRESQL_OPTIONS = {
    "connect_timeout": "3",  # seconds: a machine that is away doesn't say so
    "tcp_user_timeout": "10000",  # ms: nor does one that goes away in the middle
    "options": "-c lock_timeout=10000",  # ms: who locks a table by hand stops nobody's page for ever
}


def text(name: str, default: str = "") -> str:
    """The variable *name*, or the content of the file that *name*_FILE points to (for secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A yes or no; anything else is a configuration error."""
    value = text(name).strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name}={value!r}: expected yes or no")
    return default


def number(name: str, default: int, *, least: int | None = None) -> int:
    value = text(name).strip()
    try:
        found = int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: expected a whole number") from error
    if least is not None and found < least:
        raise ImproperlyConfigured(f"{name}={value!r}: expected {least} or more")
    return found


def robots(name: str) -> dict[str, Robot]:
    """Group robots, one a line or with semicolons: NAME wecom|dingtalk ADDRESS [SECRET]. What is wrong is said without
    the addresses."""
    try:
        return read(text(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}, {error}") from None


def origin(address: str) -> list[str]:
    """The server of *address*, as a policy names what a page may fetch from; none if it is the site's own."""
    parts = urlsplit(address)
    if not address or (not parts.scheme and address.startswith("/")):
        return []
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ImproperlyConfigured(f"{address!r}: expected an address that begins with http:// or https://")
    return [f"{parts.scheme}://{parts.netloc}"]


def hosts(name: str = "ALLOWED_HOSTS") -> list[str]:
    """The names under which the site is reached. A demonstration is reached under any; else none stands for none."""
    named = [host.strip() for host in text(name).split(",") if host.strip()]
    return named or (["*"] if flag("DEMO", default=True) else [])


def no_hosts() -> str:
    """Why the pages can't be started, or nothing."""
    said = "ALLOWED_HOSTS: with DEMO=no say under which names the site is reached, for example xm.example.gov.cn"
    return "" if hosts() else said


def networks(name: str, default: str = "") -> list[IPv4Network | IPv6Network]:
    """Addresses and networks, with commas: 127.0.0.1,10.1.0.0/16."""
    value = text(name, default)
    try:
        return [ip_network(part.strip()) for part in value.split(",") if part.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: expected addresses or networks, with commas") from error


def database(url: str, *, default: Path) -> dict[str, object]:
    """Django's DATABASES entry for sqlite:///path or postgres://user:password@host:port/name?options."""
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": default, "OPTIONS": SQLITE_OPTIONS}
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path[1:], "OPTIONS": SQLITE_OPTIONS}
    if parts.scheme in {"postgres", "postgresql"}:
        options: dict[str, object] = {**POSTGRESQL_OPTIONS, **dict(parse_qsl(parts.query))}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(f"DATABASE_URL: {parts.scheme!r} is neither sqlite nor postgres")
