"""What is in a picture, read behind the fence: `python -m core.pictures.reader` and no Django.

The answer is a line of JSON, then the two small copies as JPEG: {"shown": bytes, "thumb": bytes, …} or {"refused": a
key of SENTENCES of `core.pictures.reading`, …}. Type by content, not by name. The copies are upright and carry nothing
but the picture: neither place nor time nor the name of a phone.
"""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from core.fence.inside import answer_with

MAX_PIXELS = 52_000_000  # the largest that phones make have 50.3 million
MAX_PIXELS_WHOLE = {"PNG": 26_000_000, "WEBP": 13_000_000}  # they can't be opened at a fraction of their size
SHOWN, THUMB = 1600, 480  # the longer side, in pixels
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
ORIGINAL, DIGITIZED, OFFSETS = 0x9003, 0x9004, {0x9003: 0x9011, 0x9004: 0x9012}  # tags of Exif
EXIF, GPS = 0x8769, 0x8825
MOMENT = re.compile(r"(\d{4})[:\-/](\d\d)[:\-/](\d\d)[ T](\d\d):(\d\d):(\d\d)")
OFFSET = re.compile(r"[+-]\d\d:\d\d")
OTHER_KINDS = ((b"%PDF", "pdf"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"PK\x03\x04", "office"))


class Refused(Exception):
    """No picture that can be kept: why, and what the sentence names."""

    def __init__(self, reason: str, **named: Any) -> None:
        super().__init__(reason)
        self.told = {"refused": reason, **named}


def answer(content: bytes) -> Iterator[bytes]:
    """The head, then the two copies."""
    try:
        told, shown, thumb = read(content)
    except Refused as refusal:
        yield json.dumps(refusal.told).encode() + b"\n"
        return
    yield json.dumps({**told, "shown": len(shown), "thumb": len(thumb)}).encode() + b"\n"
    yield shown
    yield thumb


def read(content: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """What is known of the picture, and its copies. Refused."""
    if content[4:8] == b"ftyp":
        raise Refused("heic" if content[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif") else "film")
    for magic, kind in OTHER_KINDS:
        if content.startswith(magic):
            raise Refused("other_kind", kind=kind)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow itself falls at twice as many; we look at once
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return _looked_at(picture)
    except UnidentifiedImageError as error:
        raise Refused("no_picture") from error
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels", megapixels=0, limit=MAX_PIXELS // 10**6) from error
    except (OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise Refused("broken") from error


def _looked_at(picture: Image.Image) -> tuple[dict[str, Any], bytes, bytes]:
    width, height = picture.size
    limit = MAX_PIXELS_WHOLE.get(picture.format or "", MAX_PIXELS)
    if width * height > limit:
        raise Refused("too_many_pixels", megapixels=-(-width * height // 10**6), limit=limit // 10**6)
    if min(width, height) < 16:
        raise Refused("too_small", width=width, height=height)
    told = {"width": width, "height": height, **_exif(picture)}
    if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # it lies on its side
        told["width"], told["height"] = height, width
    if picture.mode not in ("RGB", "RGBA", "L", "CMYK", "YCbCr"):
        picture = _in_colours(picture)
    share = SHOWN / max(width, height)
    picture.draft("RGB", (round(width * share), round(height * share)))  # a JPEG is opened at ½, ¼, ⅛ of its size
    picture.thumbnail((SHOWN, SHOWN), Image.Resampling.LANCZOS, reducing_gap=None)
    small = _plain(ImageOps.exif_transpose(picture))
    told["bits"] = _bits(small)
    shown = _jpeg(small)
    small.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
    return told, shown, _jpeg(small)


def _in_colours(picture: Image.Image) -> Image.Image:
    """Of a palette or of greys with 16 bits; it lies as it lay."""
    kept = picture.getexif().get(0x0112, 1)
    coloured = picture.convert("RGBA" if picture.mode in ("P", "PA", "LA") else "RGB")
    coloured.getexif()[0x0112] = kept
    return coloured


def _plain(picture: Image.Image) -> Image.Image:
    """Colours on white, and nothing else of what came with it."""
    if picture.mode == "RGBA" or "transparency" in picture.info:
        above = picture.convert("RGBA")
        ground = Image.new("RGB", above.size, "white")
        ground.paste(above, mask=above.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    room = io.BytesIO()
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)  # no Exif, no profile, no comment
    clean.save(room, "JPEG", quality=QUALITY)
    return room.getvalue()


def _bits(picture: Image.Image) -> int:
    """64 bits that stay nearly the same where a picture is scaled or packed anew: of nine grey points in each of eight
    rows, whether it grows darker from one to the next (dHash)."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for left, right in zip(grey[row * 9 : row * 9 + 8], grey[row * 9 + 1 : row * 9 + 9], strict=True):
            bits = bits << 1 | (left > right)
    return bits


# --- what the phone wrote beside it ---------------------------------------------------------------------------


def _exif(picture: Image.Image) -> dict[str, Any]:
    """When and where, as far as it says so in a way that can be read."""
    found: dict[str, Any] = {}
    try:
        written = picture.getexif()
        inner = dict(written.get_ifd(EXIF))
        for tag in (ORIGINAL, DIGITIZED):
            if "taken" not in found and (moment := MOMENT.match(_text(inner.get(tag)))):
                found["taken"] = "{}-{}-{}T{}:{}:{}".format(*moment.groups())
                offset = _text(inner.get(OFFSETS[tag]))
                found["offset"] = offset if OFFSET.fullmatch(offset) else ""
        place = dict(written.get_ifd(GPS))
        latitude, longitude = (_degrees(place, tag) for tag in (1, 3))
        if latitude is not None and longitude is not None and (latitude or longitude):
            found["latitude"], found["longitude"] = latitude, longitude
    except (OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError):
        pass  # what can't be read wasn't written
    return found


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return str(value or "").strip("\0 ")


def _degrees(place: dict[int, Any], tag: int) -> float | None:
    """Degrees, minutes and seconds of one direction as a number; None where there is none."""
    if not (parts := place.get(tag + 1)):
        return None
    degrees, minutes, seconds = (*(float(part) for part in parts), 0.0, 0.0)[:3]
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= (90 if tag == 1 else 180):
        return None
    return round(-value if _text(place.get(tag)) in ("S", "W") else value, 7)


if __name__ == "__main__":
    answer_with(answer)
