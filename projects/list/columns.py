"""The columns of the project list: what stands in a cell, and what goes into a file for it (`core.lists`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.amounts import figures
from core.days.periods import Period
from core.indicators import pace, percent, shown_gap
from core.lists.columns import (
    NOTHING,
    WAN,
    Cell,
    Column,
    Row,
    coded_column,
    day_column,
    listed_column,
    raw,
    text,
    text_column,
    wan,
    wan_column,
)
from core.records.order import CodePoints
from core.tables.writing import Format
from core.templatetags.ui import light_html, ruler_html
from projects import lights
from projects.choices import Level, Stage, State
from projects.classes import ClassRules, Tier, size_of
from projects.lights import Facts, Line, Scale
from projects.rules import LightRules

SAID = ("done_month", "node_due", "node_said")  # what words are made of
FACTS = tuple(name for name in Facts.__dataclass_fields__ if name not in SAID)  # what decides a light
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
    sponsors: dict[int, str]  # their titles in one text
    units: dict[int, str]  # what they were called at the end of the period
    classes: ClassRules = field(default_factory=ClassRules)

    def page_of(self, pk: int) -> str:
        return self.href.replace("/0/", f"/{pk}/")

    @property
    def year(self) -> int:
        return self.period.year

    @cached_property
    def tiers(self) -> list[Tier]:
        return self.classes.tiers

    @cached_property
    def scale(self) -> Scale:
        return Scale(self.period, self.rules)

    @cached_property
    def pace(self) -> Decimal:
        return figures.rounded(pace(self.period), 1)


# cells --------------------------------------------------------------------------------------------------------------


def _verdict(row: Row, look: Look) -> tuple[Line, str]:
    """The line of the light and its word; found once a row."""
    found = row.get("verdict")
    if found is None:
        facts = Facts(**{name: row[name] for name in FACTS})
        line = lights.first(facts, look.scale)
        found = row["verdict"] = (line, lights.label_of(line, facts))
    return found


def _light(row: Row, look: Look) -> str:
    line, word = _verdict(row, look)
    return light_html(line.colour, word)


def _light_value(row: Row, look: Look) -> str:
    return _verdict(row, look)[1]


def _name(row: Row, look: Look) -> str:
    said = [KEY_LEVELS[level]] if (level := row["project__level"]) in KEY_LEVELS else []
    if row["package"] is not None:
        said.append(_("Package") if row["packs"] else _("Sub-project"))
    if lights.is_postponed(row["first_start"], row["planned_start"]):
        said.append(_postponed(row, look))
    marks = "".join(f' <span class="mk">{escape(one)}</span>' for one in said)
    return f'<a class="name" href="{look.page_of(row["project"])}">{escape(row["project__name"])}</a>{marks}'


def _postponed(row: Row, look: Look) -> str:
    first, now = row["first_start"], row["planned_start"]
    days = {"first": figures.day(first, look.period.last), "now": now and figures.day(now, look.period.last)}
    if now is None:
        return _("start put off: %(first)s → not set") % days
    return _("start put off: %(first)s → %(now)s") % days


def _unit(source: str) -> tuple[Cell, Cell]:
    """A unit of the month's row, by the name that it had."""

    def value(row: Row, look: Look) -> str:
        return look.units.get(row[source], "")

    return lambda row, look: str(escape(value(row, look))) or NOTHING, value


KEY_LEVELS: dict[str, Any] = {Level.PROVINCE: gettext_lazy("province"), Level.CITY: gettext_lazy("city")}


def _done(row: Row, look: Look) -> str:
    """On a phone the plan stands beside it. Works go on and nobody reported: that isn't zero; what is completed isn't
    asked for a figure, and has none."""
    if row["done"] is None:
        code = _verdict(row, look)[0].code
        asked = row["plan"] and code in ("behind", "slow", "on_pace")
        nothing = figures.NONE if code == "completed" else "0"
        said = f'<span class="mut">{escape(_("not reported"))}</span>' if asked else nothing
    else:
        said = figures.wan(row["done"])
    of = (
        f'<span class="only-s cap"> / {figures.wan(row["plan"])} {escape(_("10k yuan"))}</span>' if row["plan"] else ""
    )
    return f"{said}{of}"


def _rate(row: Row, look: Look) -> str:
    rate = _percent(row)
    return figures.NONE if rate is None else f'{figures.printed(rate)}<span class="only-s">%</span>'


def _works(row: Row) -> int:
    """What a rate is made of; in the totals, the works of projects with a plan."""
    return (row["rated"] if "rated" in row else row["done"]) or 0


def _percent(row: Row) -> Decimal | None:
    """Done of the plan in percent with one decimal, half up; by whole numbers, since a page has 150 of these."""
    plan, done = row["plan"], _works(row)
    if not plan:
        return None
    tenths = (2000 * abs(done) + plan) // (2 * plan)
    return Decimal(tenths if done >= 0 else -tenths).scaleb(-1)


def _rate_value(row: Row, look: Look) -> Fraction | None:
    return percent(_works(row), row["plan"] or 0)


def _rate_file(row: Row, look: Look) -> Any:
    rate = _rate_value(row, look)
    return None if rate is None else figures.rounded(rate, 4)


def _is_due(row: Row, look: Look) -> bool:
    """What isn't due yet has no gap: it can't be behind."""
    if "stage" not in row:
        return True
    return _verdict(row, look)[0].colour not in ("grey", "stop")


def _gap_shown(row: Row, look: Look, places: int) -> Decimal | None:
    return shown_gap(_rate_value(row, look), look.period, places, look.rules.gap) if _is_due(row, look) else None


def _gap(row: Row, look: Look) -> str:
    if not row["plan"] or not _is_due(row, look):
        return f'<span class="mut">{figures.NONE}</span>'
    said = figures.points(_gap_shown(row, look, 1))
    return f'<span class="dn">{said}</span>' if _verdict(row, look)[0].colour == "red" else said


def _gap_file(row: Row, look: Look) -> Any:
    return _gap_shown(row, look, 4)


def _ruler(row: Row, look: Look) -> str:
    return ruler_html(_percent(row), look.pace)


def _sponsors(row: Row, look: Look) -> str:
    names = look.sponsors.get(row["project"], "")
    return str(escape(names)) if names else figures.NONE


def _years(row: Row, look: Look) -> str:
    first, last = row["project__start_year"], row["project__end_year"]
    if not first and not last:
        return figures.NONE
    return f"{first or ''}–{last or ''}" if first != last else f"{first}"


def _month(row: Row, look: Look) -> str:
    return figures.month(row["done_month"], look.period.first) if row["done_month"] else figures.NONE


def _total_name(row: Row, look: Look) -> str:
    return str(escape(_total_words(row, look)))


def _total_words(row: Row, look: Look) -> str:
    """How many projects, how many of them count in the totals, and what of the works isn't in the rate."""
    all_count = ngettext("%(n)s project in all", "%(n)s projects in all", row["n"])
    some_count = ngettext(
        "%(n)s project in all, %(summed)s in the totals",
        "%(n)s projects in all, %(summed)s of them in the totals",
        row["n"],
    )
    said = [(all_count if row["summed"] == row["n"] else some_count) % row]
    if row["summed_groups"] != row["summed"]:
        said.append(_("%(ones)s in the totals where a package is one") % {"ones": row["summed_groups"]})
    if beside := row["done"] - row["rated"]:
        words = _("%(amount)s 10k yuan done without a plan, not in the rate")
        said.append(words % {"amount": figures.wan(beside)})
    return _("; ").join(said)


def _total_gap(row: Row, look: Look) -> str:
    points = shown_gap(_rate_value(row, look), look.period, how=look.rules.gap)
    if points is None:
        return figures.NONE
    return f'<span class="dn">{figures.points(points)}</span>' if points < 0 else figures.points(points)


def _total_gap_file(row: Row, look: Look) -> Any:
    return shown_gap(_rate_value(row, look), look.period, 4, look.rules.gap)


def _size(row: Row, look: Look) -> str:
    tier = size_of(row["total_investment"], look.tiers)
    return str(tier.label) if tier else ""


def _classed(field: str, label: Any) -> Column:
    return listed_column(field, label, lambda look: look.classes.of(field), f"project__{field}")


# the table ----------------------------------------------------------------------------------------------------------


def _obtained(row: Row, look: Look) -> str:
    """5 / 8: of the approvals on the checklist, as they stood at the end of the month."""
    return f"{row['items_n']} / {row['items_d']}" if row["items_d"] else ""


COLUMNS: tuple[Column, ...] = (
    Column("light", gettext_lazy("Light"), _light, _light_value, FACTS, css="end top", chosen=True),
    Column(
        "number",
        gettext_lazy("No."),
        text("project__number"),
        raw("project__number"),
        ("project__number",),
        sort="project__number",
        format=Format.NUMBER,
        css="n mut x",
        head="n",
    ),
    Column(
        "name",
        gettext_lazy("Project"),
        _name,
        raw("project__name"),
        ("project__name", "project__level", "first_start", "planned_start", "package", "packs"),
        sort=CodePoints(F("project__initials")),
        css="first",
        head="w",
        chosen=True,
        total=_total_name,
        total_value=_total_words,
    ),
    Column(
        "unit",
        gettext_lazy("Lead unit"),
        *_unit("lead_unit"),
        ("lead_unit",),
        sort=CodePoints(F("lead_unit__short_name")),
        css="mut nw",
        chosen=True,
    ),
    coded_column("stage", gettext_lazy("Stage"), Stage, css="mut end nw x2-s", head="x2-s", chosen=True),
    wan_column("total_investment", gettext_lazy("Total investment"), css="n x x2", head="n x2", chosen=True),
    wan_column("plan", gettext_lazy("Plan of the year"), chosen=True),
    Column(
        "done",
        gettext_lazy("Done"),
        _done,
        raw("done"),
        FACTS,
        WAN,
        sort="done",
        format=Format.WAN,
        css="n",
        head="n",
        chosen=True,
        total=wan("done"),
        total_on_phone=False,  # the rate stands there
        sum="done",
    ),
    Column(
        "rate",
        gettext_lazy("Rate"),
        _rate,
        _rate_file,
        ("done", "plan"),
        "%",
        sort=RATE,
        format=Format.PERCENT,
        css="n end",
        head="n",
        chosen=True,
        total=_rate,
        sum="rated",
        total_value=_rate_file,
    ),
    Column(
        "ruler",
        gettext_lazy("Against pace"),
        _ruler,
        None,  # a drawing: rate and gap stand beside it, the pace above the table
        ("done", "plan"),
        gettext_lazy("the tick is the pace"),
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
        sort=RATE,
        format=Format.POINTS,
        css="n x",
        head="n",
        chosen=True,
        total=_total_gap,
        total_value=_total_gap_file,
    ),
    Column(
        "sponsors",
        gettext_lazy("Sponsors"),
        _sponsors,
        lambda row, look: look.sponsors.get(row["project"], ""),
        css="mut x x2",
        head="x2",
        chosen=True,
    ),
    text_column("code", gettext_lazy("Project code"), "project__code", css="num mut x"),
    text_column("other_codes", gettext_lazy("Other codes"), "project__other_codes", css="num mut x"),
    coded_column("level", gettext_lazy("Level"), Level, "project__level"),
    _classed("nature", gettext_lazy("Nature")),
    _classed("investment_kind", gettext_lazy("Investment kind")),
    text_column("category", gettext_lazy("Class"), "project__category"),
    _classed("sector", gettext_lazy("Sector")),
    _classed("cluster", gettext_lazy("Cluster")),
    Column(
        "size",
        pgettext_lazy("project", "Size"),
        lambda row, look: str(escape(_size(row, look))) or figures.NONE,
        _size,
        ("total_investment",),
        sort="total_investment",
        css="mut x",
    ),
    Column(
        "competent_unit",
        gettext_lazy("Competent department"),
        *_unit("competent_unit"),
        ("competent_unit",),
        sort=CodePoints(F("competent_unit__short_name")),
        css="mut x",
    ),
    text_column("package", gettext_lazy("Package"), "package__name", css="mut x"),
    text_column("owner", gettext_lazy("Builder"), "project__owner"),
    text_column("responsible", gettext_lazy("Responsible post"), "project__responsible"),
    text_column("location", gettext_lazy("Township or park"), "project__location__short_name"),
    Column(
        "years",
        gettext_lazy("Years"),
        _years,
        _years,
        ("project__start_year", "project__end_year"),
        sort="project__start_year",
        css="num mut x",
    ),
    day_column("planned_start", gettext_lazy("Planned start")),
    day_column("started_on", gettext_lazy("Started on")),
    day_column("entered_on", gettext_lazy("In statistics since")),
    day_column("planned_completion", gettext_lazy("Planned completion")),
    day_column("completed_on", gettext_lazy("Completed on")),
    Column(
        "month",
        gettext_lazy("Last report"),
        _month,
        raw("done_month"),
        ("done_month",),
        sort="done_month",
        css="mut nw x",
    ),
    Column(
        "approvals",
        gettext_lazy("Approvals obtained"),
        lambda row, look: _obtained(row, look) or NOTHING,
        _obtained,
        ("items_n", "items_d"),
        sort="items_n",
        css="num mut nw x",
        needs="checklist",
    ),
    coded_column("state", gettext_lazy("State"), State),
    text_column("remark", gettext_lazy("Remark"), "project__remark"),
)
