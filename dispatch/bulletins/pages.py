"""What the page of a bulletin shows of its text: sections as the editor has them, and what is to be seen first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dispatch.bulletins import files
from dispatch.bulletins.document import MOST, long_annexes
from dispatch.bulletins.editor.structure import printed
from dispatch.bulletins.models import Bulletin
from dispatch.prose.blocks import Block, numeral
from dispatch.prose.depends import to_see
from dispatch.prose.hand import changed
from dispatch.prose.rules import BulletinRules
from dispatch.prose.wording import text_of
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from paper.fonts import FontsMissing, find_fonts
from paper.glyphs import missing


def sections_of(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Those of *blocks* that are text or want to be written; one without a heading has no number."""
    blocks = list(blocks)
    items, at, found = to_see(blocks), 0, []
    for block in blocks:
        if not (block.get("paragraphs") or block["kind"] == "written"):
            continue
        hanging = [item for item in items if item.of and item.block == block["key"]]
        found.append(section_of(block, f"{numeral(at)}、" if block["heading"] else "") | {"hanging": hanging})
        at += bool(block["heading"])
    return found


def addressees(county: Unit, rows: Iterable[Bulletin]) -> dict[int, str]:
    """To whom those of *rows* go of which a month can have several: by that they are told apart."""
    rules = rules_of(county)[BulletinRules]
    several = [row.pk for row in rows if rules.of(row.kind).get("cycle") == "none" and row.corrects_id is None]
    letters = Bulletin.objects.filter(pk__in=several).values_list("pk", "letter", "shape") if several else ()
    return {pk: (sent or shape.get("letter", {})).get("addressee", "").rstrip("：:") for pk, sent, shape in letters}


def section_of(block: Block, number: str) -> dict[str, Any]:
    """A block as the editor shows it."""
    text = text_of(block["paragraphs"])
    return {
        **block,
        "numeral": number,
        "text": text,
        "hands": changed(block["paragraphs"]),
        "lines": min(14, max(3, len(text) // 38 + text.count("\n") + 2)),
        "open": block["kind"] == "written" or block.get("proposed"),
    }


def seen(bulletin: Bulletin) -> dict[str, Any]:
    """What has to be seen before sign-off, counted; and the characters of a draft that would print as empty boxes."""
    items, draft = to_see(printed(bulletin.content)), bulletin.status == Bulletin.Status.DRAFT
    return {
        "count": len(items),
        "figures": sum(item.run is not None and not item.of for item in items),
        "hanging": sum(bool(item.of) for item in items),
        "empty": [item.heading for item in items if item.run is None and not item.proposed],
        "proposed": [item.heading or _("the beginning") for item in items if item.proposed],
        "missing": _boxes(bulletin) if draft else [],
        "long": long_annexes(bulletin.content) if draft else [],
        "most": MOST,
    }


def _boxes(bulletin: Bulletin) -> list[str]:
    try:
        return missing(files.document(bulletin), find_fonts(settings.DOC_FONT_DIR))
    except FontsMissing:  # then there is no PDF, and the page says so
        return []
