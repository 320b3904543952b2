"""What has to be said on every page of a county while it is so: each app says its own, and why on which days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Banner:
    """`says(county, on)` answers the sentence, or nothing; it is asked with every page, so that on most days it
    answers without a query."""

    key: str
    says: Callable[[Any, date], str]


def said(county: Any, on: date) -> list[str]:
    """What stands above every page of *county* on the day *on*."""
    return [text for banner in gather("banners") if (text := banner.says(county, on))]
