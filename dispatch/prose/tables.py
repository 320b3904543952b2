"""The tables of a bulletin: groups of units, classes of a field, lists of projects as annexes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.amounts import grammar
from core.amounts.figures import NONE, grouped, rounded, wan
from core.amounts.figures import points as signed_points
from core.days.periods import Period
from core.indicators import percent
from dispatch.prose import cuts
from dispatch.prose.exact import gap_of, unrecorded
from dispatch.prose.names import PROJECT_LISTS, class_link, unit_link
from dispatch.prose.rates import beside_the_rate, columns, rate_in, sums
from dispatch.prose.values import UNKNOWN, Figures, Link
from dispatch.prose.wording import Value, render, text_of

Block = dict[str, Any]
Row = Mapping[str, Any]
ANNEXES = (*PROJECT_LISTS, "projects")
UP, DOWN = "↑", "↓"
WHOLE = "{whole}合计"


def places_of(figures: Figures, wording: Mapping[str, Any]) -> int:
    """The decimals of tables: those that the county ranks by, so that a tie is one to a reader."""
    return int(wording.get("table_decimals", figures.get("decimals", 1)))


def rankings(figures: Figures, wording: Mapping[str, Any], whole: Mapping[str, Value], link: Link) -> list[Block]:
    """A table for each group of units with its sum first, under the last one the county's: what the text says."""
    groups = [group for group in figures["groups"] if group["rows"]]
    found = [_ranking(group, groups, figures, wording, whole, link) for group in groups]
    return [{**table, "note": ""} for table in found[:-1]] + found[-1:]  # the note once, under the last


def _ranking(
    group: Mapping[str, Any],
    groups: Sequence[Mapping[str, Any]],
    figures: Figures,
    wording: Mapping[str, Any],
    whole: Mapping[str, Value],
    link: Link,
) -> Block:
    spec = wording["ranking"]
    every = text_of([render(WHOLE, whole)])
    total = _sum(group["rows"], every if len(groups) == 1 else spec.get("total", ""), figures, wording)
    rows = [total, *group["rows"]]
    strong = [0]
    if group is groups[-1] and len(groups) > 1:
        rows.append(_sum([row for one in groups for row in one["rows"]], every, figures, wording))
        strong.append(len(rows) - 1)
    title = text_of([render(spec["title"], {**whole, "label": group["label"]})])
    shown = {**spec, "columns": columns(spec["columns"], figures)}
    table = table_of(rows, shown, figures, wording, link)
    table["note"] += "" if "done" in unrecorded(figures) else beside_the_rate(figures["totals"])
    return {"key": f"ranking.{group['key']}", "kind": "table", "title": title, **table, "strong": strong}


def of_classes(
    by: str, figures: Figures, wording: Mapping[str, Any], whole: Mapping[str, Value], link: Link
) -> list[Block]:
    """The county by the field *by*, its sum last; nothing where it has but one class."""
    spec = wording["classes"]
    rows = cuts.classes(figures, by, wording, whole=True)
    if not rows:
        return []
    summed = cuts.together(figures, by, rows, wording)
    total = _sum(summed, text_of([render(WHOLE, whole)]), figures, wording)
    for key in ("total_investment", "started", "entered", "due_to_start", "due_to_enter"):
        total[key] = cuts.total(row[key] for row in summed)
    total["own"] = cuts.own(summed)
    title = text_of([render(spec["title"], {**whole, "by": cuts.FIELDS[by].label})])
    table = table_of([*rows, total], spec, figures, wording, link)
    for column in table["columns"]:
        if column["key"] == "name":
            column["label"] = cuts.FIELDS[by].label
    return [{"key": f"classes.{by}", "kind": "table", "title": title, **table, "strong": [len(rows)]}]


def _sum(rows: Sequence[Mapping[str, Any]], name: str, figures: Figures, wording: Mapping[str, Any]) -> dict[str, Any]:
    total: dict[str, Any] = {"rank": None, "unit_id": None, "name": name, "movement": None, "sum": True}
    for key in ("projects", "plan", "done"):
        total[key] = cuts.total(row[key] for row in rows)
    total |= sums(rows)
    return total | {"gap": gap_of(rate_in(total), Period.parse(figures["period"]), figures, wording)}


def annexes(figures: Figures, wording: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Those of the wording's annexes that have something in them, as `annexes` names them, else in their own order:
    their numbers are their places."""
    known = {spec["list"]: spec for spec in wording.get("annex", ())}
    named = wording.get("annexes") or [name for name, spec in known.items() if spec.get("on", True)]
    return [known[name] for name in named if _rows(name, figures)]


def _rows(name: str, figures: Figures) -> Sequence[Row]:
    found: Sequence[Row]
    if name == "projects":
        found = figures.get("projects", ())
        return sorted(found, key=lambda row: row["number"] or 0)
    found = figures["lists"].get(name, ())
    return found


def annex_names(figures: Figures, wording: Mapping[str, Any]) -> dict[str, Value]:
    """How the text names each annex: `annex_behind` is 附件1, "" where there is none."""
    there = [spec["list"] for spec in annexes(figures, wording)]
    found: dict[str, Value] = {f"annex_{name}": "" for name in ANNEXES}
    for at, name in enumerate(there, start=1):
        found[f"annex_{name}"] = f"附件{at}" if len(there) > 1 else "附件"
    return found


def annex(
    spec: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Mapping[str, Value], link: Link
) -> Block:
    rows = [{**item, "number": at} for at, item in enumerate(_rows(spec["list"], figures), start=1)]
    table = table_of(rows, spec, figures, wording, link)
    title, table["note"] = (text_of([render(text, whole)]) for text in (spec["title"], table["note"]))
    return {"key": f"annex.{spec['list']}", "kind": "annex", "title": title, "wide": spec.get("wide", False), **table}


GAP = re.compile(r"(?<=[^\x00-\x7f]) (?=\d)|(?<=\d) (?=[^\x00-\x7f])")  # a paper sets no space beside a figure
LEFT = ("name", "unit", "reason", "cause", "progress", "leader")
CENTER = ("rank", "number", "movement", "level", "nature", "sector", "stage")
ALIGN = {**dict.fromkeys(LEFT, "left"), **dict.fromkeys(CENTER, "center")}


def table_of(
    rows: Iterable[Mapping[str, Any]],
    spec: Mapping[str, Any],
    figures: Figures,
    wording: Mapping[str, Any],
    link: Link,
) -> Block:
    """The columns that say something; one in which no row has anything is left out."""
    places, labels = places_of(figures, wording), figures.get("facts", {}).get("labels", {})
    rows = _as_printed(rows, places, figures, wording)
    cells = [[_cell(row, column["key"], places, labels, link) for row in rows] for column in spec["columns"]]
    shown = [
        (column, found)
        for column, found in zip(spec["columns"], cells, strict=True)
        if any(cell["text"] not in (NONE, "") for cell in found)
    ]
    return {
        "columns": [
            {
                "key": column["key"],
                "label": column["label"],
                "share": column.get("share", 1),
                "align": ALIGN.get(column["key"], "right"),
            }
            for column, _cells in shown
        ],
        "rows": [list(row) for row in zip(*(found for _column, found in shown), strict=True)],
        "unit": spec.get("unit", ""),
        "note": spec.get("note", ""),
    }


def _as_printed(rows: Iterable[Row], places: int, figures: Figures, wording: Mapping[str, Any]) -> list[Row]:
    """*rows* with the distances of what this table prints: its rates may have other decimals than the sentences'."""
    if figures.get("gap_as", "exact") == "exact":
        return list(rows)  # the distance is of exact figures, whatever is printed
    period, own = Period.parse(figures["period"]), {**wording, "decimals": places}
    return [
        row if row.get("gap") is None else {**row, "gap": gap_of(rate_in(row), period, figures, own)} for row in rows
    ]


def _cell(
    row: Mapping[str, Any], key: str, places: int, labels: Mapping[str, Mapping[str, str]], link: Link
) -> dict[str, Any]:
    """{"text", and for figures "value" (a string) and "format"}"""
    value = row.get(key)
    match key:
        case "name":
            if row.get("sum") or "by" in row:
                leads = "" if row.get("sum") else class_link(row, link)
                return {"text": str(value), **({"href": leads} if leads else {})}
            where = unit_link(row, link) if "unit_id" in row else link("project", id=row["id"])
            return {"text": str(value), "href": where}
        case "reason" | "cause" | "progress" | "leader":
            return {"text": GAP.sub("", " ".join(str(value or NONE).split()))}
        case "level" | "nature" | "sector" | "cluster" | "investor" | "stage":
            return {"text": str(labels.get(key, {}).get(str(value or ""), value) or NONE)}
        case "rank" | "movement" if row.get("sum"):
            return {"text": ""}
        case "rank" | "number" | "projects" | "started" | "entered" | "due_to_start" | "due_to_enter" | "days":
            return {"text": grouped(value), **_number(value, "#,##0")}
        case "plan" | "done" | "own" | "total_investment":
            if value is None:
                return {"text": UNKNOWN if key == "done" else NONE}
            exact = Decimal(value) / grammar.WAN
            return {"text": wan(value), **_number(exact, "#,##0.####" if value and value % grammar.WAN else "#,##0")}
        case "rate":
            if row["done"] is None and row["plan"]:
                return {"text": UNKNOWN}
            return _rate_cell(rate_in(row), places)
        case "gap":
            shown = None if value is None else rounded(value, places)
            text = signed_points(shown, places)
            return {"text": text, **_number(shown, f"+0.{'0' * places};-0.{'0' * places};0.{'0' * places}")}
        case "movement":
            return {"text": f"{UP if value > 0 else DOWN}{abs(value)}" if value else NONE}
        case _ if isinstance(value, dict):
            return _rate_cell(percent(value["numerator"], value["denominator"]), places)
    return {"text": str(value or "")}


def _rate_cell(value: Fraction | None, places: int) -> dict[str, Any]:
    shown = None if value is None else rounded(value, places)
    return {"text": grouped(shown, places), **_number(shown, f"0.{'0' * places}" if places else "0")}


def _number(value: int | Decimal | None, form: str) -> dict[str, str]:
    return {} if value is None else {"value": str(value), "format": form}
