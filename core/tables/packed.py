"""A ZIP whose bytes follow from what is in it: no clock, no machine. Names are UTF-8, as phones read them too."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say


class Packed(ZipFile):
    """A ZipFile for writing that gives every entry the same day, system and rights."""

    def __init__(self, to: IO[bytes]) -> None:
        super().__init__(to, "w", ZIP_DEFLATED)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_more: Any) -> None:
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        super().writestr(entry(name), data, ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_more: Any) -> None:
        with open(filename, "rb") as source, self.open(entry(str(arcname or filename)), "w") as target:
            for piece in self.pieces(source, str(arcname or filename)):
                target.write(piece)

    def pieces(self, source: IO[bytes], name: str) -> Iterable[bytes]:
        """What goes in of the file *source*; the place where somebody may change it on its way."""
        return iter(lambda: source.read(2**16), b"")


def entry(name: str) -> ZipInfo:
    found = ZipInfo(name, FIRST_DAY)
    found.compress_type, found.create_system, found.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
    return found


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """The ZIP of *parts* (name, content) in their order."""
    out = io.BytesIO()
    with Packed(out) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def core_properties(properties: Mapping[str, str], made: datetime | None) -> str:
    """What a file of an office says of itself: *properties* by the names of the format, and the moment of the record;
    without one the file says no moment."""
    said = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in properties.items() if value)
    if made is not None:
        moment = made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        said += "".join(
            f'<dcterms:{key} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{key}>' for key in ("created", "modified")
        )
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{said}</cp:coreProperties>'
    )
