"""A picture that somebody sent: when, where, how large, how it looks, and two small copies of it.

It is opened behind the fence (`core/pictures/reader.py`), so that no file makes this take more than its limits.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from core.fence.outside import Busy, Fell, Limits, fenced
from core.refusals import Refused

LIMITS = Limits(memory=400 * 2**20, seconds=15, patience=30, answer=2**23)
BITS = 64
ALL = (1 << BITS) - 1

log = logging.getLogger(__name__)


class PictureError(Refused):
    """The picture can't be kept; why, and what to do, in a sentence."""


class NotNow(PictureError):
    """It is the server that can't, for a moment: send the same picture again."""


@dataclass(frozen=True)
class Picture:
    """`taken_at` is as the phone said it, in the house's own time where it didn't say which; `bits` are 64, as a
    whole number with its sign (dHash).
    `shown` (1600 pixels) and `thumb` (480) are JPEGs that carry nothing but the picture."""

    width: int
    height: int
    bits: int
    shown: bytes
    thumb: bytes
    taken_at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None


def read_picture(content: bytes, name: str = "") -> Picture:
    """What *content* shows. PictureError with a sentence; NotNow where trying again helps."""
    if not content:
        raise PictureError(_("The file is empty. Choose the picture again."))
    try:
        return _picture(fenced("core.pictures.reader", content, LIMITS), name)
    except Busy as error:
        raise NotNow(_("Pictures are being looked at just now. Send it again in a minute.")) from error
    except Fell as error:
        raise PictureError(
            _("The picture can't be opened: it is damaged, or opening it takes more than a photo needs. "
              "Take a photo anew, or save it as JPEG.")
        ) from error  # fmt: skip


def check_size(size: int, limit: int) -> None:
    """PictureError where a file of *size* bytes is larger than *limit*, before anybody reads it."""
    if size > limit:
        said = {"size": -(-size // 2**20), "limit": limit // 2**20}
        raise PictureError(
            _("The file has %(size)s MB; a picture may have %(limit)s MB. Make it smaller in the phone's gallery.")
            % said
        )


def apart(one: int, other: int) -> int:
    """How many of the 64 bits of two pictures differ: 0 of the same one, up to some 6 of one packed or scaled anew."""
    return ((one ^ other) & ALL).bit_count()


# --- what the reader tells ------------------------------------------------------------------------------------


def _picture(answer: bytes, name: str) -> Picture:
    """The reader's answer, held against what it may be: whatever else comes out of a stranger's file is a Fell."""
    try:
        head, _line, rest = answer.partition(b"\n")
        told = json.loads(head)
        if "refused" in told:
            raise PictureError(SENTENCES[told["refused"]]() % _named(told, name))
        shown, thumb = rest[: told["shown"]], rest[told["shown"] :]
        if len(shown) != told["shown"] or len(thumb) != told["thumb"] or not 0 <= told["bits"] < 2**BITS:
            raise ValueError("torn")
        degrees = [float(told[way]) if way in told else None for way in ("longitude", "latitude")]
        if any(value is not None and not isfinite(value) for value in degrees):
            raise ValueError("nowhere")
        bits = told["bits"] - (2**BITS if told["bits"] >> BITS - 1 else 0)
        return Picture(int(told["width"]), int(told["height"]), bits, shown, thumb, _taken(told), *degrees)
    except PictureError:
        raise
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        log.warning("What the reader of pictures told is no answer: %r", error)
        raise Fell("no answer") from error


def _taken(told: Mapping[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(f"{told['taken']}{told.get('offset', '')}")
    except (KeyError, ValueError):  # the 31st of February, or nothing
        return None
    if moment.year < 2:  # no clock of ours reaches there
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=get_default_timezone())


def _named(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    kind = OTHER_KINDS.get(str(told.get("kind", "")))
    numbers = {key: value for key, value in told.items() if isinstance(value, int)}
    return {"name": name or _("The file"), "kind": kind() if kind else "", **numbers}


OTHER_KINDS: Mapping[str, Callable[[], str]] = {
    "pdf": lambda: _("a PDF"),
    "gif": lambda: _("a moving picture (GIF)"),
    "bmp": lambda: _("a bitmap (BMP)"),
    "office": lambda: _("a document or an archive"),
}
SENTENCES: Mapping[str, Callable[[], str]] = {
    "no_picture": lambda: _("“%(name)s” is no picture, whatever its name says. Choose a photo (JPEG, PNG or WebP)."),
    "other_kind": lambda: _("“%(name)s” is %(kind)s. Choose a photo (JPEG, PNG or WebP)."),
    "heic": lambda: _(
        "“%(name)s” is a HEIC picture, which can't be opened here. In the phone's camera settings choose "
        "“most compatible” (JPEG), or send the photo by the gallery as JPEG."
    ),
    "film": lambda: _("“%(name)s” is a film. Choose a photo (JPEG, PNG or WebP)."),
    "too_many_pixels": lambda: _(
        "“%(name)s” has more pixels than can be opened: at most %(limit)s million. Make it smaller, choose it again."
    ),
    "too_small": lambda: _("“%(name)s” has only %(width)s × %(height)s pixels: nothing can be seen on it."),
    "broken": lambda: _("“%(name)s” is damaged: it ends too early or can't be read. Take a photo anew."),
}
