"""Names in a row, such as 大川镇（56.31%）、五堰街办（44.92%）: who may be named, and what each says. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.amounts.figures import rounded
from dispatch.prose import cuts
from dispatch.prose.rates import quotients, rate_in
from dispatch.prose.values import Figures, Link, amount, count, in_measure, places_of, points, rate, standing
from dispatch.prose.wording import Figure, Names, Value, joined, render

Row = Mapping[str, Any]
FEW = 3  # units or classes that are told one by one
CAUSE = 60  # characters of a cause that go into a sentence; longer ones stand in the annex alone

#: What may be named of the county's projects; of a group's units; of the classes of a field.
PROJECT_LISTS = ("behind", "start_overdue", "not_entered")
OF_COUNTY = (*PROJECT_LISTS, "big", "started_now", "entered_now", "completed_now", "late_units")
OF_ROWS = ("few", "every", "front", "rows", "low", "up", "down", "moved", "unentered")
OF_CLASS = ("behind_here",)


def sign(value: Any, places: int) -> int:
    shown = rounded(value or 0, places)
    return (shown > 0) - (shown < 0)


def of_county(figures: Figures, wording: Mapping[str, Any]) -> dict[str, list[Any]]:
    big = int(wording.get("big", 500_000_000))
    large = [item for item in figures["lists"]["behind"] if (item["plan"] or 0) >= big]
    return {
        **figures["lists"],
        "big": sorted(large, key=lambda item: -item["plan"]),
        "started_now": cuts.by_projects(figures, "started_on"),
        "entered_now": cuts.by_projects(figures, "entered_on"),
        "completed_now": cuts.by_projects(figures, "completed_on"),
        "late_units": [{**row, "late": True} for row in figures.get("facts", {}).get("late", ())],
    }


def of_group(rows: Sequence[Row], places: int) -> dict[str, list[Any]]:
    """Who may be named in a sentence about a group of units. Nobody is both in front and far behind; up to `FEW` are
    told one by one and need neither."""
    ranked = [row for row in rows if row["rank"] is not None and row["done"] is not None]
    last = last_in_front([row["rank"] for row in ranked])
    behind = [row for row in ranked if row["rank"] > last and sign(row["gap"], places) < 0]
    moved = [row for row in rows if row["movement"] and row["done"] is not None]
    few = len(ranked) <= FEW
    return {
        "few": ranked if few else [],
        "every": ranked,
        "front": [] if few else [row for row in ranked if row["rank"] <= last],
        "rows": [row for row in ranked if row["rank"] <= last],
        "low": [] if few else sorted(behind, key=lambda row: row["gap"]),
        "up": sorted((row for row in moved if row["movement"] > 0), key=lambda row: -row["movement"]),
        "down": sorted((row for row in moved if row["movement"] < 0), key=lambda row: row["movement"]),
        "moved": sorted(moved, key=lambda row: (-abs(row["movement"]), -row["movement"])),
        "unentered": [],
    }


def of_classes(rows: Sequence[Row], places: int) -> dict[str, list[Any]]:
    """The same of the classes of a field: ahead of the pace and behind it, the farthest first. One whose projects have
    no plan, where others have, isn't spoken of: it stands in the table."""
    rows = [row for row in rows if row["projects"]]
    measured = [row for row in rows if row["gap"] is not None]
    few = len(rows) <= FEW
    order = sorted(measured, key=lambda row: -row["gap"])
    owed = [row for row in rows if row["due_to_enter"] > row["entered"]]
    return {
        "few": list(rows) if few else [],
        "every": list(rows),
        "front": [] if few else [row for row in order if sign(row["gap"], places) >= 0],
        "rows": order,
        "low": [] if few else [row for row in reversed(order) if sign(row["gap"], places) < 0],
        "unentered": sorted(owed, key=lambda row: row["entered"] - row["due_to_enter"]),
        **{key: [] for key in ("up", "down", "moved")},
    }


def last_in_front(ranks: Sequence[int]) -> int:
    """The last rank that is in the front half. Equal ones are on one side: behind, unless they are the first."""
    half = (len(ranks) + 1) // 2
    front, rest = ranks[:half], ranks[half:]
    if front and rest and front[-1] == rest[0]:
        return max((rank for rank in front if rank < rest[0]), default=rest[0])
    return front[-1] if front else 0


def equal(source: str, places: int) -> Callable[[Row], Any]:
    """What makes two names of a list equal to a reader."""
    match source:
        case "up" | "down" | "moved":
            return lambda item: abs(item["movement"])
        case "big":
            return lambda item: item["plan"]
        case "rows" | "front" | "few" | "every":
            return lambda item: item.get("rank") or _gap(item, places)
        case "low" | "behind" | "behind_here":
            return lambda item: _gap(item, places)
        case "unentered":
            return lambda item: item["due_to_enter"] - item["entered"]
        case "started_now" | "entered_now" | "completed_now" | "late_units":
            return lambda item: item.get("id", item["unit"])
    return lambda item: item.get("days", item["reason"])


def _gap(item: Row, places: int) -> Any:
    return None if item["gap"] is None else rounded(item["gap"], places)


def named(items: Sequence[Any], take: int, same: Callable[[Any], Any]) -> tuple[list[Any], int]:
    """The first *take* of *items*, which are in order, and of how many they stand. Equal ones are never cut: all are
    named, or where that would be more than twice as many, *take* of them for all of these (等9个)."""
    found = list(items[:take])
    if len(items) <= take or not found or same(items[take]) != same(found[-1]):
        return found, len(found)
    last = same(found[-1])
    whole = [item for item in items if same(item) == last]
    before = [item for item in found if same(item) != last]
    together = len(before) + len(whole)
    return (before + whole if together <= 2 * take else found), together


def rows_of_names(
    specs: Mapping[str, Any],
    sources: Mapping[str, list[Any]],
    wording: Mapping[str, Any],
    link: Link,
    leads: Mapping[str, str] | None = None,
) -> dict[str, Value]:
    """Names in a row, as the wording's `lists` say.

    `take` how many, `item` what each says, `join` what is between them; `alike`: those that are equal say it together
    (甲镇、乙镇均前移1位); `etc`: what follows 等 and a number where names are left out, "" for 等 alone. *leads*:
    where the number of a source leads that is no annex.
    """
    places = places_of(wording)
    found: dict[str, Value] = {}
    for name, spec in specs.items():
        same = equal(spec["from"], places)
        href = link("list", key=spec["from"]) if spec["from"] in PROJECT_LISTS else (leads or {}).get(spec["from"], "")
        items = sources.get(spec["from"], [])
        shown, stand_for = named(items, int(spec.get("take", FEW)), same)
        if spec["from"] == "moved":
            shown = sorted(shown, key=lambda item: -item["movement"])  # the farthest are named, risers first
        runs: list[Any] = []
        for at, group in enumerate(_together(shown, spec, places)):
            if at:
                runs.append({"text": spec.get("join", "、")})
            values = [item_values(item, places, link) for item in group]
            said = dict(values[0])
            if spec.get("alike"):
                said["name"] = _names(values)
            runs += render(spec.get("item", "{name}"), said)
        if "etc" in spec and len(shown) < len(items):
            runs += [{"text": "等"}] if not spec["etc"] else _more(name, len(items), spec["etc"], href)
        elif len(shown) < stand_for:
            runs += _more(name, stand_for, "个", href)
        found[name] = Names(joined(runs), len(shown))
    return found


def _together(shown: Sequence[Any], spec: Mapping[str, Any], places: int) -> list[list[Any]]:
    if not spec.get("alike"):
        return [[item] for item in shown]
    same = equal(spec["from"], places)
    groups: dict[Any, list[Any]] = {}
    for item in shown:
        groups.setdefault((same(item), (item.get("movement") or 0) > 0), []).append(item)
    return list(groups.values())


def _names(values: Sequence[Mapping[str, Value]]) -> Names:
    runs: list[Any] = []
    for value in values:
        name = value["name"]
        runs += [*([{"text": "、"}] if runs else []), *([name.run()] if isinstance(name, Figure) else [])]
    return Names(runs, len(values))


def _more(name: str, number: int, what: str, href: str) -> list[Any]:
    return [{"text": "等"}, count(f"named.{name}", number, href).run(), {"text": what}]


def item_values(item: Row, places: int, link: Link) -> dict[str, Value]:
    """What a name in a row may say of itself: a unit, a class, a project, a unit that reported late."""
    about, href = _about(item, link)
    exact = rate_in(item) if "done" in item else None
    unknown = None if exact is None or item.get("pace") is None else exact - item["pace"]
    movement = item.get("movement")
    return {
        "name": Figure(f"name.{about}", item.get("name") or item["unit"], item.get("name") or item["unit"], href),
        "unit": str(item.get("unit") or ""),
        "leader": str(item.get("leader") or ""),
        "cause": cause(item.get("cause")),
        "day": str(item.get("day") or _day(item)),
        "days": count(f"days.{about}", item.get("days"), href),
        "done_unplanned": amount(f"done_unplanned.{about}", _unplanned(item), href),
        "rank": count(f"rank.{about}", item.get("rank"), href),
        "rate": rate(f"rate.{about}", exact, places, href),
        "gap": points(f"gap.{about}", item.get("gap"), places, href, unknown),
        "places": Figure(f"places.{about}", str(abs(movement or 0)), movement, href, _sign(movement)),
        "owed": count(f"owed.{about}", _less(item.get("due_to_enter"), item.get("entered")), href),
        "started_all": standing(f"started_all.{about}", item.get("started"), item.get("due_to_start")),
        **{key: amount(f"{key}.{about}", item.get(key), href) for key in AMOUNTS},
        **{key: count(f"{key}.{about}", item.get(key), href) for key in COUNTS},
        **{key: in_measure(f"{key}.{about}", key, parts, places, href) for key, parts in quotients(item).items()},
    }


AMOUNTS = ("plan", "done", "own", "total_investment")
COUNTS = ("projects", "behind", "missing", "started", "due_to_start", "entered", "due_to_enter")
OF_NAME = (
    *("name", "unit", "leader", "cause", "day", "days", "rank", "rate", "gap", "places", "owed", "started_all"),
    "done_unplanned",
    *AMOUNTS,
    *COUNTS,
)


def _about(item: Row, link: Link) -> tuple[str, str]:
    if item.get("late"):
        return f"late.{item['unit_id']}", ""
    if "unit_id" in item:
        return f"unit.{item['unit_id']}", unit_link(item, link)
    if "by" in item:
        return f"{item['by']}.{item['key']}", class_link(item, link)
    return f"project.{item['id']}", link("project", id=item["id"])


def class_link(row: Row, link: Link) -> str:
    """The projects of a class; nowhere for what has none, or is kept in words alone."""
    field = cuts.FIELDS[row["by"]]
    if not row["key"] or not (row["keyed"] or not field.key):
        return ""
    return link("projects", period=row["period"], planned=row["planned"], **{field.filter: row["key"]})


def unit_link(row: Row, link: Link) -> str:
    return link("unit", id=row["unit_id"], period=row["period"], group=row["group"], figure=row["order_by"])


def _unplanned(item: Row) -> int | None:
    """What was done of what no plan is for: it is in the sum and not in the rate."""
    of_plan = item.get("investment_rate")
    return (
        None
        if not of_plan or not of_plan["denominator"] or item.get("done") is None
        else item["done"] - of_plan["numerator"]
    )


def _sign(number: int | None) -> int:
    return 0 if not number else 1 if number > 0 else -1


def _less(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None else whole - part


def _day(item: Row) -> str:
    kept = item.get("started_on") or ""
    return f"{int(kept[5:7])}月{int(kept[8:10])}日" if kept else ""


def cause(text: str | None) -> str:
    """The first sentence of what a report says is in the way, for a sentence; "" where it is too long for one."""
    first = (text or "").strip()
    for mark in "。；;\n":
        first = first.split(mark)[0].strip()
    first = first.rstrip("，,、.")
    return first if len(first) <= CAUSE else ""
