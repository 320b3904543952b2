"""A bulletin of May in a test: its blocks, and the office's hand in them."""

from __future__ import annotations

from core.days.periods import Period
from dispatch.bulletins import services as bulletins
from dispatch.prose.wording import text_of

MAY = Period.month(2026, 5)


def block(bulletin, key):
    return next(one for one in bulletin.content if one["key"] == key)


def said(bulletin, key):
    return text_of(block(bulletin, key)["paragraphs"])


def edit(bulletin, key, text, people, now, **more):
    more.setdefault("version", block(bulletin, key)["version"])
    return bulletins.edit_block(bulletin, key, text, by=people.office, now=now, **more)
