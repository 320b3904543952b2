"""The columns of the project list: one table feeds the page, the choice of columns, sorting and the export.

A row is a plain dict with the sources that the chosen columns name. Cells are joined by hand: 50 × 12 of them through
the template would cost more than the query. Whatever comes from outside goes through `conditional_escape`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, Case, Count, ExpressionWrapper, F, FloatField, Sum, Value, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import figures
from core.order import CodePoints, last
from core.periods import Period
from core.tables.writing import Format
from core.templatetags.ui import light_html, ruler_html
from projects import lights
from projects.choices import InvestmentKind, Level, Nature, Stage, State
from projects.lights import Facts, Line, Scale
from projects.rules import LightRules

Row = dict[str, Any]
FACTS = tuple(name for name in Facts.__dataclass_fields__ if name != "done_month")  # what decides a light
FIGURES = ("plan", "done", "rate", "gap", "month")  # columns whose order needs the year's figures
RATE = ExpressionWrapper(
    Cast(Coalesce(F("done"), Value(0)), FloatField()) / Cast(NullIf(F("plan"), Value(0)), FloatField()),
    output_field=FloatField(),
)


@dataclass(frozen=True)
class Look:
    """What cells need beside their row: the period, its rules, where a project's page is, and the sponsors."""

    period: Period
    rules: LightRules
    href: str  # the address of project 0
    sponsors: dict[int, list[str]]

    def page_of(self, pk: int) -> str:
        return self.href.replace("/0/", f"/{pk}/")

    @cached_property
    def scale(self) -> Scale:
        return Scale(self.period, self.rules)

    @cached_property
    def pace(self) -> Decimal:
        return figures.rounded(100 * self.period.pace, 1)


@dataclass(frozen=True)
class Column:
    """One column: `source` are the values that it needs, `cell` its HTML, `value` what goes into a file."""

    key: str
    label: str | Promise
    cell: Callable[[Row, Look], str]
    value: Callable[[Row, Look], Any]
    source: tuple[str, ...] = ()
    unit: str | Promise = ""
    sort: Expression | str = ""
    format: Format = Format.TEXT
    css: str = ""  # of the cells
    head: str = ""  # of the head
    chosen: bool = False  # among the columns that one sees at first
    total: Callable[[Row, Look], str] | None = None  # the cell of the total row
    sum: str = ""  # the figure of the totals that stands here

    @property
    def needs_sponsors(self) -> bool:
        return self.key == "sponsors"


# cells --------------------------------------------------------------------------------------------------------------


def _verdict(row: Row, look: Look) -> tuple[Line, str]:
    """The line of the light and its word; found once a row."""
    found = row.get("verdict")
    if found is None:
        facts = Facts(*(row[name] for name in FACTS))
        line = lights.first(facts, look.scale)
        found = row["verdict"] = (line, lights.label_of(line, facts))
    return found


def _light(row: Row, look: Look) -> str:
    line, word = _verdict(row, look)
    return light_html(line.colour, word)


def _light_value(row: Row, look: Look) -> str:
    return _verdict(row, look)[1]


def _name(row: Row, look: Look) -> str:
    mark = f' <span class="mk">{escape(KEY_LEVELS[row["level"]])}</span>' if row["level"] in KEY_LEVELS else ""
    return f'<a class="name" href="{look.page_of(row["pk"])}">{escape(row["name"])}</a>{mark}'


KEY_LEVELS: dict[str, Any] = {Level.PROVINCE: gettext_lazy("province"), Level.CITY: gettext_lazy("city")}


def _text(key: str) -> Callable[[Row, Look], str]:
    return lambda row, look: str(escape(row[key])) if row[key] else f'<span class="mut">{figures.NONE}</span>'


def _raw(key: str) -> Callable[[Row, Look], Any]:
    return lambda row, look: row[key]


def _choice(key: str, choices: Any) -> Callable[[Row, Look], str]:
    labels = dict(choices.choices)
    return lambda row, look: str(labels.get(row[key], "")) or figures.NONE


def _choice_value(key: str, choices: Any) -> Callable[[Row, Look], str]:
    labels = dict(choices.choices)
    return lambda row, look: str(labels.get(row[key], ""))


def _wan(key: str) -> Callable[[Row, Look], str]:
    return lambda row, look: figures.wan(row[key])


def _done(row: Row, look: Look) -> str:
    """On a phone the plan stands beside it. Works go on and nobody reported: that isn't zero."""
    if row["done"] is None:
        asked = row["plan"] and _verdict(row, look)[0].code in ("behind", "slow", "on_pace")
        said = f'<span class="mut">{escape(_("not reported"))}</span>' if asked else "0"
    else:
        said = figures.wan(row["done"])
    of = (
        f'<span class="only-s cap"> / {figures.wan(row["plan"])} {escape(_("10k yuan"))}</span>' if row["plan"] else ""
    )
    return f"{said}{of}"


def _rate(row: Row, look: Look) -> str:
    rate = _percent(row)
    return figures.NONE if rate is None else f'{rate:,}<span class="only-s">%</span>'


def _percent(row: Row) -> Decimal | None:
    """Done of the plan in percent with one decimal, half up; by whole numbers, since a page has 150 of these."""
    plan, done = row["plan"], row["done"] or 0
    if not plan:
        return None
    tenths = (2000 * abs(done) + plan) // (2 * plan)
    return Decimal(tenths if done >= 0 else -tenths).scaleb(-1)


def _rate_value(row: Row, look: Look) -> Fraction | None:
    return Fraction(100 * (row["done"] or 0), row["plan"]) if row["plan"] else None


def _rate_file(row: Row, look: Look) -> Any:
    rate = _rate_value(row, look)
    return None if rate is None else figures.rounded(rate, 4)


def _is_due(row: Row, look: Look) -> bool:
    """What isn't due yet has no gap: it can't be behind."""
    if "stage" not in row:
        return True
    return _verdict(row, look)[0].colour not in ("grey", "stop")


def _gap_value(row: Row, look: Look) -> Fraction | None:
    rate = _rate_value(row, look)
    return None if rate is None or not _is_due(row, look) else rate - 100 * look.period.pace


def _gap(row: Row, look: Look) -> str:
    if not row["plan"] or not _is_due(row, look):
        return f'<span class="mut">{figures.NONE}</span>'
    said = figures.points(_gap_value(row, look))
    return f'<span class="dn">{said}</span>' if _verdict(row, look)[0].colour == "red" else said


def _gap_file(row: Row, look: Look) -> Any:
    gap = _gap_value(row, look)
    return None if gap is None else figures.rounded(gap, 4)


def _ruler(row: Row, look: Look) -> str:
    return ruler_html(_percent(row), look.pace)


def _sponsors(row: Row, look: Look) -> str:
    names = look.sponsors.get(row["pk"], [])
    return str(escape(_(", ").join(names))) if names else figures.NONE


def _day(key: str) -> Callable[[Row, Look], str]:
    def cell(row: Row, look: Look) -> str:
        day = row[key]
        if day is None:
            return f'<span class="mut">{figures.NONE}</span>'
        return f"{day:%m-%d}" if day.year == look.period.year else f"{day:%Y-%m-%d}"

    return cell


def _years(row: Row, look: Look) -> str:
    first, last = row["start_year"], row["end_year"]
    if not first and not last:
        return figures.NONE
    return f"{first or ''}–{last or ''}" if first != last else f"{first}"


def _month(row: Row, look: Look) -> str:
    return figures.month(row["done_month"], look.period.first) if row["done_month"] else figures.NONE


def _total_name(row: Row, look: Look) -> str:
    return str(escape(ngettext("%(n)s project in all", "%(n)s projects in all", row["n"]) % {"n": row["n"]}))


def _total_gap(row: Row, look: Look) -> str:
    rate = _rate_value(row, look)
    if rate is None:
        return figures.NONE
    gap = rate - 100 * look.period.pace
    return f'<span class="dn">{figures.points(gap)}</span>' if gap < 0 else figures.points(gap)


# the table ----------------------------------------------------------------------------------------------------------

WAN = gettext_lazy("10k yuan")
MUTED = "mut"
_STAGE_RANK = Case(*(When(stage=stage, then=Value(rank)) for rank, stage in enumerate(Stage)))
_LEVEL_RANK = Case(*(When(level=level, then=Value(rank)) for rank, level in enumerate(Level)), default=Value(9))


def _plain(key: str, label: Any, source: str = "", **more: Any) -> Column:
    """A column of text out of one source."""
    source = source or key
    more.setdefault("css", "mut x")
    return Column(key, label, _text(source), _raw(source), (source,), sort=CodePoints(F(source)), **more)


def _coded(key: str, label: Any, choices: Any, **more: Any) -> Column:
    """A column of codes, shown by their labels."""
    more.setdefault("css", "mut x")
    more.setdefault("sort", key)
    return Column(key, label, _choice(key, choices), _choice_value(key, choices), (key,), **more)


def _dated(key: str, label: Any) -> Column:
    return Column(key, label, _day(key), _raw(key), (key,), sort=key, format=Format.DATE, css="num mut x", head="num")


def _money(key: str, label: Any, **more: Any) -> Column:
    more.setdefault("css", "n x")
    return Column(
        key, label, _wan(key), _raw(key), (key,), WAN, key, Format.WAN, head=more.pop("head", "n"),
        total=_wan(key), sum=key, **more,
    )  # fmt: skip


COLUMNS: tuple[Column, ...] = (
    Column("light", gettext_lazy("Light"), _light, _light_value, FACTS, css="end top", chosen=True),
    Column(
        "number",
        gettext_lazy("No."),
        _text("number"),
        _raw("number"),
        ("number",),
        sort="number",
        format=Format.NUMBER,
        css="n mut x",
        head="n",
    ),
    Column(
        "name",
        gettext_lazy("Project"),
        _name,
        _raw("name"),
        ("name", "level"),
        sort=CodePoints(F("initials")),
        css="first",
        head="w",
        chosen=True,
        total=_total_name,
    ),
    _plain(
        "unit", gettext_lazy("Lead unit"), "lead_unit__short_name", css=MUTED, chosen=True
    ),
    _coded(
        "stage", gettext_lazy("Stage"), Stage, css="mut end nw x2-s", head="x2-s", sort=_STAGE_RANK, chosen=True
    ),
    _money("total_investment", gettext_lazy("Total investment"), css="n x x2", head="n x2", chosen=True),
    _money("plan", gettext_lazy("Plan of the year"), chosen=True),
    Column(
        "done",
        gettext_lazy("Done"),
        _done,
        _raw("done"),
        FACTS,
        WAN,
        "done",
        Format.WAN,
        "n",
        "n",
        True,
        _wan("done"),
        "done",
    ),
    Column(
        "rate",
        gettext_lazy("Rate"),
        _rate,
        _rate_file,
        ("done", "plan"),
        "%",
        RATE,
        Format.PERCENT,
        "n end",
        "n",
        True,
        _rate,
    ),
    Column(
        "ruler",
        gettext_lazy("Against pace"),
        _ruler,
        lambda row, look: figures.rounded(100 * look.period.pace, 4),
        ("done", "plan"),
        gettext_lazy("the tick is the pace"),
        format=Format.PERCENT,
        css="wide",
        chosen=True,
        total=_ruler,
    ),
    Column(
        "gap",
        gettext_lazy("Gap"),
        _gap,
        _gap_file,
        FACTS,
        gettext_lazy("points"),
        RATE,
        Format.POINTS,
        "n x",
        "n",
        True,
        _total_gap,
    ),
    Column(
        "sponsors",
        gettext_lazy("Sponsors"),
        _sponsors,
        lambda row, look: _(", ").join(look.sponsors.get(row["pk"], [])),
        css="mut x nw x2",
        head="x2",
        chosen=True,
    ),
    _plain("code", gettext_lazy("Project code"), css="num mut x"),
    _coded("level", gettext_lazy("Level"), Level, sort=_LEVEL_RANK),
    _coded("nature", gettext_lazy("Nature"), Nature),
    _coded("investment_kind", gettext_lazy("Investment kind"), InvestmentKind),
    _plain("category", gettext_lazy("Class")),
    _plain("sector", gettext_lazy("Sector")),
    _plain("owner", gettext_lazy("Builder")),
    _plain("responsible", gettext_lazy("Responsible post")),
    _plain("location", gettext_lazy("Township or park"), "location__short_name"),
    Column(
        "years",
        gettext_lazy("Years"),
        _years,
        _years,
        ("start_year", "end_year"),
        sort="start_year",
        css="num mut x",
    ),
    _dated("planned_start", gettext_lazy("Planned start")),
    _dated("started_on", gettext_lazy("Started on")),
    _dated("entered_on", gettext_lazy("In statistics since")),
    _dated("planned_completion", gettext_lazy("Planned completion")),
    _dated("completed_on", gettext_lazy("Completed on")),
    Column(
        "month",
        gettext_lazy("Last report"),
        _month,
        _raw("done_month"),
        ("done_month",),
        sort="done_month",
        css="mut nw x",
    ),
    _coded("state", gettext_lazy("State"), State),
    _plain("remark", gettext_lazy("Remark")),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}
DEFAULT = tuple(column.key for column in COLUMNS if column.chosen)
ALWAYS = "name"


def chosen(keys: Iterable[str]) -> list[Column]:
    """The columns named by *keys*, in the table's order; always with the name; the usual ones if none is known."""
    wanted = {key for key in keys if key in BY_KEY} or set(DEFAULT)
    return [column for column in COLUMNS if column.key in wanted or column.key == ALWAYS]


def sources(columns: Iterable[Column]) -> list[str]:
    """What a query has to bring for *columns*."""
    found = dict.fromkeys(["pk"])
    for column in columns:
        found |= dict.fromkeys(column.source)
    return list(found)


def ordering(key: str) -> list[OrderBy | str]:
    """The order by column *key* (`-` in front: downwards), empty values last, the registry's own order within."""
    column = BY_KEY.get(key.removeprefix("-"))
    if column is None or not column.sort:
        return [last("number"), "pk"]
    by = F(column.sort) if isinstance(column.sort, str) else column.sort
    order = OrderBy(by, descending=key.startswith("-"), nulls_last=True)
    return [order, last("number"), "pk"]


def table_row(row: Row, columns: Iterable[Column], look: Look) -> str:
    """One row of the table as HTML; the name is its head."""
    cells = []
    for column in columns:
        tag = 'th scope="row"' if column.key == ALWAYS else "td"
        cells.append(f'<{tag} class="{column.css}">{column.cell(row, look)}</{tag[:2]}>')
    return f"<tr>{''.join(cells)}</tr>"


def total_row(totals: Row, columns: Iterable[Column], look: Look) -> str:
    """The row of the totals: a rate is a sum over a sum, never a mean."""
    cells = []
    for column in columns:
        css = column.css if column.total and column.key != "done" else f"{column.css} x"  # a phone shows the rate
        said = column.total(totals, look) if column.total else ""
        tag = 'th scope="row"' if column.key == ALWAYS else "td"
        cells.append(f'<{tag} class="{css.replace("top ", "").replace("mut ", "")}">{said}</{tag[:2]}>')
    return f'<tr class="sum">{"".join(cells)}</tr>'


def total_values(totals: Row, columns: Iterable[Column], look: Look) -> list[Any]:
    """The total row of a file: what the page shows, as values."""
    special = {"name": _total_name, "rate": _rate_file, "ruler": BY_KEY["ruler"].value}
    result: list[Any] = []
    for column in columns:
        if column.sum:
            result.append(totals[column.sum])
        elif column.key == "gap":
            rate = _rate_value(totals, look)
            result.append(None if rate is None else figures.rounded(rate - 100 * look.period.pace, 4))
        else:
            result.append(special[column.key](totals, look) if column.key in special else None)
    return result


def aggregates() -> dict[str, Any]:
    """What the total row is made of."""
    whole = BigIntegerField()
    return {
        "n": Count("pk"),
        "sum_total": Sum("total_investment", output_field=whole),
        "sum_plan": Sum("plan", output_field=whole),
        "sum_done": Sum("done", output_field=whole),
    }


def totals_of(found: dict[str, Any]) -> Row:
    """The aggregates under the names of a row, so that the cells of the total row are the columns' own."""
    return {
        "n": found["n"],
        "total_investment": found["sum_total"] or 0,
        "plan": found["sum_plan"] or 0,
        "done": found["sum_done"] or 0,
    }
