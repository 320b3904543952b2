"""The first page of the office, of a leader, of an officer: the year's rate, lights and their changes, what is red."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from fractions import Fraction
from urllib.parse import parse_qs, urlsplit

from recount.facts import rates, text, units
from recount.facts.standings import Standing
from recount.facts.tables import Facts
from recount.facts.then import Then, as_one, before
from recount.pages.browser import Browser, Missing
from recount.pages.html import Node
from recount.pages.listing import Asked
from recount.pages.tally import Page, Tally

FIRST = 12  # red projects that a leader sees at once


def compare_county(tally: Tally, browser: Browser, facts: Facts, asked: Asked, found: Standing, *, place: str) -> None:
    """What office and leaders see of the county: rate, gap, lights and their changes, units in their order."""
    page = tally.at(place, asked.month, "/")
    tree = browser.page("/")
    aside = tree.one("div", "cols")
    panel = aside.one("aside") if aside else None
    if panel is None:
        raise Missing("no panel of the county on the home page")
    _investment(page, panel, asked.rows, asked.month)
    past = before(asked.month)
    _lights(page, panel, asked, asked.rows, Asked(facts, past) if past else None, changes=True)
    _units(page, panel, found)


def compare_leader(tally: Tally, browser: Browser, asked: Asked, mine: Collection[int], *, place: str) -> None:
    """The red projects that a leader answers for: how many, which first, with their works and plans."""
    page = tally.at(place, asked.month, "/")
    tree = browser.page("/")
    own = [one for one in asked.rows if one.id in mine and one.there]
    red = [one for one in own if asked.lights[one.id] in ("behind", "start_overdue")]
    red.sort(
        key=lambda one: (
            one.plan is None,
            -(one.plan or 0),
            one.project.number is None,
            one.project.number or 0,
            one.id,
        )
    )
    title = tree.one("h1")
    numbers = [int(number) for number in re.findall(r"\d+", title.text() if title else "")]
    page.same("title", "projects, red", numbers, [len(own), len(red)] if red else [len(own)] if own else [])
    own_list = next((node for node in tree.all("section") if _leads_to_own(node)), None)
    items = own_list.one("ul", "exc") if own_list else None
    lines = items.all("li") if items else []
    shown = [_pk(line) for line in lines]
    page.same("red", "projects", shown, [one.id for one in red[:FIRST]])
    by_pk = {one.id: one for one in red}
    for line, pk in zip(lines, shown, strict=True):
        one = by_pk.get(pk)
        amounts = line.one("span", "r", "num")
        if one is not None and amounts is not None:
            plan = text.wan(one.plan) if one.plan is not None else text.NONE
            ruler = "" if one.plan else f" {text.NONE}"
            page.same("amounts", one.project.name, amounts.text(), f"{text.wan(one.done or 0)} / {plan} 万元{ruler}")
            light = line.one("span", "light")
            page.same("light", one.project.name, light and light.text(), rates.WORD[asked.lights[pk]])


def answers_for(facts: Facts, posts: set[int], on: date) -> set[int]:
    """The projects that *posts* sponsor, and those of their portfolios on the day *on*: by the lead unit, else by the
    sector where no portfolio names the unit."""
    places = units.places(facts.units, date.max)
    holding = [
        row
        for row in facts.portfolios
        if (row["since"] is None or row["since"] <= on) and (row["until"] is None or row["until"] >= on)
        and (post := facts.posts.get(row["post"])) is not None and post["active"] and post["role"] == "leader"
    ]  # fmt: skip
    named = {pk for row in holding for root in row["units"] for pk in units.within(places, root)}
    found = {one.id for one in facts.projects.values() if posts & set(one.sponsors)}
    for row in holding:
        if row["post"] in posts:
            own = {pk for root in row["units"] for pk in units.within(places, root)}
            for one in facts.projects.values():
                lead = one.now["lead_unit"]
                if lead in own or (one.now["sector"] in row["sectors"] and lead not in named):
                    found.add(one.id)
    return found


def compare_officer(tally: Tally, browser: Browser, asked: Asked, own_units: set[int], *, place: str) -> None:
    """What an officer sees of the own unit's projects."""
    page = tally.at(place, asked.month, "/")
    tree = browser.page("/")
    own = [one for one in asked.rows if one.lead_unit in own_units and one.there]
    panel = tree.one("section", "panel")
    if panel is None:
        page.same("projects", "panel", False, bool(own))
        return
    heading = panel.one("h3")
    shown = [int(n) for n in re.findall(r"\d+", heading.text() if heading else "")]
    page.same("projects", "how many", shown, list(dict.fromkeys([len(own), as_one(own)])))
    if own:
        _investment(page, panel, own, asked.month)
        _lights(page, panel, asked, own, None, changes=False)


def _leads_to_own(section: Node) -> bool:
    """Whether *section* is that of the person's own red projects: its head leads to the list of all own ones."""
    head = section.one("div", "sec-h")
    links = [link.attrs.get("href", "") for link in head.all("a")] if head else []
    return any("sponsor=mine" in link or "answers=mine" in link for link in links)


def _pk(line: Node) -> int:
    link = line.one("a", "name")
    number = re.search(r"/(\d+)/", link.attrs["href"]) if link else None
    return int(number[1]) if number else 0


def _investment(page: Page, panel: Node, rows: Iterable[Then], month: str) -> None:
    found = rates.sum_of(rows, ["investment_rate"])
    done, plan = found.of("investment_rate")
    big = panel.one("a", "fig")
    rate = text.percent(done, plan)
    if rate is None:
        page.same("rate", "panel", big is not None, False)
        return
    value = big.one("span", "v") if big else None
    page.same("rate", "panel", value and value.text(), f"{text.number(rate, 1)}%")
    beside = panel.one("div", "row-x")
    caption = beside.one("span", "cap") if beside else None
    said = f"年计划 {text.yi(plan)} 已完成 {text.yi(found.works)}"
    page.same("amounts", "panel", caption and caption.text(), said)
    gap = text.between(rate, rates.pace(month), 1) or Fraction(0)
    line = next((node.text() for node in panel.all("p", "cap") if "序时" in node.text()), "")
    word = "低于" if gap < 0 else "超"
    page.same("gap", "panel", line.replace(" ", ""), f"{word}序时{text.number(abs(gap), 1)}个百分点")


def _lights(page: Page, panel: Node, asked: Asked, rows: Sequence[Then], past: Asked | None, *, changes: bool) -> None:
    lists = [node for node in panel.all("dl", "facts") if node.one("span", "light")]
    shown = {}
    for cell in lists[0].all("dd") if lists else []:
        link = cell.one("a", "open")
        if link is None:
            raise Missing("a count of lights that leads nowhere")
        key = parse_qs(urlsplit(link.attrs["href"]).query)["light"][0]
        change = cell.one("span", "dl")
        shown[key] = (link.text(), change.text() if change else "")
    here = [one for one in rows if one.there]
    for key, codes in rates.GROUPS.items():
        count = sum(asked.lights[one.id] in codes for one in here)
        earlier = None
        if past is not None:
            earlier = sum(past.lights[one.id] in codes and one.there for one in past.rows)
        if not (count or earlier) and key not in shown:
            continue
        told = (
            ""
            if earlier is None or not changes
            else "持平"
            if count == earlier
            else text.points(Fraction(count - earlier), 0)
        )
        page.same("lights", key, shown.get(key, ("", "")), (str(count), told))


def _units(page: Page, panel: Node, found: Standing) -> None:
    shown = {}
    for cell in panel.all("a", "open", "num", "wn"):
        unit = int(parse_qs(urlsplit(cell.attrs["href"]).query)["unit"][0])
        shown[unit] = cell.text()
    lines = [line for group in found.groups.values() for line in group]
    for line in lines:
        value = text.percent(*line.sum.of(found.order_by))
        if value is not None or line.unit in shown:
            page.same("unit", line.name, shown.get(line.unit), text.number(value, 1))
