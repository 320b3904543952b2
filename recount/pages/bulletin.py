"""A bulletin on its page and in its four files: every figure in its sentences and every cell of its tables."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import docx
import openpyxl
import pdfplumber

from recount.facts import rates, text
from recount.facts.published import Copy, gap_of
from recount.facts.standings import Line
from recount.facts.then import Then
from recount.pages import classes
from recount.pages.browser import Browser
from recount.pages.html import Node
from recount.pages.tally import Page, Tally

UNKNOWN = "未记录"
NUMERALS = "一二三四五六七八九十"
TABLES = ("table", "annex")
SPACE = re.compile(r"\s+")
Cells = list[list[Any]]


def compare(
    tally: Tally, browser: Browser, copy: Copy, bulletin: int, names: Mapping[int, str], *, place: str,
    papers: Callable[[int, str], bytes], pdf: bool = False,
) -> None:  # fmt: skip
    """Page, JSON, and the papers that *papers* makes of *bulletin*, the PDF if *pdf*, against what was recounted."""
    address = f"/dispatch/bulletins/{bulletin}/"
    said = json.loads(browser.file(f"{address}files/json/"))
    page = tally.at(f"{place} JSON", copy.month, f"{address}files/json/")
    _figures(page, said["figures"], copy, names)
    sections = _runs(page, said["blocks"], copy, names)
    tables = _tables(said["blocks"], copy, names)
    _cells(page, [[[cell["text"] for cell in row] for row in one["rows"]] for one in _of(said["blocks"])], tables)
    _html(tally.at(f"{place} page", copy.month, address), browser.page(address), sections)
    tables = _printed(tables, said["blocks"])
    _word(
        tally.at(f"{place} Word", copy.month, f"{address}files/docx/"),
        papers(bulletin, "docx"),
        sections,
        tables,
    )
    _excel(tally.at(f"{place} Excel", copy.month, f"{address}files/xlsx/"), papers(bulletin, "xlsx"), tables)
    if pdf:
        _pdf(tally.at(f"{place} PDF", copy.month, f"{address}files/pdf/"), papers(bulletin, "pdf"), sections, tables)


def _of(blocks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The tables of the paper; a chart is drawn, and its figures are those of its own rows."""
    return [block for block in blocks if block["kind"] in TABLES and "chart" not in block]


# the figures that are kept ------------------------------------------------------------------------------------------


def _figures(page: Page, kept: Mapping[str, Any], copy: Copy, names: Mapping[int, str]) -> None:
    found, month = copy.standing, copy.month
    (done, plan), start, entry = (found.total.of(key) for key in ("investment_rate", "start_rate", "entry_rate"))
    rate = text.percent(done, plan)
    wanted = {
        "projects": found.total.projects, "total_investment": found.total.total_investment, "plan": plan,
        "done": found.total.works, "rate": _eight(rate),
        "gap": _eight(None if rate is None else rate - rates.pace(month)),
        "started": start[0], "due_to_start": start[1], "start_rate": _eight(text.percent(*start)),
        "entered": entry[0], "due_to_enter": entry[1], "entry_rate": _eight(text.percent(*entry)),
    }  # fmt: skip
    page.all_same("totals", {key: kept["totals"].get(key) for key in wanted}, wanted)
    for key, quotient in kept["totals"]["quotients"].items():
        page.same("quotients", key, tuple(quotient), found.total.of(key))
    page.all_same("problems", kept["problems"], copy.problems)
    groups = {group["key"]: group["rows"] for group in kept["groups"]}
    for key, lines in found.groups.items():
        page.same("units", key, [row["name"] for row in groups[key]], [line.name for line in lines])
        by_unit = {row["unit_id"]: row for row in groups[key]}
        for line in lines:
            if line.unit in by_unit:
                _unit(page, by_unit[line.unit], line, copy)
    for key, items in copy.lists.items():
        page.same("lists", key, [item["id"] for item in kept["lists"][key]], [one.id for one in items])
        by_id = {one.id: one for one in items}
        for item in kept["lists"][key]:
            if (one := by_id.get(item["id"])) is not None:
                wanted = {"name": one.project.name, "unit": names[one.lead_unit], "plan": one.plan, "done": one.done}
                wanted |= {"rate": _eight(rates.rate(one)), "gap": _eight(rates.gap(one))}
                page.all_same(f"{key} {one.project.name}", {name: item[name] for name in wanted}, wanted)


def _unit(page: Page, row: Mapping[str, Any], line: Line, copy: Copy) -> None:
    done, plan = line.sum.of("investment_rate")
    rate = text.percent(done, plan)
    wanted = {
        "rank": line.rank, "name": line.name, "projects": line.sum.projects, "plan": plan, "movement": line.movement,
        "rate": _eight(rate), "gap": _eight(None if rate is None else rate - rates.pace(copy.month)),
    }  # fmt: skip
    page.all_same(line.name, {key: row[key] for key in wanted}, wanted)
    for key in copy.standing.keys:
        parts = row[key]["numerator"], row[key]["denominator"]
        page.same(key, line.name, parts, line.sum.of(key))


def _eight(value: Fraction | None) -> str | None:
    """A decimal text with eight places, as figures are kept."""
    return None if value is None else text.number(value, 8).replace(",", "").replace("−", "-")


# sentences ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """A section that was generated: its heading, and of each paragraph the whole and its figures, as recounted."""

    heading: str
    paragraphs: list[tuple[str, list[str]]]


def _runs(page: Page, blocks: Sequence[Mapping[str, Any]], copy: Copy, names: Mapping[int, str]) -> dict[str, Section]:
    known = _known(copy, names)
    found: dict[str, Section] = {}
    number = 0
    for block in (one for one in blocks if one.get("paragraphs")):
        heading = f"{NUMERALS[number]}、{block['heading']}" if block["heading"] else ""
        number += bool(heading)
        if block["kind"] != "text":
            continue
        paragraphs = []
        for runs in block["paragraphs"]:
            said, figures = "", []
            for run in runs:
                if "key" not in run:
                    said += run["text"]
                    continue
                wanted = known.get(run["key"].partition("#")[0])
                if wanted is not None:  # else of a cut that isn't recounted here: papers are held to the kept text
                    page.same("sentence", f"{block['key']} {run['key']}", run["text"], wanted)
                said += wanted or run["text"]
                figures.append(wanted or run["text"])
            paragraphs.append((said, figures))
        found[block["key"]] = Section(heading, paragraphs)
    return found


def _known(copy: Copy, names: Mapping[int, str]) -> dict[str, str]:
    """What every figure of a sentence is, by the key under which it is kept."""
    found, month = copy.standing, copy.month
    places = int(copy.profile["bulletin"]["monthly"].get("decimals", 1))
    done, plan = found.total.of("investment_rate")
    rate = text.percent(done, plan)
    gap = text.between(rate, rates.pace(month), places)
    known = {
        "projects": text.number(found.total.projects), "plan": _amount(plan), "done": _amount(found.total.works),
        "rate": _rate(rate, places), "pace": _rate(rates.pace(month), places), "gap": _points(gap, places),
        "total_investment": _amount(found.total.total_investment),
        "open": str(copy.problems["open"]), "overdue": str(copy.problems["overdue"]),
        "closed": str(copy.problems["closed_in_month"]), "raised": str(copy.problems["raised_in_month"]),
        "behind_from": str(copy.profile["lights"]["red_below"]),
    }  # fmt: skip
    for key, names_of in _PARTS.items():
        parts = found.total.of(f"{key}_rate")
        known |= {f"{key}_rate": _rate(text.percent(*parts), places)}
        known |= dict(zip(names_of, map(str, parts), strict=True))
    known |= {key: str(len(items)) for key, items in copy.lists.items()}
    if copy.previous is not None and copy.previous[1] and gap is not None:
        past = text.percent(*copy.previous)
        before = text.between(past or Fraction(0), rates.pace(month) - Fraction(100, 12), places)
        change = gap - (before or 0)
        known["lag_change" if gap < 0 else "lead_change"] = _points(change, places)
    for key, lines in found.groups.items():
        known |= _of_group(key, lines, copy, places)
    for by in classes.CUTS:
        known |= _of_classes(by, copy, places)
    for items in copy.lists.values():
        for one in items:
            known |= {
                f"name.project.{one.id}": one.project.name,
                f"rate.project.{one.id}": _rate(rates.rate(one) if one.done is not None else None, places),
                f"gap.project.{one.id}": _points(_gap_of(one, places), places),
                f"plan.project.{one.id}": _amount(one.plan or 0),
                f"done.project.{one.id}": _amount(one.done or 0),
            }
    return known


_PARTS = {"start": ("started", "due_to_start"), "entry": ("entered", "due_to_enter")}


def _of_group(key: str, lines: Sequence[Line], copy: Copy, places: int) -> dict[str, str]:
    busy = [line for line in lines if line.sum.anything]
    gaps = {line.unit: _gap(line, copy, places) for line in busy}
    behind = [pk for pk, gap in gaps.items() if gap is not None and text.half_up(gap, places) < 0]
    first = [line for line in busy if line.rank == 1 and line.unit in copy.told]
    known = {
        f"{key}.units": str(len(busy)),
        f"{key}.units_behind": str(len(behind)),
        f"{key}.units_ahead": str(sum(gap is not None and text.half_up(gap, places) >= 0 for gap in gaps.values())),
        f"{key}.tied_first": str(len(first)),
    }
    for line in busy:
        done, plan = line.sum.of("investment_rate")
        about = f"unit.{line.unit}"
        known |= {
            f"name.{about}": line.name,
            f"rank.{about}": str(line.rank),
            f"rate.{about}": _rate(text.percent(done, plan), places),
            f"gap.{about}": _points(gaps[line.unit], places),
            f"plan.{about}": _amount(plan),
            f"done.{about}": _amount(done),
            f"places.{about}": str(abs(line.movement or 0)),
        }
    return known


def _of_classes(by: str, copy: Copy, places: int) -> dict[str, str]:
    known: dict[str, str] = {}
    for code, (total, told) in classes.sums(by, copy).items():
        about, (done, plan) = f"{by}.{code}", total.of("investment_rate")
        rate = text.percent(done, plan) if told else None
        known |= {
            f"projects.{about}": str(total.projects),
            f"plan.{about}": _amount(plan),
            f"rate.{about}": _rate(rate, places),
            f"gap.{about}": _points(text.between(rate, rates.pace(copy.month), places), places),
        }
        known |= {f"done.{about}": _amount(total.works)} if told else {}
    return known


def _gap(line: Line, copy: Copy, places: int) -> Fraction | None:
    rate = text.percent(*line.sum.of("investment_rate"))
    return text.between(rate if line.unit in copy.told else None, rates.pace(copy.month), places)


def _gap_of(one: Then, places: int) -> Fraction | None:
    return text.between(rates.rate(one) if gap_of(one) is not None else None, rates.pace(one.month), places)


def _amount(yuan: int) -> str:
    return f"{text.number(Fraction(yuan, 10**8), 2).replace(',', '')}亿元"


def _rate(value: Fraction | None, places: int) -> str:
    return text.NONE if value is None else f"{text.number(value, places)}%"


def _points(value: Fraction | None, places: int) -> str:
    return text.NONE if value is None else text.number(abs(text.half_up(value, places)), places)


# tables -------------------------------------------------------------------------------------------------------------


def _tables(blocks: Sequence[Mapping[str, Any]], copy: Copy, names: Mapping[int, str]) -> list[Cells]:
    """The cells of the tables in the order of the paper."""
    wording = copy.profile["bulletin"]["monthly"]
    places = int(wording.get("table_decimals", 1))
    last = [block["key"] for block in blocks if block["key"].startswith("ranking.")][-1:]
    found = []
    for block in _of(blocks):
        kind, _dot, key = block["key"].partition(".")
        heads = [column["label"] for column in block["columns"]]
        if kind == "ranking":
            keys = _keys(heads, wording["ranking"]["columns"])
            found.append(_ranking(copy.standing.groups[key], keys, copy, places))
            if [block["key"]] == last:  # the whole county under the last
                found[-1].append([None] * len(keys))
        elif key not in copy.lists:
            found.append([[None] * len(heads) for _row in block["rows"]])
        else:
            spec = next(one for one in wording["annex"] if one["list"] == key)
            keys = _keys(heads, spec["columns"])
            found.append([
                [_annex(one, at, column, copy, names, places) for column in keys]
                for at, one in enumerate(copy.lists[key], start=1)
            ])  # fmt: skip
    return found


def _printed(tables: Sequence[Cells], blocks: Sequence[Mapping[str, Any]]) -> list[Cells]:
    """As papers have them: without the columns, but for the first, that say nothing in any row."""
    found = []
    for cells, block in zip(tables, _of(blocks), strict=True):
        says = [any(row[at]["text"] not in ("", "—") for row in block["rows"]) for at in range(len(block["columns"]))]
        kept = [at for at, said in enumerate(says) if said or not at]
        found.append([[line[at] for at in kept] for line in cells])
    return found


def _keys(heads: Sequence[str], columns: Sequence[Mapping[str, Any]]) -> list[str]:
    by_label = {column["label"]: column["key"] for column in columns}
    return [by_label.get(head, "") for head in heads]


def _ranking(lines: Sequence[Line], keys: Sequence[str], copy: Copy, places: int) -> Cells:
    busy = [line for line in lines if line.sum.anything]
    whole = rates.Sum(sum(line.sum.projects for line in busy), parts={})
    parts = {}
    for key in copy.standing.keys:
        pairs = [line.sum.of(key) for line in busy]
        parts[key] = sum(a for a, _b in pairs), sum(b for _a, b in pairs)
    whole.parts = parts
    whole.works = sum(line.sum.works for line in busy)
    total = Line(0, "合计", whole)
    told = any(line.unit in copy.told for line in busy)
    sums = [None if key in ("rank", "movement") else _cell(total, key, told, copy, places) for key in keys]
    return [sums, *([_cell(line, key, line.unit in copy.told, copy, places) for key in keys] for line in busy)]


def _cell(line: Line, key: str, told: bool, copy: Copy, places: int) -> str:
    done, plan = line.sum.of("investment_rate")
    rate = text.percent(done, plan)
    match key:
        case "name":
            return line.name
        case "rank":
            return text.number(line.rank)
        case "projects":
            return text.number(line.sum.projects)
        case "plan":
            return text.wan(plan)
        case "done":
            return text.wan(line.sum.works) if told else UNKNOWN
        case "rate":
            return UNKNOWN if not told and plan else text.NONE if rate is None else text.number(rate, places)
        case "gap":
            return text.points(text.between(rate if told else None, rates.pace(copy.month), places), places)
        case "movement":
            return "—" if not line.movement else f"{'↑' if line.movement > 0 else '↓'}{abs(line.movement)}"
    value = text.percent(*line.sum.of(key))
    return text.NONE if value is None else text.number(value, places)


def _annex(one: Then, at: int, key: str, copy: Copy, names: Mapping[int, str], places: int) -> str | None:
    match key:
        case "number":
            return str(at)
        case "name":
            return one.project.name
        case "unit":
            return names[one.lead_unit]
        case "plan":
            return text.wan(one.plan) if one.plan is not None else UNKNOWN
        case "done":
            return UNKNOWN if one.done is None else text.wan(one.done)
        case "rate":
            rate = rates.rate(one)
            return (
                UNKNOWN if one.done is None and one.plan else text.NONE if rate is None else text.number(rate, places)
            )
        case "gap":
            return text.points(_gap_of(one, places), places)
    return None  # words


def _cells(page: Page, shown: Sequence[Cells], wanted: Sequence[list[list[Any]]], same: Any = None) -> None:
    page.same("tables", "how many", len(shown), len(wanted))
    for number, (table, cells) in enumerate(zip(shown, wanted, strict=False), start=1):
        page.same("tables", f"rows of table {number}", len(table), len(cells))
        for row, line in zip(table, cells, strict=False):
            for column, (cell, value) in enumerate(zip(row, line, strict=False), start=1):
                if value is not None:
                    told = same(value) if same else value
                    page.same("table", f"table {number}, {line[0]} {line[1]}, column {column}", cell, told)


# the papers ---------------------------------------------------------------------------------------------------------


def _html(page: Page, tree: Node, sections: Mapping[str, Section]) -> None:
    for key, section in sections.items():
        block = tree.one("section", "ed-b", id=f"b-{key}")
        shown = block.all("p", "ed-t") if block else []
        told = section.paragraphs
        page.same("sentence", f"{key}: paragraphs", len(shown) if told else 0, len(told))
        for node, (_said, figures) in zip(shown, told, strict=False):
            marked = [part.text() for part in node.walk() if "fx" in part.classes]
            for at, (cell, figure) in enumerate(zip(marked, figures, strict=False), start=1):
                page.same("sentence", f"{key} figure {at}", cell, figure)


def _word(page: Page, data: bytes, sections: Mapping[str, Section], tables: Sequence[Cells]) -> None:
    document = docx.Document(io.BytesIO(data))
    written = [paragraph.text for paragraph in document.paragraphs]
    _sentences(page, "\n".join(written), sections)
    found = [[[cell.text for cell in row.cells] for row in table.rows][1:] for table in document.tables]
    _cells(page, found[: len(tables)], tables)


def _excel(page: Page, data: bytes, tables: Sequence[Cells]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    found = []
    for sheet in book.worksheets[1 if len(book.worksheets) > 1 else 0 :]:  # the first of several lists the others
        lines = [list(row) for row in sheet.iter_rows(values_only=True)]
        head = next((n for n, line in enumerate(lines) if _begins(line)), None)
        if head is None:  # what a chart is drawn from
            continue
        body = [line for line in lines[head + 1 :] if any(cell is not None for cell in line[1:])]
        found.append([[_number(cell) for cell in line] for line in body])
    _cells(page, found, tables, same=_number)


def _begins(line: Sequence[Any]) -> bool:
    """Whether it is the head of a table of units, of projects, or of classes."""
    return line[0] in ("名次", "序号") or line[1:2] == ["项目数"]


def _number(cell: Any) -> Any:
    """A cell, or the text of one, as a number if it is one."""
    if isinstance(cell, int | float):
        return Fraction(str(cell))
    if isinstance(cell, str) and re.fullmatch(r"[+−-]?[\d,]+(\.\d+)?", cell):
        return Fraction(cell.replace(",", "").replace("−", "-").replace("+", ""))
    return cell


def _pdf(page: Page, data: bytes, sections: Mapping[str, Section], tables: Sequence[Cells]) -> None:
    written, found = "", list[Cells]()
    with pdfplumber.open(io.BytesIO(data)) as document:
        for sheet in document.pages:
            written += "\n".join(line for line in (sheet.extract_text() or "").split("\n") if line[:1] != "—")
            for table in sheet.extract_tables():
                cells = [["".join((cell or "").split()) for cell in row] for row in table]
                head, *body = [row for row in cells if any(row)]
                if not _begins(head):
                    continue
                first = {"名次": body[0][1] == "合计", "序号": body[0][0] == "1"} if body else {}
                begins = bool(body) and first.get(head[0], True)
                if found and body and not begins:  # goes on from the page before
                    found[-1] += body
                else:
                    found.append(body)
    _sentences(page, written, sections)
    _cells(page, found, tables, same=lambda value: "".join(str(value).split()))


def _sentences(page: Page, written: str, sections: Mapping[str, Section]) -> None:
    """What stands under each heading, to the length of what was recounted."""
    bare = SPACE.sub("", written)
    for key, section in sections.items():
        if not section.heading:
            continue
        wanted = SPACE.sub("", "".join(said for said, _figures in section.paragraphs))
        begin = bare.rfind(section.heading)
        shown = bare[begin + len(section.heading) :][: len(wanted)] if begin >= 0 else ""
        page.same("sentence", key, shown, wanted)
