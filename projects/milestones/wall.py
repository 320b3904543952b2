"""The wall chart (挂图作战): the schedules of a list of projects, one line each. Drawn as text: thousands of marks."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.amounts import figures
from core.shapes import said
from projects.milestones.gantt import Scale, scale_of
from projects.milestones.models import Milestone
from projects.milestones.rules import WORDS, Point, ScheduleRules, State, states, verdict

MOST = 300  # projects on one chart
SHEET = 30  # lines of a sheet: with its axis it fills an A3 page
ROW, HEAD, LEFT, WIDTH = 22, 34, 300.0, 1240.0
BACK, AHEAD = timedelta(days=366), timedelta(days=732)  # what is drawn lies no further off than this
LONG = 15  # characters of a name
#: Around the middle of each; no state is told by its colour alone.
MARKS: dict[str, str] = {
    "done": "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
    "open": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "late": "m0-7 7 7-7 7-7-7z",
    "risk": "m0-7 7 12h-14z",
}


@dataclass
class Chain:
    """A project and its milestones."""

    pk: int
    name: str
    unit: str
    points: list[Point] = field(default_factory=list)
    states: list[State] = field(default_factory=list)

    def judge(self, on: date, rules: ScheduleRules) -> None:
        """How each milestone stands on the day *on*."""
        self.states = states(self.points, on, rules)

    @property
    def reached(self) -> int:
        return self.states.count("done")


class Words:
    """What is said again and again on the day *on*, escaped: days, states, names."""

    def __init__(self, on: date, rules: ScheduleRules, scale: Scale) -> None:
        self.on, self.rules = on, rules
        self.day: Callable[[date], str] = cache(lambda day: figures.day(day, on))
        self.name: Callable[[str], str] = cache(html.escape)
        self.state: dict[str, str] = {state: html.escape(str(label)) for state, label in WORDS.items()}
        self.at: Callable[[date], str] = cache(lambda day: f"{scale.x(day):.1f}")
        self.late: Callable[[date], str] = cache(lambda day: verdict(Point("", "", (), day), {}, on, rules).why)
        self.point: Callable[[str, date, State], str] = cache(
            lambda name, day, state: f"{self.name(name)} {self.day(day)} {self.state[state]}"
        )


@dataclass(frozen=True)
class Chart:
    sheets: list[SafeString]
    rows: SafeString  # of the table that says the same
    first: date
    last: date
    late: int
    risk: int
    reached: int
    number: int


def chains(projects: Sequence[tuple[int, str, str]], on: date, rules: ScheduleRules) -> list[Chain]:
    """The schedules of *projects* (key, name, unit), in their order; without those that have none. One query."""
    found = {pk: Chain(pk, name, unit) for pk, name, unit in projects}
    rows = Milestone.objects.filter(project__in=list(found)).with_actual().order_by("project_id", "position", "pk")
    told = rows.values_list(
        "project_id", "code", "label", "label_en", "after", "planned_on", "forecast_on", "actual_on"
    )
    for pk, code, label, english, after, planned, forecast, actual in told:
        found[pk].points.append(Point(code, said(label, english), after, planned, forecast, actual))
    for chain in found.values():
        chain.judge(on, rules)
    return [chain for chain in found.values() if chain.points]


def draw(found: Sequence[Chain], on: date, rules: ScheduleRules) -> Chart:
    """The drawing, in sheets, and the table."""
    days = [point.actual or point.planned for chain in found for point in chain.points]
    near = [min(max(day, on - BACK), on + AHEAD) for day in (min(days), max(days))]
    scale = scale_of([*near, on])
    scale = Scale(scale.first, scale.last, LEFT, WIDTH - 24)
    head, words = _head(scale), Words(on, rules, scale)
    sheets = [_sheet(found[n : n + SHEET], scale, head, words, n // SHEET + 1) for n in range(0, len(found), SHEET)]
    count = Counter(state for chain in found for state in chain.states)
    return Chart(
        sheets, _table(found, words), scale.first, scale.last, count["late"], count["risk"], count["done"],
        len(days),
    )  # fmt: skip


def _head(scale: Scale) -> str:
    return "".join(
        f'<line class="grid" x1="{tick.x}" x2="{tick.x}" y1="{HEAD - 6}" y2="%(bottom)s"/>'
        f'<text x="{tick.x}" y="16">{escape(tick.label)}</text>'
        for tick in scale.ticks()
    )


def _sheet(found: Sequence[Chain], scale: Scale, head: str, words: Words, number: int) -> SafeString:
    bottom = HEAD + len(found) * ROW
    today = scale.x(words.on)
    paths: dict[str, list[str]] = {"line": [], "over": [], "slip": [], "open": [], "done": []}
    parts = [
        f'<svg class="chart-svg wall" viewBox="0 0 {WIDTH:.0f} {bottom + 8}" role="group" aria-label="'
        f'{escape(_("Wall chart, sheet %(n)s; the list below says the same") % {"n": number})}">',
        head % {"bottom": bottom},
    ]
    marks: list[str] = []
    href = reverse("projects:schedule", args=[0])
    for place, chain in enumerate(found):
        y = HEAD + place * ROW + ROW // 2
        name = chain.name if len(chain.name) <= LONG else f"{chain.name[: LONG - 1]}…"
        unit = chain.unit if len(chain.unit) <= 7 else f"{chain.unit[:6]}…"
        parts.append(
            f'<a href="{href.replace("/0/", f"/{chain.pk}/")}"><text class="k" x="0" y="{y + 4}">{escape(name)}'
            f'<title>{escape(chain.name)}</title></text></a><text x="{LEFT - 16:.0f}" y="{y + 4}" text-anchor="end">'
            f"{escape(unit)}</text>"
        )
        _marks(chain, scale, y, today, words, paths, marks)
    parts += [f'<path class="w-{name}" d="{"".join(found)}"/>' for name, found in paths.items() if found]
    parts.append(f'<line class="w-today" x1="{today}" x2="{today}" y1="{HEAD - 6}" y2="{bottom}"/>')
    parts.append(f'<text class="on" x="{today}" y="{HEAD - 8}" text-anchor="middle">{escape(_("today"))}</text>')
    return mark_safe("".join([*parts, *marks, "</svg>"]))  # noqa: S308  # all that people wrote is escaped above


def _marks(
    chain: Chain, scale: Scale, y: int, today: float, words: Words, paths: dict[str, list[str]], marks: list[str]
) -> None:
    """What is reached or to come goes into one path of the sheet; what is late or at risk has words of its own."""
    first, last, left, at = scale.first, scale.last, scale.left, words.at
    shown: list[date] = []
    ends = {state: f" {y}{mark}" for state, mark in MARKS.items()}
    reached, ahead = paths["done"].append, paths["open"].append
    others: Mapping[str, Point] = {}
    for point, state in zip(chain.points, chain.states, strict=True):
        day = point.actual or point.planned
        if state in ("done", "open"):
            if first <= day <= last:
                (reached if state == "done" else ahead)(f"M{at(day)}{ends[state]}")
                shown.append(day)
            continue
        day = max(day, first)
        x = max(scale.x(day), left)
        if state == "late":
            why = words.late(point.planned)
            if today > x:
                paths["over"].append(f"M{x:.1f} {y}H{today:.1f}")
        else:
            others = others or {one.code: one for one in chain.points}
            why = verdict(point, others, words.on, words.rules).why
            if point.forecast and point.forecast <= last:
                paths["slip"].append(f"M{x:.1f} {y}H{scale.x(point.forecast)}")
        told = f"{words.name(point.name)} {words.day(point.planned)} {words.state[state]} {html.escape(why)}"
        marks.append(f'<path class="w-{state}" d="M{x:.1f}{ends[state]}"><title>{told}</title></path>')
        shown.append(day)
    if shown:
        paths["line"].append(f"M{at(min(shown))} {y}H{at(max(shown))}")


def _table(found: Sequence[Chain], words: Words) -> SafeString:
    """One row a project: how far it is, what comes next, what is late or at risk, all of its milestones."""
    said_day, word, name_of, comma = words.day, words.state, words.name, html.escape(_("; "))
    told = words.point
    href = reverse("projects:schedule", args=[0])
    lines = []
    for chain in found:
        both = list(zip(chain.points, chain.states, strict=True))
        coming = min((point for point, state in both if state != "done"), key=lambda one: one.planned, default=None)
        ahead = f"{name_of(coming.name)} {said_day(coming.planned)}" if coming else "—"
        every = comma.join([told(point.name, point.actual or point.planned, state) for point, state in both])
        lines.append(
            f'<tr><th scope="row" class="first"><a class="name" href="{href.replace("/0/", f"/{chain.pk}/")}">'
            f'{escape(chain.name)}</a></th><td class="mut">{escape(chain.unit)}</td>'
            f'<td class="n top end">{chain.reached}/{len(both)}</td><td>{ahead}</td>'
            f'<td class="{_red(chain)}" data-k="{word["late"]}">{_named(both, "late", name_of, said_day, comma)}</td>'
            f'<td class="x">{_named(both, "risk", name_of, said_day, comma)}</td><td class="mut x"><details>'
            f"<summary>{len(both)}</summary>{every}</details></td></tr>"
        )
    return mark_safe("\n".join(lines))  # noqa: S308  # as above


def _red(chain: Chain) -> str:
    return "late wide" if "late" in chain.states else "mut x"


def _named(both: Iterable[tuple[Point, State]], state: State, *words: Any) -> str:
    name_of, said_day, comma = words
    found = [f"{name_of(point.name)} {said_day(point.planned)}" for point, its in both if its == state]
    return str(comma.join(found)) or "—"
