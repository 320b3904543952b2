"""A calendar file as RFC 5545 has it: lines of 75 octets at most, text escaped. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

OCTETS = 75
NAME = "-//county-projects//dispatch calendar//ZH"


@dataclass(frozen=True)
class Event:
    uid: str
    day: date
    summary: str
    description: str = ""
    url: str = ""


def written(events: Iterable[Event], *, name: str, now: datetime) -> bytes:
    """The file of *events*, each of a whole day; *now* is its stamp."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{NAME}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{escaped(name)}")
    stamp = now.astimezone(UTC)
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(part for line in lines for part in folded(line))


def _event(event: Event, stamp: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.summary)}",
        "TRANSP:TRANSPARENT",
    ]
    if event.description:
        lines.append(f"DESCRIPTION:{escaped(event.description)}")
    if event.url:
        lines.append(f"URL:{''.join(event.url.split())}")
    return [*lines, "END:VEVENT"]


def escaped(text: str) -> str:
    """A TEXT value (3.3.11): backslash, semicolon, comma and breaks of lines; other control characters go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign >= " " or sign in "\n\t").replace("\x7f", "")
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> Iterator[bytes]:
    """A content line (3.1): no more than 75 octets each, a continuation begins with a space; no character is cut."""
    part, room = b"", OCTETS
    for sign in line:
        octets = sign.encode("utf-8", "replace")
        if len(part) + len(octets) > room:
            yield part + b"\r\n"
            part, room = b" ", OCTETS
        part += octets
    yield part + b"\r\n"
