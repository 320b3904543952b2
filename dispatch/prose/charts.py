"""The charts of a bulletin: how far each unit of a group, or each class of a field, is beside the pace. Pure.

A chart is a block of the kind table that is drawn: its figures are those of its rows, as they are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from core.amounts.figures import rounded
from core.days.periods import Period
from core.indicators import pace
from dispatch.prose import cuts
from dispatch.prose.tables import places_of, table_of
from dispatch.prose.values import Figures, Link, plain
from dispatch.prose.wording import Value, render, text_of

Block = dict[str, Any]
UNITS = "units"  # a chart of each group of units
COLUMNS = (
    {"key": "plan", "label": "年度计划", "share": 1.15},
    {"key": "done", "label": "累计完成", "share": 1.15},
    {"key": "rate", "label": "完成率", "share": 0.85},
    {"key": "gap", "label": "与序时\n进度差", "share": 1.0},
)
UNIT = "单位：万元、%、个百分点"


def of_section(
    section: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Mapping[str, Value], link: Link
) -> list[Block]:
    """The charts that follow *section*; none of what has no rate, or fewer than two bars."""
    found = []
    for of in section.get("charts", ()):
        for key, label, head, rows in _bars(of, figures, wording):
            measured = [row for row in rows if row["gap"] is not None]
            if len(measured) < 2:
                continue
            title = text_of([render(wording["chart"]["title"], {**whole, "label": label})])
            spec = {"columns": [{"key": "name", "label": head, "share": 1.6}, *COLUMNS], "unit": UNIT}
            table = table_of(measured, spec, figures, wording, link)
            exact, places = pace(Period.parse(figures["period"])), places_of(figures, wording)
            drawn = {"pace": str(rounded(exact, places)), "shown": plain(exact, places)}
            found.append({"key": f"chart.{key}", "kind": "table", "title": title, **table, "chart": drawn})
    return found


def _bars(
    of: str, figures: Figures, wording: Mapping[str, Any]
) -> Iterable[tuple[str, str, str, Sequence[Mapping[str, Any]]]]:
    """(key, label in the title, head of the names, rows) of each chart."""
    if of == UNITS:
        for group in figures["groups"]:
            yield f"{UNITS}.{group['key']}", group["label"], "单位", group["rows"]
    else:
        rows = sorted(cuts.classes(figures, of, wording), key=lambda row: -(row["gap"] or Fraction(0)))
        yield of, f"分{cuts.FIELDS[of].label}", cuts.FIELDS[of].label, rows
