"""The county's projects by a field: level, nature, sector, unit, squad, size … each class with its figures. Pure.

A project is in one class of a field, so that the classes add up to the county; what has none stands under `OTHER`. Of
the year's lists (`SEVERAL`) it can be on many: what stands under them as a sum is the county's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from core.days.periods import Period
from core.indicators import pace
from dispatch.prose.exact import Exact, counted_on, gap_of, since
from dispatch.prose.rates import rate_in, sums
from dispatch.prose.values import Figures, places_of


class Cut(NamedTuple):
    """A field that a bulletin can be cut by: what it is called over a table, the filter of the list of projects that
    finds a class of it, and what a project's row has its class as where that isn't the field itself."""

    label: str
    filter: str
    key: str = ""


#: What the list of projects can be asked for so that each project is in one class.
FIELDS = {
    "level": Cut("级别", "level"),
    "nature": Cut("建设性质", "nature"),
    "sector": Cut("行业领域", "sector"),
    "cluster": Cut("产业集群", "cluster"),
    "investor": Cut("投资主体", "kind"),
    "size": Cut("投资规模", "tier"),
    "unit": Cut("责任单位", "ranked", "home"),
    "competent": Cut("主管部门", "competent"),
    "squad": Cut("专班", "first_squad"),
    "leader": Cut("包联领导", "first_sponsor", "post"),
    "stage": Cut("阶段", "stage"),
    "light": Cut("进度", "light", "light_code"),
    "list": Cut("项目清单", "list"),
}
SEVERAL = frozenset({"list"})  # the fields of which a project is in more than one class
OTHER = "其他"
START, ENTRY, INVESTMENT = "start_rate", "entry_rate", "investment_rate"

Class = dict[str, Any]


def classes(figures: Figures, by: str, wording: Mapping[str, Any], *, whole: bool = False) -> list[Class]:
    """The classes of the field *by* that have projects, in the county's own order; nothing where the county has but
    one, which would say the whole once more. *whole*: with what has no class, as the last."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    several, own = by in SEVERAL, FIELDS[by].key or by
    for row in figures.get("projects", ()):
        for one in row.get(by) or [""] if several else [_class_of(row, own, by)]:
            found.setdefault(one, []).append(row)
    labels = figures.get("facts", {}).get("labels", {}).get(by, {})
    order = [*(key for key in labels if key in found), *(key for key in found if key and key not in labels)]
    if whole and "" in found:
        order.append("")
    if len(order) < 2 and not (by in SEVERAL and any(order)):
        return []
    kept = figures.kept if isinstance(figures, Exact) else {}
    made = []
    for key in order:
        if (row := kept.get(about := (by, key, places_of(wording)))) is None:
            name = str(labels.get(key, key)) or OTHER
            row = kept[about] = _class(by, key, name, found[key], figures, wording)
        made.append(row)
    return made


def together(figures: Figures, by: str, rows: list[Class], wording: Mapping[str, Any]) -> list[Class]:
    """What the sum under the classes *rows* of *by* is of: of them, or of all projects once where they overlap."""
    return [_class(by, "", "", list(figures["projects"]), figures, wording)] if by in SEVERAL else rows


def fields_of(wording: Mapping[str, Any]) -> set[str]:
    """The fields that a county's *wording* cuts by anywhere."""
    sections = [*wording.get("section", ()), *wording.get("more", ())]
    parts = [part for one in sections for part in (one, *one.get("part", ()))]
    asked = {part["by"] for part in parts if "by" in part}
    return asked.union(*(one.get(key, ()) for one in sections for key in ("tables", "charts")))


def unlisted(figures: Figures, by: str, wording: Mapping[str, Any]) -> Class | None:
    """What has no class of the field *by*, while others have."""
    last = [row for row in classes(figures, by, wording, whole=True) if not row["key"]]
    return last[0] if last else None


def _class_of(row: Mapping[str, Any], own: str, by: str) -> str:
    """What figures of before don't have as the key *own* they have in words."""
    value = row.get(own) or row.get(by)
    return str(value[0] if isinstance(value, list) and value else value or "")


def _class(
    by: str,
    key: str,
    name: str,
    rows: list[Mapping[str, Any]],
    figures: Figures,
    wording: Mapping[str, Any],
) -> Class:
    planned = any(row["plan"] for row in figures["projects"])
    behind = {item["id"] for item in figures["lists"].get("behind", ())}
    counted = [row for row in rows if row["plan"]] if planned else rows
    quotients = sums(rows)
    found: Class = {
        "by": by,
        "key": key,
        "name": name,
        "rank": None,
        "movement": None,
        "projects": len(counted),
        "total_investment": sum(row["total_investment"] or 0 for row in counted),
        "plan": quotients.get(INVESTMENT, {}).get("denominator", 0),
        "done": total(row["done"] for row in rows),
        "own": own(rows),
        "behind": sum(row["id"] in behind for row in rows),
        "rows": rows,
        "keyed": any(row.get(FIELDS[by].key or by) for row in rows),
        "period": figures["period"],
        "planned": planned,
        "pace": pace(Period.parse(figures["period"])),
        **quotients,
    }
    for rate, done, due in ((START, "started", "due_to_start"), (ENTRY, "entered", "due_to_enter")):
        found[done], found[due] = (quotients.get(rate, {}).get(part, 0) for part in ("numerator", "denominator"))
    return found | {"gap": gap_of(rate_in(found), Period.parse(figures["period"]), figures, wording)}


def total(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def own(rows: Iterable[Mapping[str, Any]]) -> int | None:
    """What *rows* did in the month alone; None where that isn't known of one that reported."""
    values = [row.get("own") for row in rows if row["done"] is not None]
    return None if not values or None in values else total(values)


def by_projects(figures: Figures, condition: str) -> list[Mapping[str, Any]]:
    """The projects that fell within the bulletin's own days by the day *condition* (`started_on` …), the first
    first."""
    first, last = since(figures).isoformat(), counted_on(figures).isoformat()
    found = [row for row in figures.get("projects", ()) if row[condition] and first <= row[condition] <= last]
    return sorted(found, key=lambda row: row[condition])
