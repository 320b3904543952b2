"""What the pages of a ranking show: groups live or as published, and the projects behind one figure. Reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zlib import crc32

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.indicators import Indicator, Quotient, declared, percent
from dispatch.standings.figures import DATES, behind_scenes, group_from_json, pulling
from dispatch.standings.models import RankingSnapshot
from dispatch.standings.published import CONTEST
from dispatch.standings.ranking import LEADERS, Ranking, Row, before, survey, survey_of_leaders
from dispatch.standings.tally import Figure
from organization.people.models import User
from organization.permissions import sees_whole_county
from organization.profiles.rules import Rules
from organization.units.models import Unit
from organization.units.tree import counted_for
from projects.choices import State
from projects.lights import BY_CODE, Facts, verdict
from projects.models import Project
from projects.rules import LightRules

FIRST = 8  # projects in the side panel before “open all”
KEPT = ("period", "rule", "english", "columns", "rule_version", "totals", "groups", "decimals", "gap_as")


@dataclass(frozen=True)
class Tab:
    """One tab over the table: a group of the profile, or the leaders, who are shown and not ranked."""

    key: str
    label: str | Promise
    count: int | None
    lang: str = ""


@dataclass(frozen=True)
class Page:
    """A ranking as it stands on a page: counted now, or frozen in *snapshot*."""

    ranking: Ranking
    tabs: tuple[Tab, ...]
    snapshot: RankingSnapshot | None
    frozen: bool
    groups: tuple[Ranking, ...] = ()
    withdrawn: tuple[RankingSnapshot, ...] = ()  # what was published of the month and withdrawn, the last first

    @property
    def version(self) -> int:
        """A number for the figures that are published from this page; another one when they change."""
        return self.snapshot.version if self.snapshot else version_of(self.groups)

    @property
    def period(self) -> Period:
        return self.ranking.period

    @property
    def counted_at(self) -> datetime | None:
        """When its figures were counted; None: now."""
        return self.snapshot.published_at if self.frozen and self.snapshot else None

    @property
    def columns(self) -> list[Indicator]:
        return [declared()[key] for key in self.ranking.indicators]

    def lines(self, link: str) -> list[tuple[Row, SafeString]]:
        """Who is listed, each with the cells of its figures, whose addresses begin with *link*.

        As HTML: a ranking has a hundred figures, too many for a template's loop.
        """
        labels = [escape(column.label) for column in self.columns]
        return [(row, _cells(row, labels, escape(link))) for row in self.ranking.busy]

    def row(self, unit: int) -> Row | None:
        return next((row for row in self.ranking.rows if row.unit_id == unit), None)


def _cells(row: Row, labels: Sequence[str], link: str) -> SafeString:
    found = []
    for label, (key, figure) in zip(labels, row.indicators.items(), strict=True):
        said = f'<span class="cap">{_("no task")}</span>'
        if figure.display is not None:
            address = f"{link}unit={row.unit_id}&amp;figure={key}"
            below = f"{figure.numerator}/{figure.denominator}" if figure.gap is None else figure.gap_shown
            said = (
                f'<a class="open" id="f{row.unit_id}-{key}" href="{address}#drawer" hx-get="{address}" '
                f'hx-target="#board" hx-swap="outerHTML show:#drawer:top" hx-push-url="true" '
                f"data-sheet>{figure.listed}</a>"
                f'<span class="cap">{below}</span>'
            )
        found.append(f'<td class="n" data-k="{label}">{said}</td>')
    return SafeString("\n".join(found))


def page_of(
    county: Unit, period: Period, rules: Rules, *, group: str = "", unit: int = 0, live: bool = False, gone: int = 0
) -> Page | None:
    """The page of *group*, else of *unit*'s group, else of the first: as published, else counted now.

    *gone* is the key of a publication that was withdrawn, which is shown as it was. None if there is no such group or
    publication.
    """
    past = before(period)
    publications = _published(county, period, past)
    every = [one for one in publications if one.period == str(period)]
    told = len(every) < len(publications)
    withdrawn = tuple(one for one in every if one.withdrawn_at is not None)
    asked = [one for one in every if (one.pk == gone if gone else one.withdrawn_at is None)]
    if gone and (not asked or asked[0] not in withdrawn):
        return None
    snapshot = asked[0] if asked else None
    of_leaders = group == LEADERS
    frozen = snapshot is not None and not live and not of_leaders
    kept = snapshot if frozen or of_leaders else None
    groups = _groups_kept(kept) if kept else survey(county, period, rules=rules, told=told).groups()
    if of_leaders:
        found = survey_of_leaders(county, period, rules=rules)
        ranking = found.ranking(LEADERS, _("Sponsoring leaders"), [LEADERS], ranked=False)
    else:
        of_unit = (one for one in groups if any(row.unit_id == unit for row in one.rows))
        named = (one for one in groups if one.key == group)
        chosen = next(named, None) if group else next(of_unit, next(iter(groups), None))
        if chosen is None:
            return None
        ranking = chosen
    tabs = [Tab(one.key, one.label, len(one.busy), one.lang) for one in groups]
    return Page(
        ranking, (*tabs, Tab(LEADERS, _("Sponsoring leaders"), None)), snapshot, frozen, tuple(groups), withdrawn
    )


def version_of(groups: Sequence[Ranking]) -> int:
    """A number for who stands where and with what; the same for the same figures. As small as versions are."""
    said = [
        (group.key, [(row.unit_id, row.rank, row.name, row.projects, _parts(row)) for row in group.rows])
        for group in groups
    ]
    return crc32(repr(said).encode()) >> 1


def _parts(row: Row) -> list[tuple[str, int, int]]:
    return sorted((key, figure.numerator, figure.denominator) for key, figure in row.indicators.items())


def _published(county: Unit, *periods: Period | None) -> list[RankingSnapshot]:
    """What was published of *periods*, the last first, without what it says."""
    names = [str(period) for period in periods if period is not None]
    snapshots = RankingSnapshot.objects.filter(county=county, contest=CONTEST, period__in=names).defer("data")
    return list(snapshots.select_related("published_by", "withdrawn_by").order_by("-pk"))


def _groups_kept(snapshot: RankingSnapshot) -> list[Ranking]:
    """The groups as they were published: read without the inputs, ten thousand rows in a large county."""
    kept = RankingSnapshot.objects.values_list(*(F(f"data__{key}") for key in KEPT)).get(pk=snapshot.pk)
    data = dict(zip(KEPT, kept, strict=True))
    return [group_from_json(data, group, data["decimals"]) for group in data["groups"]]


# the projects behind a figure ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A project in the side panel: what it adds, its light, and a word where a date says more than a light."""

    pk: int
    name: str
    numerator: int
    denominator: int
    rate: Fraction | None
    colour: str
    label: str
    said: str


@dataclass(frozen=True)
class Opened:
    """A figure: its quotient, its rule, the projects behind it; `hidden` of them the person may not see."""

    row: Row
    key: str
    figure: Figure
    lines: tuple[Line, ...]
    hidden: int
    summary: str

    @property
    def indicator(self) -> Indicator:
        return declared()[self.key]

    @property
    def first(self) -> tuple[Line, ...]:
        return self.lines[:FIRST]

    @property
    def more(self) -> int:
        return max(0, len(self.lines) - FIRST)


def opened(page: Page, county: Unit, unit: int, key: str, user: User, rules: Rules) -> Opened | None:
    """What stands behind the figure *key* of *unit* on *page*; None if the page has no such figure."""
    row = page.row(unit)
    if row is None or key not in row.indicators:
        return None
    rows = pulling(_inputs(page, county, unit, rules), key, page.period)
    seen = rows if sees_whole_county(user, county) else _only_visible(rows, user)
    lines = tuple(_line(one, key, page, rules) for one in seen)
    return Opened(row, key, row.indicators[key], lines, len(rows) - len(seen), _summary(seen, key))


def _inputs(page: Page, county: Unit, unit: int, rules: Rules) -> list[dict[str, Any]]:
    if page.frozen and page.snapshot is not None:
        data = RankingSnapshot.objects.values_list("data", flat=True).get(pk=page.snapshot.pk)
        # Whose projects counted then; what was published before that was kept follows the tree of today.
        kept = data.get("gathered")
        units = set(kept.get(str(unit), ()) if kept is not None else counted_for(county, unit, page.period.last))
        rows = [row for row in data["inputs"] if row["lead_unit_id"] in units]
        return [row | {key: date.fromisoformat(row[key]) for key in DATES if row.get(key)} for row in rows]
    if page.ranking.key == LEADERS:
        where = Q(project__sponsors__post=unit)
    else:
        where = Q(lead_unit__in=counted_for(county, unit, page.period.last))
    return behind_scenes(county, page.period, page.ranking.indicators, rules, where)


def _only_visible(rows: Sequence[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    ids = [row["pk"] for row in rows]
    visible = set(Project.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [row for row in rows if row["pk"] in visible]


def _line(row: Mapping[str, Any], key: str, page: Page, rules: Rules) -> Line:
    kept = row.get("light")  # what was published says colour and word; what was before lights were kept, nothing
    if isinstance(kept, list):
        colour, *words = kept
        label = words[-1] if (get_language() or "").startswith("en") else words[0]
    else:
        line = BY_CODE[kept] if kept else verdict(_facts(row), page.period, rules[LightRules])
        colour, label = line.colour, str(line.label)
    said, indicator = "", declared()[key]
    if indicator.measured_in == "days":
        said = _days(row, key, page.period)
    elif indicator.unit != "yuan":
        missing = row["numerator"] < row["denominator"]
        colour, label, said = "red" if missing else "green", _words(key)[missing], _days(row, key, page.period)
    return Line(
        row["pk"], row["name"], row["numerator"], row["denominator"], row["rate"], colour, label, said
    )  # fmt: skip


def _facts(row: Mapping[str, Any]) -> Facts:
    """What a light is made of. What counts is pursued; the light's own rule reads the days as of its period."""
    return Facts.of({**row, "state": State.ACTIVE})


def _words(key: str) -> tuple[str, str]:
    """What a project is called that meets the rate, and one that doesn't."""
    return {
        "start_rate": (_("started"), _("not started")),
        "resumption_rate": (_("started or resumed"), _("neither started nor resumed")),
        "entry_rate": (_("in statistics"), _("not in statistics")),
        "completion_rate": (_("completed"), _("not completed")),
    }.get(key, (_("all obtained"), _("not all obtained")))


def _days(row: Mapping[str, Any], key: str, period: Period) -> str:
    """The days that decide: “to start 3月1日, started 3月10日”."""
    match key:
        case "start_rate":
            due, done = row.get("first_start") or row["planned_start"], row["started_on"]
            words = (_("to start %(day)s"), _("started %(day)s"))
        case "entry_rate":
            due, done, words = row["started_on"], row["entered_on"], (_("started %(day)s"), _("entered %(day)s"))
        case "completion_rate":
            due, done = row["planned_completion"], row["completed_on"]
            words = (_("to be completed %(day)s"), _("completed %(day)s"))
        case "production_days":
            done = row["completed_on"]
            due, words = done - timedelta(days=row["numerator"]), (_("filed %(day)s"), _("completed %(day)s"))
        case _:
            return ""
    found = [words[0] % {"day": figures.day(due, period.last)}]
    if done is not None and done <= period.last:
        found.append(words[1] % {"day": figures.day(done, period.last)})
    return pgettext("between two facts", ", ").join(found)


def _summary(rows: Sequence[Mapping[str, Any]], key: str) -> str:
    """One sentence on what weighs most, where a few projects decide the figure of many."""
    if declared()[key].unit != "yuan" or len(rows) < 4:
        return ""
    top = rows[:3]
    all_of_it = sum((Quotient(row["numerator"], row["denominator"]) for row in rows), Quotient())
    part = sum((Quotient(row["numerator"], row["denominator"]) for row in top), Quotient())
    share = percent(part.denominator, all_of_it.denominator)
    if share is None:
        return ""
    return _("%(names)s hold %(share)s of the year's plan and have done %(done)s.") % {
        "names": pgettext("between names", ", ").join(_brief(row["name"]) for row in top),
        "share": figures.pct(share),
        "done": figures.yi(part.numerator),
    }


def _brief(name: str) -> str:
    return name if len(name) <= 12 else f"{name[:11]}…"
