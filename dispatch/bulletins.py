"""A bulletin from the frozen figures of a month: blocks of sentences and tables, and the document they make.

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

from core.figures import NONE, grouped, rounded, wan
from core.figures import points as signed_points
from core.indicators import gap, percent
from core.periods import Period
from dispatch.bulletin_rates import columns, quotients, sums
from dispatch.paper import document as paper
from dispatch.wording import Figure, Paragraph, Run, Value, changed, joined, render, text_of, unique

Block = dict[str, Any]
Figures = Mapping[str, Any]
#: `link("project", id=3)`: where a figure leads; an empty string if nowhere.
Link = Callable[..., str]

NUMERALS = "一二三四五六七八九十"
YI, WAN = "亿元", "万元"  # prose speaks 亿元, small sums 万元
UP, DOWN = "↑", "↓"


class NotDraftable(ValueError):
    """The profile has no wording for this kind of bulletin; the message is the kind."""


def build(figures: Figures, wording: Mapping[str, Any], *, county: str, link: Link) -> list[Block]:
    """The blocks of a bulletin in the order of its pages.

    Raises WordingError where the county's wording can't be rendered.
    """
    figures = _exact(figures)
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
                paragraphs.append(render(template, values))
        blocks.append(block | {"paragraphs": unique([runs for runs in paragraphs if text_of([runs]).strip()])})
        if section.get("table"):
            tables = [_ranking(group, figures, wording, whole, link) for group in _groups(figures)]
            blocks += [{**table, "note": ""} for table in tables[:-1]] + tables[-1:]  # the note once, under the last
    blocks += [_annex(annex, figures, wording, whole, link) for annex in _annexes(figures, wording)]
    return blocks


def title_lines(figures: Figures, wording: Mapping[str, Any], county: str) -> list[str]:
    """The title, broken where the county's wording breaks it."""
    values = _values(_exact(figures), wording, county, lambda name, **about: "")
    return text_of([render(wording["title"], values)]).split("\n")


def _exact(figures: Figures) -> Figures:
    """*figures* with the distances to the pace as exact fractions: what is displayed is rounded once."""
    period = Period.parse(figures["period"])

    def exact(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, "gap": gap(percent(row["done"] or 0, row["plan"] or 0), period), "pace": period.pace * 100}

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
    lists = {key: [exact(item) for item in items] for key, items in figures["lists"].items()}
    return {**figures, "groups": groups, "lists": lists}


# values -------------------------------------------------------------------------------------------------------------


def _values(figures: Figures, wording: Mapping[str, Any], county: str, link: Link) -> dict[str, Value]:
    """What a sentence about the whole county may say."""
    period = Period.parse(figures["period"])
    months, totals = figures["months"], figures["totals"]
    places = int(wording.get("decimals", 1))
    rate, ranking = percent(totals["done"], totals["plan"]), link("ranking", period=figures["period"])
    values: dict[str, Value] = {
        "county": county,
        "year": str(figures["year"]),
        "month": f"{months}月",
        "last_month": f"{months - 1 or 12}月",
        "span": f"1—{months}月" if months > 1 else "1月",
        "projects": _count("projects", totals["projects"], link("projects", period=figures["period"])),
        "total_investment": _amount(
            "total_investment", totals["total_investment"], link("projects", period=figures["period"])
        ),
        "plan": _amount("plan", totals["plan"], ranking),
        "done": _amount("done", totals["done"], ranking),
        "rate": _rate("rate", rate, places, ranking),
        "pace": _rate("pace", period.pace * 100, places, ranking),
        "gap": _points("gap", gap(rate, period), places, ranking),
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
    values |= _changes(figures, rate, period, places, ranking)
    values |= _lists(wording.get("lists", {}), _sources(figures, wording), places, link)
    return values


def _changes(figures: Figures, rate: Fraction | None, period: Period, places: int, href: str) -> dict[str, Figure]:
    """How the distance to the pace changed since last month: `lag_change` while behind, `lead_change` while ahead."""
    now, past = gap(rate, period), figures["previous"]
    before = None
    if past and period.last.month > 1:
        before = gap(percent(past["done"], past["plan"]), period.previous())
    found = {}
    for key, holds in (("lag_change", now is not None and now < 0), ("lead_change", now is not None and now >= 0)):
        change = now - before if holds and now is not None and before is not None else None
        found[key] = _points(key, change, places, href)
    return found


def _count(key: str, number: int | None, href: str = "") -> Figure:
    return Figure(key, grouped(number), number, href, sign=0 if not number else 1)


def _amount(key: str, yuan: int | None, href: str = "") -> Figure:
    """Money for a sentence: 77.8亿元, below one 亿 in 万元."""
    if yuan is None:
        return Figure(key, NONE, None, href)
    text = f"{grouped(Fraction(yuan, 10**8), 1)}{YI}" if abs(yuan) >= 10**8 else f"{wan(yuan)}{WAN}"
    return Figure(key, text, yuan, href, sign=(yuan > 0) - (yuan < 0))


def _rate(key: str, value: Fraction | None, places: int, href: str = "") -> Figure:
    if value is None:
        return Figure(key, NONE, None, href)
    return Figure(key, f"{grouped(value, places)}%", str(rounded(value, 4)), href)


def _points(key: str, value: Fraction | None, places: int, href: str = "") -> Figure:
    """A difference of rates without its sign: the wording says above or below. Nothing as displayed is zero."""
    if value is None:
        return Figure(key, NONE, None, href)
    shown = rounded(value, places)
    return Figure(key, grouped(abs(shown), places), str(rounded(value, 4)), href, sign=(shown > 0) - (shown < 0))


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
            **_lists(section.get("lists", {}), _group_sources(group, places), places, link),
        }


def _sign(points: Fraction | None, places: int) -> int:
    shown = rounded(points or 0, places)
    return (shown > 0) - (shown < 0)


def _group_sources(group: Mapping[str, Any], places: int) -> dict[str, list[Any]]:
    """Who may be named in a sentence about a group. In a small group nobody is both in front and far behind."""
    rows = group["rows"]
    ranked = [row for row in rows if row["rank"] is not None]
    half = (len(ranked) + 1) // 2
    behind = [row for row in ranked[half:] if _sign(row["gap"], places) < 0]
    moved = [row for row in rows if row["movement"]]
    return {
        "rows": ranked[:half],
        "low": sorted(behind, key=lambda row: row["gap"]),
        "up": sorted((row for row in moved if row["movement"] > 0), key=lambda row: -row["movement"]),
        "down": sorted((row for row in moved if row["movement"] < 0), key=lambda row: row["movement"]),
    }


def _sources(figures: Figures, wording: Mapping[str, Any]) -> dict[str, list[Any]]:
    big = int(wording.get("big", 500_000_000))
    large = [item for item in figures["lists"]["behind"] if (item["plan"] or 0) >= big]
    return {**figures["lists"], "big": sorted(large, key=lambda item: -item["plan"])}


def _lists(specs: Mapping[str, Any], sources: Mapping[str, list[Any]], places: int, link: Link) -> dict[str, Value]:
    """Names in a row, such as 大川镇（56.3%）、五堰街办（44.9%）, as the wording's `lists` say."""
    found: dict[str, Value] = {}
    for name, spec in specs.items():
        runs: Paragraph = []
        items = sources.get(spec["from"], [])[: int(spec.get("take", 3))]
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
    rate = percent(item["done"] or 0, item["plan"] or 0)
    return {
        "name": Figure(f"name.{about}", item["name"], item["name"], href),
        "rank": _count(f"rank.{about}", item.get("rank"), href),
        "rate": _rate(f"rate.{about}", rate, places, href),
        "gap": _points(f"gap.{about}", item["gap"], places, href),
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
    rows = [_sum(group["rows"], spec.get("total", "")), *group["rows"]]
    title = text_of([render(spec["title"], {**whole, "label": group["label"]})])
    shown = {**spec, "columns": columns(spec["columns"], figures)}
    table = _table(rows, shown, int(wording.get("decimals", 1)), link)
    return {"key": f"ranking.{group['key']}", "kind": "table", "title": title, **table, "strong": [0]}


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    total: dict[str, Any] = {"rank": None, "unit_id": None, "name": name, "movement": None, "gap": None, "sum": True}
    for key in ("projects", "plan", "done"):
        total[key] = sum(row[key] or 0 for row in rows)
    total |= sums(rows)
    pace = next((row["pace"] for row in rows if row.get("pace")), None)
    rate = percent(total["done"], total["plan"])
    if pace is not None and rate is not None:
        total["gap"] = rate - pace
    return total


def _annexes(figures: Figures, wording: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [annex for annex in wording.get("annex", []) if figures["lists"].get(annex["list"])]


def _annex(
    spec: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Mapping[str, Value], link: Link
) -> Block:
    rows = [{**item, "number": at} for at, item in enumerate(figures["lists"][spec["list"]], start=1)]
    table = _table(rows, spec, int(wording.get("decimals", 1)), link)
    title = text_of([render(spec["title"], whole)])
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
            exact = None if value is None else Decimal(value) / 10_000
            return {"text": wan(value), **_number(exact, "#,##0.####" if value and value % 10_000 else "#,##0")}
        case "rate":
            return _rate_cell(percent(row["done"] or 0, row["plan"] or 0), places)
        case "gap":
            text = NONE if value is None else signed_points(value, places)
            shown = None if value is None else rounded(value, places)
            return {"text": text, **_number(shown, f"+0.{'0' * places};-0.{'0' * places};0.{'0' * places}")}
        case "movement":
            return {"text": f"{UP if value > 0 else DOWN}{abs(value)}" if value else NONE}
        case _ if key in (parts := quotients(row)):
            return _rate_cell(percent(*parts[key]), places)
    return {"text": str(value or "")}


def _rate_cell(value: Fraction | None, places: int) -> dict[str, Any]:
    shown = None if value is None else rounded(value, places)
    return {"text": grouped(value, places), **_number(shown, f"0.{'0' * places}" if places else "0")}


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


# the document -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """What frames the blocks: head, address, signature."""

    masthead: str
    number: str
    title_lines: tuple[str, ...]
    addressee: str = ""
    signature: str = ""
    date: str = ""
    copies: str = ""


def letter_of(
    wording: Mapping[str, Any],
    *,
    masthead: str,
    office: str,
    word: str,
    title: Sequence[str],
    year: int,
    number: int | None,
    on: date | None,
) -> Letter:
    """The frame in the county's words; a draft has neither number nor date, but the room for them."""
    values: dict[str, Value] = {"year": str(year), "word": word, "number": str(number) if number else "\u3000"}
    day = "" if on is None else str(wording["date"]).format(year=on.year, month=on.month, day=on.day)
    return Letter(
        masthead=masthead,
        number=text_of([render(wording["number"], values)]),
        title_lines=tuple(title),
        addressee=wording.get("addressee", ""),
        signature=office,
        date=day,
        copies=wording.get("copies", ""),
    )


def document_of(blocks: Sequence[Block], letter: Letter, *, site: str = "") -> paper.Document:
    """The document that *blocks* make. Figures link to *site* where it is given."""
    parts: list[paper.Block] = []
    annexes = [block for block in blocks if block["kind"] == "annex"]
    number = 0
    for block in blocks:
        if block["kind"] == "table":
            parts.append(_paper_table(block, block["title"], site))
        elif block["kind"] in ("text", "written") and block["paragraphs"]:
            parts.append(paper.Heading(1, f"{numeral(number)}{block['heading']}"))
            number += 1
            for runs in block["paragraphs"]:
                parts.append(paper.Paragraph(tuple(_paper_run(run, site) for run in runs)))
    return paper.Document(
        masthead=letter.masthead,
        number=letter.number,
        title="".join(letter.title_lines),
        title_lines=letter.title_lines,
        addressee=letter.addressee,
        blocks=tuple(parts),
        attachments=tuple(block["title"] for block in annexes),
        signature=letter.signature,
        date=letter.date,
        annexes=tuple(
            paper.Annex(
                f"附件{at}" if len(annexes) > 1 else "附件",
                block["title"],
                (_paper_table(block, "", site),),
                block["wide"],
            )
            for at, block in enumerate(annexes, start=1)
        ),
        imprint=paper.Imprint(letter.copies, letter.signature, letter.date),
    )


def numeral(number: int) -> str:
    """What stands before the heading number *number*, counted from 0: 一、 to 九十九、."""
    tens, ones = divmod(number + 1, 10)
    head = "" if not tens else "十" if tens == 1 else NUMERALS[tens - 1] + "十"
    return f"{head}{NUMERALS[ones - 1] if ones else ''}、"


def _paper_run(run: Run, site: str) -> paper.Run:
    return paper.Run(run["text"], href=site + run["href"] if site and run.get("href") else "")


def _paper_table(block: Block, title: str, site: str) -> paper.Table:
    return paper.Table(
        title=title,
        unit=block["unit"],
        note=block["note"],
        key=block["key"],
        columns=tuple(paper.Column(one["label"], one["share"], one["align"]) for one in block["columns"]),
        rows=tuple(tuple(_paper_cell(cell, site) for cell in row) for row in block["rows"]),
        strong=frozenset(block.get("strong", ())),
    )


def _paper_cell(cell: Mapping[str, Any], site: str) -> paper.Cell:
    value = Decimal(cell["value"]) if "value" in cell else None
    href = site + cell["href"] if site and cell.get("href") else ""
    return paper.Cell(cell["text"], value, cell.get("format", ""), href)
