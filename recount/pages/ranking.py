"""The ranking of a month: each unit and column, as counted now or as published; what stands behind each figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from recount.facts import rates, text
from recount.facts.rates import Sum
from recount.facts.standings import Line, Standing, ranking_rules
from recount.facts.tables import Facts
from recount.facts.then import Then
from recount.pages.browser import Browser, Missing, sheet
from recount.pages.html import Node, rows
from recount.pages.tally import Page, Tally

LABELS = {
    "investment_rate": "投资完成率", "start_rate": "开工率", "entry_rate": "入统率", "completion_rate": "竣工率",
    "approval_rate": "手续办结率",
}  # fmt: skip
MOVED = re.compile(r"[↑↓]")


def compare(
    tally: Tally, browser: Browser, facts: Facts, found: Standing, *, place: str, live: bool, drawers: int = 1000,
    more: str = "",
) -> None:  # fmt: skip
    """All groups of the ranking of a month against *found*, with their workbooks and drawers."""
    for group, lines in found.groups.items():
        address = f"/dispatch/rankings/{found.month}/?group={group}{'&live=1' if live else ''}{more}"
        page = tally.at(place, found.month, address)
        tree = browser.page(address)
        _board(page, tree, found, lines, ranking_rules(facts)["decimals"])
        _workbook(tally.at(f"{place} xlsx", found.month, address), browser, found, lines, facts)
        _drawers(tally, browser, facts, found, group, lines[:drawers], place=place, live=live)


def idle(line: Line) -> bool:
    return not line.sum.anything


def _board(page: Page, tree: Node, found: Standing, lines: Sequence[Line], places: int) -> None:
    busy = [line for line in lines if not idle(line) and (line.sum.projects or _tasks(line, found.keys))]
    table = tree.one("table", "rank")
    shown = rows(table)[1] if table else []
    page.same("rows", "units", [_name(cells) for cells in shown], [line.name for line in busy])
    for cells, line in _pairs(shown, busy, _name):
        rank, name, *figures = cells
        page.same("rank", line.name, (node := rank.one("span", "rk")) and node.text(), _rank(line.rank))
        page.same("movement", line.name, _moved(rank), line.movement)
        page.same("projects", line.name, _caption(name), _plan(line))
        for key, cell in zip(found.keys, figures, strict=True):
            page.same(key, line.name, _figure(cell), _said(line.sum, key, found.month, places))
    quiet = next((node for node in tree.all("p", "cap") if node.text().startswith("无任务：")), None)
    named = quiet.text().removeprefix("无任务：").split("、") if quiet else []
    page.same("rows", "units without a task", named, [line.name for line in lines if line not in busy])


def _pairs(shown: Sequence[Any], lines: Sequence[Line], name: Callable[[Any], Any]) -> Iterator[tuple[Any, Line]]:
    """Each line with the row of the same name; that the order is the same has been compared by then."""
    by_name = {name(cells): cells for cells in shown}
    return ((by_name[line.name], line) for line in lines if line.name in by_name)


def _tasks(line: Line, keys: Sequence[str]) -> bool:
    return any(line.sum.of(key)[1] for key in keys)


def _name(cells: Sequence[Node]) -> str:
    bold = cells[1].one("b")
    return bold.text() if bold else ""


def _rank(rank: int | None) -> str:
    return text.NONE if rank is None else str(rank)


def _moved(cell: Node) -> int | None:
    """The ranks gained by the arrow beside the rank."""
    mark = cell.one("span", "mv")
    if mark is None:
        return None
    if "flat" in mark.classes:
        return 0
    return int(MOVED.sub("", mark.text())) * (1 if "up" in mark.classes else -1)


def _caption(cell: Node) -> str:
    caption = cell.one("span", "cap")
    return caption.text() if caption else ""


def _plan(line: Line) -> str:
    ones = "" if line.sum.as_one == line.sum.projects else f"（打包项目按一个计为 {line.sum.as_one} 个）"
    return f"{line.sum.projects} 项，年计划 {text.yi(line.sum.of('investment_rate')[1])}{ones}"


def _figure(cell: Node) -> tuple[str, str]:
    link, caption = cell.one("a", "open"), cell.one("span", "cap")
    return (link.text() if link else "", caption.text() if caption else "")


def _said(found: Sum, key: str, month: str, places: int) -> tuple[str, str]:
    done, due = found.of(key)
    value = text.percent(done, due)
    if value is None:
        return "", "无任务"
    beside = (
        text.points(text.between(value, rates.pace(month), places), places)
        if key == "investment_rate"
        else f"{done}/{due}"
    )
    return text.number(value, places), beside


# the workbook -------------------------------------------------------------------------------------------------------


def _workbook(page: Page, browser: Browser, found: Standing, lines: Sequence[Line], facts: Facts) -> None:
    address = page.address.replace("/?", "/export/?")
    body = _body(sheet(browser.file(address)), "名次")
    places = ranking_rules(facts)["decimals"]
    for cells, line in _pairs(body, lines, lambda cells: str(cells[1])):
        wanted: list[Any] = [line.rank, line.name, line.sum.projects]
        names = ["rank", "name", "projects"]
        if any(one.sum.as_one != one.sum.projects for one in lines):
            wanted.append(line.sum.as_one)
            names.append("as one")
        for key in found.keys:
            done, due = line.sum.of(key)
            value = text.percent(done, due)
            money = 10_000 if key == "investment_rate" else 1
            wanted += [
                Fraction(done, money),
                Fraction(due, money),
                None if value is None else text.half_up(value, places),
            ]
            names += [f"{key} done", f"{key} due", key]
            if key == "investment_rate":
                wanted.append(text.between(value, rates.pace(found.month), places))
                names.append(f"{key} gap")
        for name, cell, value in zip(names, cells, wanted, strict=False):
            page.same(name, line.name, _plain(cell), value)
    page.same("rows", "units", [str(cells[1]) for cells in body], [line.name for line in lines])


def _body(lines: Sequence[Sequence[Any]], head: str) -> list[Sequence[Any]]:
    """The rows between the heads and the notes of a workbook."""
    begin = next((n for n, line in enumerate(lines) if line and line[0] == head), None)
    if begin is None:
        raise Missing(f"no sheet with a column “{head}”")
    found = []
    for line in lines[begin + 1 :]:
        if line[0] == "合计" or all(cell is None for cell in line[1:]):
            break
        found.append(line)
    return found


def _plain(cell: Any) -> Any:
    return Fraction(str(cell)) if isinstance(cell, int | float) else cell


# the drawers --------------------------------------------------------------------------------------------------------


def _drawers(
    tally: Tally, browser: Browser, facts: Facts, found: Standing, group: str, lines: Sequence[Line], *,
    place: str, live: bool,
) -> None:  # fmt: skip
    for line in lines:
        for key in found.keys:
            if not line.sum.of(key)[1]:
                continue
            query = f"group={group}&unit={line.unit}&figure={key}&all=1{'&live=1' if live else ''}"
            address = f"/dispatch/rankings/{found.month}/?{query}"
            page = tally.at(f"{place} drawer", found.month, address)
            drawer = browser.page(address).one("aside", "drawer")
            if drawer is None:
                raise Missing(f"no drawer at {address}")
            _drawer(page, drawer, facts, found, line, key)


def _drawer(page: Page, drawer: Node, facts: Facts, found: Standing, line: Line, key: str) -> None:
    places = ranking_rules(facts)["decimals"]
    done, due = line.sum.of(key)
    value = text.percent(done, due)
    head, quotient = drawer.one("h2"), drawer.one("p", "num")
    page.same("heading", line.name, head and head.text(), f"{line.name}·{LABELS[key]} {text.number(value, places)}%")
    said = f"{done} ÷ {due}" if key != "investment_rate" else f"{text.wan(done)} ÷ {text.wan(due)} 万元"
    page.same("quotient", line.name, quotient and quotient.text(), f"{said} = {text.number(value, 4)}%")
    wanted = _behind(found, line.unit, key)
    shown = drawer.all("div", "sum-line")
    links = [(node, link) for node in shown if (link := node.one("a", "name")) is not None]
    page.same("projects", line.name, sorted(_pk(link) for _node, link in links), sorted(wanted))
    for node, link in links:
        one = wanted.get(_pk(link))
        if one is not None:
            amounts = node.one("span", "num")
            part, whole = rates.adds(one, key)
            told = f"{part}/{whole}" if key != "investment_rate" else f"{text.wan(part)} / {text.wan(whole)}"
            page.same("project", one.project.name, amounts and amounts.text(), told)
            page.same("light", one.project.name, _light(node), _word(one, key, facts))


def _behind(found: Standing, unit: int, key: str) -> dict[int, Then]:
    return {
        one.id: one
        for one in found.rows
        if one.counted and found.homes.get(one.lead_unit, one.lead_unit) == unit and any(rates.adds(one, key))
    }


def _pk(link: Node) -> int:
    number = re.search(r"/(\d+)/", link.attrs["href"])
    return int(number[1]) if number else 0


def _light(node: Node) -> tuple[str, str]:
    found = node.one("span", "light")
    if found is None:
        return "", ""
    return next((name for name in ("red", "amber", "green", "grey") if name in found.classes), ""), found.text()


WORDS = {
    "start_rate": ("已开工", "未开工"), "entry_rate": ("已入统", "未入统"), "completion_rate": ("已竣工", "未竣工"),
}  # fmt: skip


def _word(one: Then, key: str, facts: Facts) -> tuple[str, str]:
    if key == "investment_rate":
        code = rates.light(one, facts.profile["lights"])
        return rates.COLOUR[code], rates.WORD[code]
    part, whole = rates.adds(one, key)
    done, missing = WORDS.get(key, ("已办齐", "未办齐"))
    return ("green", done) if part >= whole else ("red", missing)


# by sponsoring leader -----------------------------------------------------------------------------------------------


def compare_leaders(tally: Tally, browser: Browser, facts: Facts, found: Standing, *, place: str) -> None:
    """The figures of those who sponsor projects, who are shown and not ranked."""
    address = f"/dispatch/rankings/{found.month}/?group=leaders"
    page = tally.at(place, found.month, address)
    by_post: dict[int, list[Then]] = {}
    for one in found.rows:
        for post in one.project.sponsors:
            by_post.setdefault(post, []).append(one)
    posts = [facts.posts[pk] for pk in by_post if pk in facts.posts and facts.posts[pk]["active"]]
    posts.sort(key=lambda post: (post["unit_position"], post["position"], post["id"]))
    places = ranking_rules(facts)["decimals"]
    table = browser.page(address).one("table", "rank")
    shown = rows(table)[1] if table else []
    lines = [Line(post["id"], post["title"], rates.sum_of(by_post[post["id"]], found.keys)) for post in posts]
    busy = [line for line in lines if line.sum.anything]
    page.same(
        "rows", "leaders", [(bold := cells[0].one("b")) and bold.text() for cells in shown], [x.name for x in busy]
    )
    for cells, line in _pairs(shown, busy, lambda cells: (bold := cells[0].one("b")) and bold.text()):
        page.same("projects", line.name, _caption(cells[0]), _plan(line))
        for key, cell in zip(found.keys, cells[1:], strict=True):
            page.same(key, line.name, _figure(cell), _said(line.sum, key, found.month, places))
