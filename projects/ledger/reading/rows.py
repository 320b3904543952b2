"""Understanding one row of a ledger: cells to values, with a sentence for all that isn't plain. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from core.amounts.cells import (
    Reading,
    blank,
    clean,
    format_amount,
    parse_amount,
    parse_count,
    parse_flag,
    parse_percent,
    plain,
    split_people,
    split_units,
    tight,
)
from core.amounts.figures import rate
from core.days.reading import MONTHS, When, parse_date, parse_span
from core.tables.places import cell_name
from projects.choices import FLOOR
from projects.ledger.reading.fields import (
    FIELDS,
    KINDS_OF_INVESTMENT,
    LEVELS,
    MARKS,
    NATURES,
    STAGES,
    USUAL_MARKS,
    Kind,
    code_of,
    months_said,
)
from projects.ledger.reading.sheet import ERROR, INFO, WARNING, Column, Problem

NAME_LIMIT = 200  # characters
CODED = {"nature": NATURES, "stage": STAGES, "investment_kind": KINDS_OF_INVESTMENT, "level": LEVELS}
NEVER_NEGATIVE = frozenset({"total_investment", "year_plan", "done", "done_in_all", "done_before"})
MARK = re.compile(rf"[{MARKS}]")


@dataclass
class Reader:
    """Reads rows of one sheet. `year` is that of dates without one; `marks` what ★ and ■ mean here."""

    columns: tuple[Column, ...]
    year: int | None
    marks: Mapping[str, str]
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: Mapping[tuple[int, int], str] | None = None
    percents_as_fractions: bool = False
    from_1904: bool = False

    def __post_init__(self) -> None:
        months = {column.months for column in self.columns if column.field == "progress" and column.months}
        self.progress_by_month = len(months) > 1
        self.known = [(column, FIELDS[column.field]) for column in self.columns if column.field in FIELDS]
        self.parsers: dict[Kind, Callable[[Any, Column], Reading]] = {
            Kind.AMOUNT: lambda value, column: parse_amount(value, column.unit),
            Kind.DATE: lambda value, column: parse_date(
                value, year=column.year or self.year, from_1904=self.from_1904
            ),
            Kind.SPAN: lambda value, column: parse_span(
                value, year=column.year or self.year, from_1904=self.from_1904
            ),
            Kind.FLAG: lambda value, column: parse_flag(value),
            Kind.COUNT: lambda value, column: parse_count(value),
            Kind.PERCENT: lambda value, column: parse_percent(value, fraction=self.percents_as_fractions),
            Kind.MONTH: lambda value, column: read_month(value, self.year),
            Kind.CODE: lambda value, column: _code(value),
            Kind.PEOPLE: lambda value, column: _people(value),
            Kind.UNITS: lambda value, column: _units(value),
        }

    def read(self, index: int, cells: list[Any]) -> tuple[dict[str, Any], list[Problem]]:
        """The values of the sheet's row *index* (from 0), and what is to be said of its cells."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for column, field in self.known:
            cell = cells[column.index] if column.index < len(cells) else ""
            if cell == "" or cell is None:
                self._unseen(index, column, field.code, problems)
                continue
            parse = self.parsers.get(field.kind)
            reading = parse(cell, column) if parse else self._text(field.code, cell, values)
            if reading.level == ERROR and field.kind in (Kind.DATE, Kind.SPAN) and cell in (0, "0"):
                reading = Reading(None, _("0 is no date: kept as unknown."), INFO)
            if reading.level:
                problems.append(problem_at(index, column, cell, reading.note, reading.level))
            if reading.value is None or reading.value == "":
                continue
            if field.kind is Kind.AMOUNT and reading.value < 0 and field.code in NEVER_NEGATIVE:
                message = _("%(field)s can't be less than zero: not taken.") % {"field": field.label}
                problems.append(problem_at(index, column, cell, message, ERROR))
                continue
            self._keep(values, column, field.code, reading.value)
        return values, problems

    def _unseen(self, index: int, column: Column, code: str, problems: list[Problem]) -> None:
        place = (index, column.index)
        if place in self.formulas:
            message = _(
                "The formula here has never been computed: open the file in Excel, save it and choose it again."
            )
            problems.append(problem_at(index, column, "", message, ERROR))
        elif self.errors and place in self.errors:
            message = _("The cell shows the error %(error)s: not taken.") % {"error": self.errors[place]}
            problems.append(problem_at(index, column, self.errors[place], message, WARNING))

    def _keep(self, values: dict[str, Any], column: Column, code: str, value: Any) -> None:
        if code == "done_month" and column.months:
            values.setdefault("months", {})[column.months[1]] = value
        elif code == "progress" and column.months and self.progress_by_month:
            values.setdefault("progress_of", {})[column.months[1]] = value
        elif code == "progress" and "progress" in values:
            values["progress"] = f"{values['progress']}\n{value}"
        elif code == "span":
            values["start_span"], values["finish_span"] = value
        elif code == "lead_unit":
            values["lead_unit"] = value[0]
            if value[1:]:
                values["cooperating_units"] = (*value[1:], *values.get("cooperating_units", ()))
        elif code == "handling_unit":
            values["handling_unit"] = value[0]
        elif code == "competent_unit":
            values["competent_unit"] = value[0]
            if value[1:]:
                values["cooperating_units"] = (*values.get("cooperating_units", ()), *value[1:])
        elif code == "cooperating_units":
            values[code] = (*values.get(code, ()), *value)
        else:
            values[code] = value

    def _text(self, code: str, cell: Any, values: dict[str, Any]) -> Reading:
        if (nothing := blank(cell)) is not None:
            return nothing if code != "issues" else Reading()
        if code == "name":
            return self._name(cell, values)
        if code not in CODED:
            return Reading(clean(cell))
        text = tight(cell)
        if found := code_of(CODED[code], text):
            return Reading(found)
        if code == "nature" and (stage := code_of(STAGES, text)):
            values.setdefault("stage", stage)
            return Reading(None, _("“%(text)s” is a stage, no nature: read so.") % {"text": plain(cell)[:60]}, INFO)
        if code == "investment_kind" and found == "":
            note = _("“%(text)s” is neither plainly government nor plainly enterprise: left open.")
            return Reading(None, note % {"text": plain(cell)}, INFO)
        if code == "level" and MARK.search(text):
            return Reading(next((self.marks.get(mark) for mark in MARK.findall(text) if self.marks.get(mark)), None))
        note = _("“%(text)s” says no %(field)s that is known: left open.")
        return Reading(None, note % {"text": plain(cell)[:60], "field": FIELDS[code].label}, WARNING)

    def _name(self, cell: Any, values: dict[str, Any]) -> Reading:
        text = "".join(clean(cell).split("\n"))
        marks = MARK.findall(text)
        if marks:
            values["marks"] = tuple(marks)
            text = MARK.sub("", text).strip()
            level = next((self.marks[mark] for mark in marks if self.marks.get(mark)), None)
            if level:
                values.setdefault("level", level)
                note = _("The mark %(mark)s before the name is read as its level.") % {"mark": "".join(marks)}
                return Reading(text, note, INFO)
        return Reading(text)


def marks_meant(said: Mapping[str, str]) -> dict[str, str]:
    """What marks mean: as a note says, otherwise as is usual."""
    return {**USUAL_MARKS, **said}


def problem_at(index: int, column: Column, cell: Any, message: str, severity: str) -> Problem:
    return Problem(
        index + 1, column.header, plain(cell)[:200], message, severity,
        field=column.field or "", cell=cell_name(index, column.index),
    )  # fmt: skip


def read_month(value: Any, year: int | None) -> Reading:
    """A month as stored (`2018-03`): 2018-03, 2018年3月, 3月 with the ledger's year."""
    reading = parse_date(value, year=year)
    if not isinstance(reading.value, When) or reading.value.first.month != reading.value.last.month:
        found = months_said(tight(value)) if isinstance(value, str) and MONTHS.fullmatch(tight(value)) else None
        if found and year:
            return Reading(f"{year}-{found[1]:02}")
        note = reading.note or _("“%(text)s” is not a month: not taken.") % {"text": plain(value)[:60]}
        return Reading(None, note, ERROR)
    return Reading(f"{reading.value.first:%Y-%m}", reading.note, reading.level)


RUINED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+|\d{12,}0{6,}")  # what a spreadsheet makes of a long number


def _code(value: Any) -> Reading:
    if blank(value) is not None:
        return Reading()
    if RUINED.fullmatch(text := plain(value)):
        note = _("“%(text)s” is what a spreadsheet has left of a code: not taken. Format the column as text.")
        return Reading(None, note % {"text": text}, WARNING)
    return Reading(text)


def _people(value: Any) -> Reading:
    if (nothing := blank(value)) is not None:
        return nothing
    text = str(value)
    people = split_people(text)
    if len(people) > 1 and re.search(r"[^\n\r][ \u3000]{2,}|[^\n\r ][ \u3000][^\n\r ]", text.strip()):
        note = _("Parted by blanks: read as %(count)s people, %(people)s.")
        return Reading(people, note % {"count": len(people), "people": "、".join(people)}, INFO)
    return Reading(people)


def _units(value: Any) -> Reading:
    if (nothing := blank(value)) is not None:
        return nothing
    units = split_units(str(value))
    if not units:
        return Reading()
    if len(units) > 1:
        note = _("%(count)s units in one cell: %(first)s leads, the others cooperate.")
        return Reading(units, note % {"count": len(units), "first": units[0]}, INFO)
    if re.search(r"\s", str(value)):
        return Reading(
            units, _("Blanks or a line break inside the name: read as %(unit)s.") % {"unit": units[0]}, INFO
        )
    return Reading(units)


# --- what doesn't go together ------------------------------------------------------------------------------------

HUGE = 100_000_000_000  # yuan, 1,000 亿: more than any project of a county
TINY = 1_000  # a plan below this part of the total has perhaps another unit


def doubts(index: int, values: Mapping[str, Any], by_field: Mapping[str, Column], cells: list[Any]) -> list[Problem]:
    """What within one row is unlikely together. It is stored as it stands; a person should look."""
    found: list[Problem] = []

    def say(code: str, message: str) -> None:
        column = by_field.get(code)
        if column is not None:
            cell = cells[column.index] if column.index < len(cells) else ""
            found.append(problem_at(index, column, cell, message, WARNING))

    total, plan, done = values.get("total_investment"), values.get("year_plan"), values.get("done")
    wan = format_amount
    if done is None and "done" in by_field and plan is not None:
        say("done", _("Empty: no figure is stored for this month. Write 0 if nothing has been invested."))
    if done is not None and plan is not None and done > plan:
        note = _("Done %(done)s is more than the year's plan of %(plan)s (10k yuan).") % {
            "done": wan(done),
            "plan": wan(plan),
        }
        say("done", note)
    if total is not None and total < FLOOR:
        note = _("Below %(limit)s (10k yuan): the registry is of larger projects. Check the amount and its unit.")
        say("total_investment", note % {"limit": wan(FLOOR)})
    if plan is not None and total is not None and plan > total:
        note = _("The year's plan of %(plan)s is more than the total investment of %(total)s (10k yuan).")
        say("year_plan", note % {"plan": wan(plan), "total": wan(total)})
    if plan and total and 0 < plan * TINY < total:
        note = _(
            "The year's plan of %(plan)s is next to nothing of the total investment of %(total)s (10k yuan): "
            "is its unit right?"
        )
        say("year_plan", note % {"plan": wan(plan), "total": wan(total)})
    money = done
    if money and values.get("started") is False:
        say("started", _("Not started, yet %(done)s (10k yuan) are done.") % {"done": wan(money)})
    elif money and "started" not in by_field and values.get("stage") in ("planned", "reserve", "prework"):
        say("stage", _("Before the start, yet %(done)s (10k yuan) are done.") % {"done": wan(money)})
    for code in ("total_investment", "year_plan", "done"):
        if (values.get(code) or 0) > HUGE:
            say(code, _("More than 10,000,000 10k yuan: is the unit right?"))
    _doubt_times(values, say)
    percent = values.get("percent")
    if isinstance(percent, Decimal) and plan and done is not None and abs(percent - Decimal(done) / plan * 100) > 1:
        message = _("The table's own rate doesn't fit: done by plan is %(rate)s%%.")
        say("percent", message % {"rate": rate(Fraction(done * 100, plan))})
    return found


def _doubt_times(values: Mapping[str, Any], say: Callable[[str, str], None]) -> None:
    for first, last in (("start", "finish"), ("planned_start", "planned_finish"), ("actual_start", "actual_finish")):
        start, finish = values.get(first), values.get(last)
        if isinstance(start, When) and isinstance(finish, When) and finish.last < start.first:
            say(last, _("The end %(finish)s is before the start %(start)s.") % {"finish": finish, "start": start})
