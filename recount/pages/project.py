"""The page of a project: its light with the figures beside it, plans, the four measures, the year by month."""

from __future__ import annotations

import re

from recount.facts import rates, text
from recount.facts.then import Then
from recount.pages.browser import Browser
from recount.pages.html import Node, rows
from recount.pages.listing import Asked
from recount.pages.tally import Page, Tally

MEASURES = {"工程完成": "done", "统计投资": "statistics_ytd", "到位资金": "funds_ytd", "支付资金": "paid_ytd"}


def compare(tally: Tally, browser: Browser, asked: Asked, one: Then, *, place: str) -> None:
    """The figures of *one* on its own page."""
    address = f"/projects/{one.id}/"
    page = tally.at(place, asked.month, address)
    tree = browser.page(address)
    _light(page, tree, asked, one)
    plans = tree.one("section", id="plan")
    table = plans.one("table") if plans else None
    told = {cells[0].text(): cells[1].text() for cells in rows(table)[1]} if table else {}
    page.same("plans", one.project.name, told, {str(year): text.wan(it) for year, it in one.project.plans.items()})
    _measures(page, tree, one)
    _by_month(page, tree, one)


def _light(page: Page, tree: Node, asked: Asked, one: Then) -> None:
    line = next((node for node in tree.all("p", "cap") if node.one("span", "light")), None)
    shown = line.one("span", "light") if line else None
    code = asked.lights[one.id]
    word = rates.STATE[one.state] if code == "stopped" else rates.WORD[code]
    page.same("light", one.project.name, shown and shown.text(), word)
    if line is not None and code in ("behind", "slow", "on_pace"):
        figures = [found[0] for node in line.all("span", "nw") if (found := re.findall(r"[\d,.]+", node.text()))]
        rate, gap = rates.rate(one), text.between(rates.rate(one), rates.pace(one.month), 1)
        points = text.number(abs(gap), 1) if gap is not None else ""
        wanted = [text.number(rate, 1), points] if one.done is not None else [points]  # nobody has reported: no rate
        page.same("rate, gap", one.project.name, figures[: len(wanted)], wanted)


def _measures(page: Page, tree: Node, one: Then) -> None:
    for facts in tree.all("dl", "facts"):
        heads = [node.text() for node in facts.all("dt")]
        if heads == list(MEASURES):
            for head, cell in zip(heads, facts.all("dd"), strict=True):
                amount = getattr(one, MEASURES[head])
                page.same("measures", f"{one.project.name} {head}", cell.text(), _said(amount))


def _said(amount: int | None) -> str:
    return "未填" if amount is None else text.wan(amount)


def _by_month(page: Page, tree: Node, one: Then) -> None:
    details = tree.one("details", "chart-alt")
    table = details.one("table") if details else None
    known = {
        f"{int(report.month[5:])}月": report.works_ytd
        for report in one.project.reports
        if report.month[:4] == one.month[:4] and report.month <= one.month
    }
    if table is None:
        page.same("by month", one.project.name, False, bool(known) or bool(one.plan))
        return
    heads, lines = rows(table)
    at = heads.index("完成累计")
    for cells in lines:
        month = cells[0].text()
        if month in known:
            page.same("by month", f"{one.project.name} {month}", cells[at].text(), text.wan(known[month]))
