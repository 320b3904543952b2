"""Photos as phones send them: real JPEGs, PNGs and PDFs, made here."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

from PIL import Image

from core.geo.systems import Degrees
from core.records.files import keep
from organization.people.models import User
from projects.models import Photo, Project
from projects.photos.habits import drawn, exif
from tests.support.factories import NOW

SITE = Degrees(126.25, 42.68)
TAKEN = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)  # 9:30 there


def photo(seed: int = 1, *, taken: datetime | None = TAKEN, place: Degrees | None = SITE) -> bytes:
    """A building site; another one for another *seed*."""
    made = drawn(Random(seed), taken or TAKEN, place)  # a drawing
    return again(made, keep=False) if taken is None else made


def on_file(project: Project, by: User, month: str = "2026-05", **more: Any) -> Photo:
    """A photo that nobody has looked at: for pages and lists, to which it is one of many."""
    small = plain(16, 12)
    files = {name: keep(small, f"{name}.jpg", "image/jpeg", now=NOW) for name in ("original", "shown", "thumb")}
    told: dict[str, Any] = {"sha256": uuid4().hex * 2, "bits": 0, "width": 4000, "height": 3000, "taken_at": TAKEN}
    return Photo.objects.create(
        county=project.county, project=project, month=month, by=by, at=NOW, **files, **(told | more)
    )


def again(content: bytes, *, share: float = 1, quality: int = 60, keep: bool = True, kind: str = "JPEG") -> bytes:
    """The same picture scaled, packed anew; *keep*: with what the phone wrote."""
    picture: Any = Image.open(io.BytesIO(content))
    written = picture.getexif() if keep else Image.Exif()
    small = picture.resize((round(picture.width * share), round(picture.height * share)))
    room = io.BytesIO()
    small.save(room, kind, quality=quality, exif=written)
    return room.getvalue()


def plain(width: int, height: int, kind: str = "JPEG", *, mode: str = "RGB", **more: Any) -> bytes:
    """One colour: as small a file as there is of so many pixels."""
    room = io.BytesIO()
    Image.new(mode, (width, height)).save(room, kind, **more)
    return room.getvalue()


def lying(width: int = 400, height: int = 300) -> bytes:
    """A picture that stands upright only once its orientation is heeded: its upper half is white then."""
    picture = Image.new("RGB", (width, height), "black")
    picture.paste("white", (0, 0, width // 2, height))
    written = exif(TAKEN, SITE)
    written[0x0112] = 6  # turn it by a quarter, clockwise
    room = io.BytesIO()
    picture.save(room, "JPEG", exif=written)
    return room.getvalue()


def pdf(inside: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<</Type /Catalog " + inside + b">>\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
