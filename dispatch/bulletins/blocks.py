"""A bulletin from the frozen figures of a month: blocks of sentences and tables (`bulletin_letter` frames them).

Nothing here asks the database or the clock. Blocks are plain JSON, since a bulletin keeps them: `text` (sentences with
figures), `written` (what a person has to write), `table`, `annex`. The wording is the county's (`[bulletin.…]` of its
profile); figures are those of `dispatch.rankings.figures`, rounded once, from exact quotients.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.amounts import grammar
from core.amounts.figures import NONE, grouped, rounded, wan
from core.amounts.figures import points as signed_points
from core.days.periods import Period
from core.indicators import gap, pace, percent, shown_gap
from core.indicators import text as exact_text
from dispatch.bulletins.rates import beside_the_rate, columns, planned, quotients, rate_in, sums
from dispatch.bulletins.wording import Figure, Paragraph, Run, Value, changed, joined, render, text_of, unique
from organization.profiles.rules import CountyRules

Block = dict[str, Any]
Figures = Mapping[str, Any]
#: `link("project", id=3)`: where a figure leads; an empty string if nowhere.
Link = Callable[..., str]

#: What a county can leave unrecorded, and the figures that then say nothing. An unknown is never a 0.
UNRECORDED = {
    "done": ("done", "rate", "gap", "behind"),
    "start": ("started", "due_to_start", "start_rate", "start_overdue"),
    "entry": ("entered", "due_to_enter", "entry_rate", "not_entered"),
    "problems": ("open", "overdue", "closed", "raised"),
}
UNKNOWN = "未记录"
YI, WAN = "亿元", "万元"  # prose speaks 亿元, small sums 万元
UP, DOWN = "↑", "↓"


class Exact(dict[str, Any]):
    """Figures with what `exactly` makes of them, so that blocks and title are of one reckoning."""


class NotDraftable(ValueError):
    """The profile has no wording for this kind of bulletin; the message is the kind."""


def build(figures: Figures, wording: Mapping[str, Any], *, county: str, link: Link) -> list[Block]:
    """The blocks of a bulletin in the order of its pages.

    Raises WordingError where the county's wording can't be rendered.
    """
    figures = exactly(figures, wording)
    whole = _values(figures, wording, county, link)
    blocks: list[Block] = []
    for section in wording.get("section", []):
        key = section["key"]
        block: Block = {"key": key, "kind": section.get("kind", "text"), "heading": section["heading"], "version": 1}
        if block["kind"] == "written":
            blocks.append(block | {"hint": section.get("hint", ""), "paragraphs": []})
            continue
        paragraphs = []
        for values in _contexts(section, figures, wording, whole, link):
            for template in section["text"]:
                paragraphs.append(_sentence(render(template, values)))
        blocks.append(block | {"paragraphs": unique([runs for runs in paragraphs if runs])})
        if section.get("table"):
            tables = [_ranking(group, figures, wording, whole, link) for group in _groups(figures)]
            blocks += [{**table, "note": ""} for table in tables[:-1]] + tables[-1:]  # the note once, under the last
    blocks += [_annex(annex, figures, wording, whole, link) for annex in _annexes(figures, wording)]
    return blocks


def _sentence(runs: Paragraph) -> Paragraph:
    """*runs* without what a clause left out at the beginning leaves there; nothing if there is nothing to say."""
    while runs and "key" not in runs[0] and not (text := runs[0]["text"].lstrip("，；、。 ")):
        runs = runs[1:]
    if runs and "key" not in runs[0]:
        runs = [{"text": text}, *runs[1:]]
    return runs


def title_lines(figures: Figures, wording: Mapping[str, Any], county: str) -> list[str]:
    """The title, broken where the county's wording breaks it."""
    values = _values(exactly(figures, wording), wording, county, lambda name, **about: "")
    return text_of([render(wording["title"], values)]).split("\n")


def exactly(figures: Figures, wording: Mapping[str, Any]) -> Figures:
    """*figures* with the distances to the pace as they are printed: of the printed figures, or exact and rounded once,
    as the county's rule was when they were counted.

    What nobody has reported is None: a unit with a plan and no report has no rate, which is not one of 0.
    """
    if isinstance(figures, Exact):
        return figures
    period = Period.parse(figures["period"])
    told = figures.get("recorded", {}).get("units")

    def exact(row: Mapping[str, Any]) -> dict[str, Any]:
        done = row["done"] if told is None or "unit_id" not in row or row["unit_id"] in told else None
        exactly = {**row, "done": done, "pace": pace(period)}
        return exactly | {"gap": _gap(rate_in(exactly), period, figures, wording)}

    groups = [
        {
            **group,
            "rows": [
                {**exact(row), "group": group["key"], "order_by": group["order_by"], "period": str(period)}
                for row in group["rows"]
                if row["projects"] or row["done"] or any(map(any, quotients(row).values()))
            ],
        }
        for group in figures["groups"]
    ]
    silent = {name for key in unrecorded(figures) for name in UNRECORDED[key]}
    lists = {key: [exact(item) for item in items if key not in silent] for key, items in figures["lists"].items()}
    return Exact({**figures, "groups": groups, "lists": lists})


def _gap(rate: Fraction | None, period: Period, figures: Figures, wording: Mapping[str, Any]) -> Fraction | None:
    if figures.get("gap_as", "exact") == "exact":
        return gap(rate, period)
    points = shown_gap(rate, period, int(wording.get("decimals", 1)))
    return None if points is None else Fraction(points)


def unrecorded(figures: Figures) -> list[str]:
    """Keys of `UNRECORDED` that the county had not recorded when *figures* were counted."""
    recorded = figures.get("recorded", {})
    return [key for key in UNRECORDED if not recorded.get(key, True)]


# values -------------------------------------------------------------------------------------------------------------


def _values(figures: Figures, wording: Mapping[str, Any], county: str, link: Link) -> dict[str, Value]:
    """What a sentence about the whole county may say."""
    period = Period.parse(figures["period"])
    months, totals = figures["months"], figures["totals"]
    places = int(wording.get("decimals", 1))
    missing = unrecorded(figures)
    totals = {**totals, "done": None if "done" in missing else totals["done"]}
    rate = None if totals["done"] is None else percent(*planned(totals))
    ranking = link("ranking", period=figures["period"])
    projects = link("projects", period=figures["period"], planned=bool(totals["plan"]))
    values: dict[str, Value] = {
        "county": county,
        "whole": str(wording.get("whole", CountyRules.whole)),
        "year": str(figures["year"]),
        "month": f"{months}月",
        "last_month": f"{months - 1 or 12}月",
        "span": f"1—{months}月" if months > 1 else "1月",
        "projects": _count("projects", totals["projects"], projects),
        "total_investment": _amount("total_investment", totals["total_investment"] or None, projects),
        "plan": _amount("plan", totals["plan"], ranking),
        "done": _amount("done", totals["done"], ranking),
        "rate": _rate("rate", rate, places, ranking),
        "pace": _rate("pace", pace(period), places, ranking),
        "gap": _points("gap", _gap(rate, period, figures, wording), places, ranking, gap(rate, period)),
        **{key: _rate(key, percent(*quotient), places, ranking) for key, quotient in totals["quotients"].items()},
    }
    for key in ("started", "due_to_start", "entered", "due_to_enter"):
        values[key] = _count(key, totals[key], ranking)
    for key, items in figures["lists"].items():
        values[key] = _count(key, len(items), link("list", key=key, period=figures["period"]))
    for key, name in (
        ("open", "open"),
        ("overdue", "overdue"),
        ("closed", "closed_in_month"),
        ("raised", "raised_in_month"),
    ):
        values[key] = _count(key, figures["problems"][name], link("problems", state=key, period=figures["period"]))
    for key in (name for one in missing for name in UNRECORDED[one] if name not in ("done", "rate", "gap")):
        values[key] = _count(key, None)
    if not totals["plan"]:  # nobody is behind where there is nothing to be measured by
        values["behind"] = _count("behind", None)
    counted = date.fromisoformat(figures["counted_on"]) if "counted_on" in figures else period.last
    values["as_of"] = f"{counted.month}月{counted.day}日"  # the day that open and overdue problems are counted to
    behind = figures.get("thresholds", {}).get("behind")
    values["behind_from"] = Figure("behind_from", str(behind), behind, ranking) if behind is not None else None
    labels = wording.get("recorded", {})
    values["unrecorded"] = "、".join(labels[key] for key in missing if key in labels)
    values |= _changes(figures, wording, rate, period, ranking)
    values |= _lists(wording.get("lists", {}), _sources(figures, wording), places, link)
    return values


def _changes(
    figures: Figures, wording: Mapping[str, Any], rate: Fraction | None, period: Period, href: str
) -> dict[str, Figure]:
    """How the distance to the pace changed since last month: `lag_change` while behind, `lead_change` while ahead."""
    now, past = _gap(rate, period, figures, wording), figures["previous"]
    before = None
    if past and period.last.month > 1:
        before = _gap(percent(*planned(past)), period.previous(), figures, wording)
    found = {}
    for key, holds in (("lag_change", now is not None and now < 0), ("lead_change", now is not None and now >= 0)):
        change = now - before if holds and now is not None and before is not None else None
        found[key] = _points(key, change, int(wording.get("decimals", 1)), href)
    return found


def _count(key: str, number: int | None, href: str = "") -> Figure:
    return Figure(key, UNKNOWN if number is None else grouped(number), number, href, sign=0 if not number else 1)


def _amount(key: str, yuan: int | None, href: str = "") -> Figure:
    """Money for a sentence: 77.8亿元, below one 亿 in 万元."""
    if yuan is None:
        return Figure(key, UNKNOWN, None, href)
    text = f"{grouped(Fraction(yuan, 10**8), 1)}{YI}" if abs(yuan) >= 10**8 else f"{wan(yuan)}{WAN}"
    return Figure(key, text, yuan, href, sign=(yuan > 0) - (yuan < 0))


def _rate(key: str, value: Fraction | None, places: int, href: str = "") -> Figure:
    if value is None:
        return Figure(key, NONE, None, href)
    return Figure(key, f"{grouped(value, places)}%", exact_text(value), href)


def _points(key: str, value: Fraction | None, places: int, href: str = "", exact: Fraction | None = None) -> Figure:
    """A difference of rates without its sign: the wording says above or below. Nothing as displayed is zero. What
    machines read is the *exact* one."""
    if value is None:
        return Figure(key, NONE, None, href)
    shown, known = rounded(value, places), exact_text(value if exact is None else exact)
    return Figure(key, grouped(abs(shown), places), known, href, sign=(shown > 0) - (shown < 0))


# groups and lists ---------------------------------------------------------------------------------------------------


def _groups(figures: Figures) -> list[Mapping[str, Any]]:
    return [group for group in figures["groups"] if group["rows"]]


def _contexts(
    section: Mapping[str, Any],
    figures: Figures,
    wording: Mapping[str, Any],
    whole: Mapping[str, Value],
    link: Link,
) -> Iterable[Mapping[str, Value]]:
    """What the sentences of a section are about: the county, or each group of units in turn."""
    if section.get("each") != "groups":
        yield whole
        return
    places = int(wording.get("decimals", 1))
    for group in _groups(figures):
        rows, key = group["rows"], group["key"]
        behind = [row for row in rows if _sign(row["gap"], places) < 0]
        href = link("ranking", period=figures["period"], group=key)
        yield {
            **whole,
            "label": group["label"],
            "units": _count(f"{key}.units", len(rows), href),
            "units_ahead": _count(
                f"{key}.units_ahead",
                sum(_sign(row["gap"], places) >= 0 for row in rows if row["gap"] is not None),
                href,
            ),
            "units_behind": _count(f"{key}.units_behind", len(behind), href),
            **(named := _lists(section.get("lists", {}), _group_sources(group, places), places, link)),
            "tied_first": _count(f"{key}.tied_first", _tied_first(rows, named), href),
        }


def _last_in_front(ranks: Sequence[int]) -> int:
    """The last rank that is in the front half. Equal ones are on one side: behind, unless they are the first."""
    half = (len(ranks) + 1) // 2
    front, rest = ranks[:half], ranks[half:]
    if front and rest and front[-1] == rest[0]:
        return max((rank for rank in front if rank < rest[0]), default=rest[0])
    return front[-1] if front else 0


def _tied_first(rows: Sequence[Mapping[str, Any]], named: Mapping[str, Value]) -> int:
    """How many stand first together, where they are too many to be named; else 0."""
    if named.get("top"):
        return 0
    first = sum(row["rank"] == 1 and row["done"] is not None for row in rows)
    return first if first > 1 else 0


def _sign(points: Fraction | None, places: int) -> int:
    shown = rounded(points or 0, places)
    return (shown > 0) - (shown < 0)


def _group_sources(group: Mapping[str, Any], places: int) -> dict[str, list[Any]]:
    """Who may be named in a sentence about a group. In a small group nobody is both in front and far behind."""
    rows = group["rows"]
    ranked = [row for row in rows if row["rank"] is not None and row["done"] is not None]
    last = _last_in_front([row["rank"] for row in ranked])
    behind = [row for row in ranked if row["rank"] > last and _sign(row["gap"], places) < 0]
    moved = [row for row in rows if row["movement"] and row["done"] is not None]
    return {
        "rows": [row for row in ranked if row["rank"] <= last],
        "low": sorted(behind, key=lambda row: row["gap"]),
        "up": sorted((row for row in moved if row["movement"] > 0), key=lambda row: -row["movement"]),
        "down": sorted((row for row in moved if row["movement"] < 0), key=lambda row: row["movement"]),
    }


def _sources(figures: Figures, wording: Mapping[str, Any]) -> dict[str, list[Any]]:
    big = int(wording.get("big", 500_000_000))
    large = [item for item in figures["lists"]["behind"] if (item["plan"] or 0) >= big]
    return {**figures["lists"], "big": sorted(large, key=lambda item: -item["plan"])}


def _equal(source: str, places: int) -> Callable[[Mapping[str, Any]], Any]:
    """What makes two names of a list equal to a reader."""
    match source:
        case "rows":
            return lambda item: item["rank"]
        case "up" | "down":
            return lambda item: item["movement"]
        case "big":
            return lambda item: item["plan"]
        case "low" | "behind":
            return lambda item: None if item["gap"] is None else rounded(item["gap"], places)
    return lambda item: item["reason"]


def named(items: Sequence[Any], take: int, equal: Callable[[Any], Any]) -> list[Any]:
    """The first *take* of *items*, which are in order. Equal ones are never cut: all are named, or none of them where
    that would be more than twice as many."""
    found = list(items[:take])
    if len(items) <= take or not found or equal(items[take]) != equal(found[-1]):
        return found
    last = equal(found[-1])
    whole = [item for item in items if equal(item) == last]
    before = [item for item in found if equal(item) != last]
    return before + whole if len(before) + len(whole) <= 2 * take else before


def _lists(specs: Mapping[str, Any], sources: Mapping[str, list[Any]], places: int, link: Link) -> dict[str, Value]:
    """Names in a row, such as 大川镇（56.3%）、五堰街办（44.9%）, as the wording's `lists` say."""
    found: dict[str, Value] = {}
    for name, spec in specs.items():
        runs: Paragraph = []
        items = named(sources.get(spec["from"], []), int(spec.get("take", 3)), _equal(spec["from"], places))
        for at, item in enumerate(items):
            if at:
                runs.append({"text": spec.get("join", "、")})
            runs += render(spec.get("item", "{name}"), _item(item, places, link))
        found[name] = joined(runs)
    return found


def _item(item: Mapping[str, Any], places: int, link: Link) -> dict[str, Value]:
    """What a name in a row may say of itself; a unit or a project."""
    if "unit_id" in item:
        about, href = f"unit.{item['unit_id']}", _unit_link(item, link)
    else:
        about, href = f"project.{item['id']}", link("project", id=item["id"])
    rate = rate_in(item)
    return {
        "name": Figure(f"name.{about}", item["name"], item["name"], href),
        "rank": _count(f"rank.{about}", item.get("rank"), href),
        "rate": _rate(f"rate.{about}", rate, places, href),
        "gap": _points(f"gap.{about}", item["gap"], places, href, None if rate is None else rate - item["pace"]),
        "plan": _amount(f"plan.{about}", item["plan"], href),
        "done": _amount(f"done.{about}", item["done"], href),
        "places": _count(f"places.{about}", abs(item.get("movement") or 0), href),
        **{key: _rate(f"{key}.{about}", percent(*parts), places, href) for key, parts in quotients(item).items()},
    }


def _unit_link(row: Mapping[str, Any], link: Link) -> str:
    return link("unit", id=row["unit_id"], period=row["period"], group=row["group"], figure=row["order_by"])


# tables -------------------------------------------------------------------------------------------------------------


def _ranking(
    group: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Mapping[str, Value], link: Link
) -> Block:
    """The table of a group, its sum first."""
    spec = wording["ranking"]
    total = _sum(group["rows"], spec.get("total", ""))
    total["gap"] = _gap(rate_in(total), Period.parse(figures["period"]), figures, wording)
    rows = [total, *group["rows"]]
    title = text_of([render(spec["title"], {**whole, "label": group["label"]})])
    shown = {**spec, "columns": columns(spec["columns"], figures)}
    table = _table(rows, shown, int(wording.get("decimals", 1)), link)
    table["note"] += "" if "done" in unrecorded(figures) else beside_the_rate(figures["totals"])
    return {"key": f"ranking.{group['key']}", "kind": "table", "title": title, **table, "strong": [0]}


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    total: dict[str, Any] = {"rank": None, "unit_id": None, "name": name, "movement": None, "gap": None, "sum": True}
    for key in ("projects", "plan", "done"):
        known = [row[key] for row in rows if row[key] is not None]
        total[key] = sum(known) if known else None
    return total | sums(rows)


def _annexes(figures: Figures, wording: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [annex for annex in wording.get("annex", []) if figures["lists"].get(annex["list"])]


def _annex(
    spec: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Mapping[str, Value], link: Link
) -> Block:
    rows = [{**item, "number": at} for at, item in enumerate(figures["lists"][spec["list"]], start=1)]
    table = _table(rows, spec, int(wording.get("decimals", 1)), link)
    title, table["note"] = (text_of([render(text, whole)]) for text in (spec["title"], table["note"]))
    return {"key": f"annex.{spec['list']}", "kind": "annex", "title": title, "wide": spec.get("wide", False), **table}


GAP = re.compile(r"(?<=[^\x00-\x7f]) (?=\d)|(?<=\d) (?=[^\x00-\x7f])")  # a paper sets no space beside a figure
ALIGN = {"name": "left", "unit": "left", "reason": "left", "rank": "center", "number": "center", "movement": "center"}


def _table(rows: Iterable[Mapping[str, Any]], spec: Mapping[str, Any], places: int, link: Link) -> Block:
    shown = spec["columns"]
    return {
        "columns": [
            {"label": column["label"], "share": column.get("share", 1), "align": ALIGN.get(column["key"], "right")}
            for column in shown
        ],
        "rows": [[_cell(row, column["key"], places, link) for column in shown] for row in rows],
        "unit": spec.get("unit", ""),
        "note": spec.get("note", ""),
    }


def _cell(row: Mapping[str, Any], key: str, places: int, link: Link) -> dict[str, Any]:
    """{"text", and for figures "value" (a string) and "format"}"""
    value = row.get(key)
    match key:
        case "name":
            if row.get("sum"):
                return {"text": str(value)}
            where = _unit_link(row, link) if "unit_id" in row else link("project", id=row["id"])
            return {"text": str(value), "href": where}
        case "reason":
            return {"text": GAP.sub("", str(value or NONE))}
        case "rank" | "number" | "projects":
            return {"text": grouped(value), **_number(value, "#,##0")}
        case "plan" | "done":
            if value is None:
                return {"text": UNKNOWN}
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


# what has to be seen before it is signed ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ToSee:
    """Something that stands in the way of sign-off: a figure changed without a reason, or a block left empty."""

    block: str
    heading: str
    run: Run | None = None


def to_see(blocks: Iterable[Block]) -> list[ToSee]:
    """All that has to be mended before *blocks* can be sent for sign-off."""
    found = []
    for block in blocks:
        if block["kind"] == "written" and not text_of(block["paragraphs"]).strip():
            found.append(ToSee(block["key"], block["heading"]))
        if block["kind"] == "text":
            found += [
                ToSee(block["key"], block["heading"], run) for run in changed(block["paragraphs"]) if not run["reason"]
            ]
    return found
