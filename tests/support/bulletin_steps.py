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
    """The office's text of a block; who writes what is asked next has read what was proposed before it."""
    more.setdefault("version", block(bulletin, key)["version"])
    bulletin = bulletins.edit_block(bulletin, key, text, by=people.office, now=now, **more)
    return confirm(bulletin, people, now) if key == "next" else bulletin


def confirm(bulletin, people, now):
    """The office has read what was proposed, and leaves it as it is."""
    for one in [one for one in bulletin.content if one.get("proposed")]:
        bulletin = edit(bulletin, one["key"], text_of(one["paragraphs"]), people, now)
    return bulletin
