"""The tables of a bulletin: groups of units, classes of a field, lists of projects as annexes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from core.amounts import grammar
from core.amounts.figures import NONE, grouped, printed, rounded, wan
from core.amounts.figures import points as signed_points
from core.days.periods import Period
from core.indicators import Measure, measure_of, shown_gap
from dispatch.prose import cuts
from dispatch.prose.exact import gap_of, unrecorded
from dispatch.prose.names import PROJECT_LISTS, class_link, unit_link
from dispatch.prose.rates import beside_the_rate, columns, rate_in, sums
from dispatch.prose.values import UNKNOWN, Figures, Link
from dispatch.prose.values import places_of as places_in_text
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
    distance = _distance(places, figures, wording)
    rows = list(rows)
    cells = [list(map(_cell_of(column["key"], places, labels, distance, link), rows)) for column in spec["columns"]]
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


def _distance(places: int, figures: Figures, wording: Mapping[str, Any]) -> Distance:
    """How far a row is from the pace, as this table prints it: its rates may have other decimals than the
    sentences'."""
    if figures.get("gap_as", "exact") == "exact" or places == places_in_text(wording):
        return lambda row: None if row.get("gap") is None else rounded(row["gap"], places)
    period = Period.parse(figures["period"])
    return lambda row: None if row.get("gap") is None else shown_gap(rate_in(row), period, places)


Distance = Callable[[Row], Decimal | None]
Cell = dict[str, Any]  # {"text", where it leads as "href", and for figures "value" (a string) and "format"}


def _cell_of(
    key: str, places: int, labels: Mapping[str, Mapping[str, str]], distance: Distance, link: Link
) -> Callable[[Row], Cell]:
    """What makes the cells of the column *key*, chosen once for all its rows."""
    match key:
        case "name":
            return lambda row: _name(row, link)
        case "reason" | "cause" | "progress" | "leader":
            close = cache(lambda said: GAP.sub("", " ".join(said.split())))  # hundreds say the same
            return lambda row: {"text": close(str(row.get(key) or NONE))}
        case "level" | "nature" | "sector" | "cluster" | "investor" | "stage":
            said = labels.get(key, {})
            return lambda row: {"text": str(said.get(str((value := row.get(key)) or ""), value) or NONE)}
        case "movement":
            return _movement
        case "rank" | "number" | "projects" | "started" | "entered" | "due_to_start" | "due_to_enter" | "days":
            return lambda row: _count(row, key)
        case "plan" | "done" | "own" | "total_investment":
            return lambda row: _money(row.get(key), UNKNOWN if key == "done" else NONE)
        case "rate":
            return lambda row: (
                {"text": UNKNOWN} if row["done"] is None and row["plan"] else _rate_cell(rate_in(row), places)
            )
        case "gap":
            form = f"+0.{'0' * places};-0.{'0' * places};0.{'0' * places}"
            return lambda row: _gap(distance(row), places, form)
    measure = measure_of(key)
    return lambda row: _other(row.get(key), places, measure)


def _name(row: Row, link: Link) -> Cell:
    if row.get("sum") or "by" in row:
        leads = "" if row.get("sum") else class_link(row, link)
        return {"text": str(row.get("name")), **({"href": leads} if leads else {})}
    where = unit_link(row, link) if "unit_id" in row else link("project", id=row["id"])
    return {"text": str(row.get("name")), "href": where}


def _movement(row: Row) -> Cell:
    if row.get("sum"):
        return {"text": ""}
    value = row.get("movement")
    return {"text": f"{UP if value > 0 else DOWN}{abs(value)}" if value else NONE}


def _count(row: Row, key: str) -> Cell:
    if key == "rank" and row.get("sum"):
        return {"text": ""}
    value = row.get(key)
    return {"text": grouped(value), **_number(value, "#,##0")}


def _money(value: int | None, unknown: str) -> Cell:
    if value is None:
        return {"text": unknown}
    whole, rest = divmod(value, grammar.WAN)
    if not rest:
        return {"text": wan(value), "value": str(whole), "format": "#,##0"}
    whole, rest = divmod(abs(value), grammar.WAN)
    exactly = f"{'-' if value < 0 else ''}{whole}.{rest:04}".rstrip("0")
    return {"text": wan(value), "value": exactly, "format": "#,##0.####"}


def _gap(shown: Decimal | None, places: int, form: str) -> Cell:
    return {"text": signed_points(shown, places), **_number(shown, form)}


def _other(value: Any, places: int, measure: Measure) -> Cell:
    if isinstance(value, dict):
        return _rate_cell(measure.value(value["numerator"], value["denominator"]), places)
    return {"text": str(value or "")}


def _rate_cell(value: Fraction | None, places: int) -> dict[str, Any]:
    if value is None:
        return {"text": NONE}
    shown = rounded(value, places)
    return {"text": printed(shown), **_number(shown, f"0.{'0' * places}" if places else "0")}


def _number(value: int | Decimal | None, form: str) -> dict[str, str]:
    return {} if value is None else {"value": str(value), "format": form}
