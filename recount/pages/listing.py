"""The list of projects of a month: rows, totals, counts on tabs; as a page, as csv, as a workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs, urlsplit

from recount.facts import rates, text, units
from recount.facts.tables import Facts
from recount.facts.then import GONE, Then, as_one, at, last_day
from recount.pages.browser import Browser, Missing, comma, sheet
from recount.pages.html import Node, rows
from recount.pages.tally import Page, Tally

HEADS = {
    "亮灯": "light", "项目": "name", "责任单位": "unit", "阶段": "stage", "总投资": "total", "年计划": "plan",
    "累计完成": "done", "完成率": "rate", "差距": "gap",
}  # fmt: skip
NOT_DUE = ("grey", "stop")
Query = Mapping[str, Sequence[str]]


class Asked:
    """What a list of the month is about: all projects as they stood, and the county's rules."""

    def __init__(self, facts: Facts, month: str) -> None:
        self.facts, self.month = facts, month
        self.rules = facts.profile["lights"]
        self.rows = at(facts, month)
        self.lights = {one.id: rates.light(one, self.rules) for one in self.rows}
        self.places = units.places(facts.units, last_day(month))

    def found(self, query: Query) -> list[Then] | None:
        """The rows that *query* (of an address) asks for; None where it asks what isn't recounted."""
        known = {key: values for key, values in query.items() if values and key not in ("period", "page", "sort", "q")}
        if not known.keys() <= FILTERS.keys():
            return None
        tests = [FILTERS[key](values, self) for key, values in known.items()]
        if "state" not in known:
            tests.append(lambda one: one.state not in GONE)
        if "package" not in known:
            tests.append(lambda one: not one.packs)
        return [one for one in self.rows if all(test(one) for test in tests)]


Test = Callable[[Then], bool]


def _units(values: Sequence[str], asked: Asked) -> Test:
    codes = {unit.code: unit.id for unit in asked.facts.units.values()}
    here = {pk: place.above for pk, place in asked.places.items()}  # the tree of the month's end
    wanted: set[int] = set()
    for value in values:
        root = int(value) if value.isdecimal() else codes.get(value, 0)
        wanted |= {pk for pk in here if root in _line(pk, here)}
    return lambda one: one.lead_unit in wanted


def _line(pk: int, parents: Mapping[int, int | None]) -> list[int]:
    way = [pk]
    while (above := parents.get(way[-1])) is not None and above not in way:
        way.append(above)
    return way


def _lights(values: Sequence[str], asked: Asked) -> Test:
    codes = {code for value in values for code in rates.GROUPS.get(value, (value,))}
    codes |= {code for code, colour in rates.COLOUR.items() if colour in values}
    return lambda one: asked.lights[one.id] in codes


def _plan(values: Sequence[str], asked: Asked) -> Test:
    return lambda one: ("with" if one.plan is not None else "without") in values


def _entered(values: Sequence[str], asked: Asked) -> Test:
    return lambda one: (one.entered_on is None) == ("no" in values)


def _size(values: Sequence[str], asked: Asked) -> Test:
    floors = [tier["from"] for tier in asked.facts.profile["classes"]["sizes"] if tier["code"] in values]
    return lambda one: one.total_investment is not None and one.total_investment >= min(floors)


def _sponsors(values: Sequence[str], asked: Asked) -> Test:
    posts = {int(value) for value in values}
    return lambda one: bool(posts & set(one.project.sponsors))


def _package(values: Sequence[str], asked: Asked) -> Test:
    return lambda one: (
        ("only" in values and one.packs)
        or ("parts" in values and one.package is not None and not one.packs)
        or ("none" in values and one.package is None)
        or str(one.package) in values
    )


def _odd(values: Sequence[str], asked: Asked) -> Test:
    return lambda one: (
        ("never_entered" in values and one.completed_on is not None and one.entered_on is None)
        or ("approved" in values and one.stage == "planned" and bool(one.project.obtained))
    )


def _fact(name: str) -> Callable[[Sequence[str], Asked], Test]:
    return lambda values, asked: lambda one: one.project.now[name] in values


FILTERS: dict[str, Callable[[Sequence[str], Asked], Test]] = {
    "stage": lambda values, asked: lambda one: one.stage in values,
    "state": lambda values, asked: lambda one: one.state in values,
    "unit": _units, "light": _lights, "plan": _plan, "entered": _entered, "size": _size, "sponsor": _sponsors,
    "odd": _odd, "level": _fact("level"), "sector": _fact("sector"), "kind": _fact("investment_kind"),
    "nature": _fact("nature"), "package": _package,
}  # fmt: skip


# what a row and the totals come to ----------------------------------------------------------------------------------


def row_of(one: Then, asked: Asked) -> dict[str, Any]:
    """A row's figures; numbers exact, in yuan, percent, points."""
    code = asked.lights[one.id]
    due = rates.COLOUR[code] not in NOT_DUE
    return {
        "light": rates.STATE[one.state] if code == "stopped" else rates.WORD[code],
        "name": one.project.name,
        "unit": asked.places[one.lead_unit].name,
        "stage": rates.STAGE[one.stage],
        "total": one.total_investment,
        "plan": one.plan,
        "done": one.done,
        "rate": rates.rate(one),
        "gap": (rates.rate(one) if due else None, rates.pace(one.month)),  # subtracted as each is printed
        "asked": bool(one.plan) and code in ("behind", "slow", "on_pace"),
        "over": code == "completed",
    }


def totals_of(found: Iterable[Then], month: str) -> dict[str, Any]:
    """The sums over what is listed: a rate is a sum over a sum, of those with a plan; works of all."""
    found = list(found)
    counted = [one for one in found if one.counted]
    plan = sum(one.plan or 0 for one in counted)
    of_planned = sum(one.done or 0 for one in counted if one.plan)
    rate = text.percent(of_planned, plan)
    return {
        "name": [
            f"{len(found):,}",
            *([f"{len(counted):,}"] if len(counted) < len(found) else []),
            *([f"{ones:,}"] if (ones := as_one(counted)) != len(counted) else []),
            *([text.wan(beside)] if (beside := sum(one.done or 0 for one in counted if not one.plan)) else []),
        ],
        "total": sum(one.total_investment or 0 for one in counted),
        "plan": plan,
        "done": sum(one.done or 0 for one in counted),
        "rate": rate,
        "gap": (rate, rates.pace(month)),
    }


def as_page(row: Mapping[str, Any]) -> dict[str, str]:
    """How a row's figures are written on a page."""
    said = {key: value for key, value in row.items() if key in ("light", "name", "unit", "stage")}
    nothing = "未报" if row.get("asked") else text.NONE if row.get("over") else "0"
    done = nothing if row["done"] is None else text.wan(row["done"])
    numbers = {"total": text.wan(row["total"]), "plan": text.wan(row["plan"]), "done": done}
    rate = text.NONE if row["rate"] is None else text.number(row["rate"], 1)
    return {**said, **numbers, "rate": rate, "gap": text.points(text.between(row["gap"][0], row["gap"][1], 1))}


def as_file(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says: amounts in 万元 exactly, rates with four decimals."""
    said = {key: value for key, value in row.items() if key in ("light", "name", "unit", "stage")}
    for key in ("total", "plan", "done"):
        said[key] = None if row[key] is None else Fraction(row[key], 10_000)
    said["rate"] = None if row["rate"] is None else text.half_up(row["rate"], 4)
    rate, pace = row["gap"]
    return said | {"gap": text.between(rate, pace, 4)}


# reading ------------------------------------------------------------------------------------------------------------


def shown_of(cells: Sequence[Node], heads: Sequence[str]) -> dict[str, str]:
    found = {HEADS[head]: cell for head, cell in zip(heads, cells, strict=True) if head in HEADS}
    said = {key: cell.text() for key, cell in found.items()}
    if (link := found["name"].one("a", "name")) is not None:
        said["name"] = link.text()
    return said


def pk_of(cell: Node) -> int:
    link = cell.one("a", "name")
    number = re.search(r"/(\d+)/", link.attrs["href"]) if link else None
    if number is None:
        raise Missing(f"a row without a link to its project: {cell.text()}")
    return int(number[1])


def _numbers(said: str) -> list[str]:
    """What the total row says of itself: how many projects, how many in the sums where these are fewer, and the works
    without a plan in 万元 where there are any."""
    return re.findall(r"\d[\d,]*(?:\.\d)?", said.replace("10k", ""))


def _value(shown: Any) -> Any:
    """A cell of a file as a number, if it is one."""
    if shown in (None, ""):
        return None
    if isinstance(shown, int | float):
        return Fraction(str(shown))
    try:
        return Fraction(str(shown))
    except ValueError:
        return shown


# comparing ----------------------------------------------------------------------------------------------------------


def compare(tally: Tally, browser: Browser, asked: Asked, query: str = "", *, place: str, files: bool = False) -> None:
    """All pages of the list that *query* asks for, and its files."""
    address = f"/projects/?period={asked.month}{query and '&' + query}"
    page = tally.at(place, asked.month, address)
    found = asked.found(parse_qs(query))
    if found is None:
        raise Missing(f"not recounted: {query}")
    tree = browser.page(address)
    _tabs(page, tree, asked)
    table = tree.one("table", "t-wide")
    page.same("rows", "table", table is not None, bool(found))
    if table is None or not found:
        return
    wanted = {one.id: row_of(one, asked) for one in found}
    total = totals_of(found, asked.month)
    listed = _pages(page, browser, tree, address, wanted, total)
    page.same("rows", "projects", sorted(listed), sorted(wanted))
    if files:
        for kind in ("csv", "xlsx"):
            _file(tally.at(f"{place} {kind}", asked.month, address), browser, tree, kind, listed, wanted, total)


def _pages(
    page: Page, browser: Browser, tree: Node, address: str, wanted: Mapping[int, Any], total: Mapping[str, Any]
) -> list[int]:
    listed: list[int] = []
    number = 1
    while True:
        table = tree.one("table", "t-wide")
        heads, lines = rows(table) if table else ([], [])
        for cells in lines:
            head = cells[heads.index("项目")]
            shown = shown_of(cells, heads)
            if head.one("a", "name") is None:
                only = {key: shown[key] for key in total} | {"name": _numbers(shown["name"])}
                page.all_same("totals", only, {key: as_page({"light": "", **total})[key] for key in total})
                continue
            pk = pk_of(head)
            listed.append(pk)
            if pk in wanted:
                page.all_same(f"{pk} {shown['name']}", shown, as_page(wanted[pk]))
        if tree.one("a", rel="next") is None:
            return listed
        number += 1
        tree = browser.page(f"{address}&page={number}")


def _tabs(page: Page, tree: Node, asked: Asked) -> None:
    views = tree.one("nav", "views")
    for tab in views.all("a") if views else []:
        count = tab.one("span", "n")
        query = parse_qs(urlsplit(tab.attrs["href"]).query)
        found = asked.found(query) if count is not None else None
        if count is not None and found is not None:
            ones = as_one(found)
            wanted = f"{len(found):,}" if ones == len(found) else f"{len(found):,} / {ones:,}"
            page.same("tab", tab.text(), count.text(), wanted)


def _file(
    page: Page,
    browser: Browser,
    tree: Node,
    kind: str,
    listed: Sequence[int],
    wanted: Mapping[int, Any],
    total: Mapping[str, Any],
) -> None:
    link = next(node for node in tree.all("a") if f"/export.{kind}" in node.attrs.get("href", ""))
    data = browser.file(link.attrs["href"])
    lines = comma(data) if kind == "csv" else sheet(data)
    at_head = next(n for n, line in enumerate(lines) if "亮灯" in line)
    heads = [str(head).partition("（")[0] for head in lines[at_head]]
    body = [line for line in lines[at_head + 1 :] if any(cell not in (None, "") for cell in line)]
    first, *others = body
    sums = _cells(first, heads, total)
    sums["name"] = _numbers(str(sums["name"]))
    page.all_same("totals", sums, {key: as_file(total)[key] for key in total})
    page.same("rows", "how many", len(others), len(listed))
    for pk, line in zip(listed, others, strict=False):
        if pk in wanted:
            row = as_file(wanted[pk])
            page.all_same(f"{pk} {row['name']}", _cells(line, heads, row), row)


def _cells(line: Sequence[Any], heads: Sequence[str], wanted: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for head, cell in zip(heads, line, strict=False):
        if head in HEADS and HEADS[head] in wanted:
            key = HEADS[head]
            found[key] = (cell or "") if key in ("light", "name", "unit", "stage") else _value(cell)
    return found
