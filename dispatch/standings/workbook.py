"""A ranking as a workbook: all its groups, or the projects behind one figure, as the pages show them."""

from __future__ import annotations

from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.indicators import Indicator, declared
from core.tables.writing import Format, Table, TableColumn, write_table, write_tables
from dispatch.standings.pages import Opened, Page
from dispatch.standings.ranking import Ranking


def groups(page: Page) -> tuple[IO[bytes], str]:
    """All groups of the ranking, a sheet each; the one on the page is seen first."""
    every = _every(page)
    label = _("Ranking %(label)s") % {"label": page.period}
    opened = next(n for n, ranking in enumerate(every) if ranking.key == page.ranking.key)
    return write_tables([_group(page, ranking) for ranking in every], opened=opened), f"{label}.xlsx"


def number_of(page: Page) -> int:
    """How many sheets `groups` writes."""
    return len(_every(page))


def _every(page: Page) -> list[Ranking]:
    """The groups; the leaders, who are shown and not ranked, where their tab is open."""
    shown = [] if any(one.key == page.ranking.key for one in page.groups) else [page.ranking]
    return [*page.groups, *shown]


def _group(page: Page, ranking: Ranking) -> Table:
    """Ranks, quotients, rates; and the rule below."""
    columns = [
        TableColumn(_("Rank"), Format.NUMBER),
        TableColumn(_("Unit")),
        TableColumn(_("Projects"), Format.NUMBER, total=True),
        *([TableColumn(_("Projects, a package as one"), Format.NUMBER)] if _packed(ranking) else []),
    ]
    for key in ranking.indicators:
        indicator = declared()[key]
        amounts = indicator.unit == "yuan"
        kind, unit = (Format.WAN, _("10k yuan")) if amounts else (Format.NUMBER, "")
        columns += [
            TableColumn(_("%(rate)s: done") % {"rate": indicator.label}, kind, unit, total=True),
            TableColumn(_("%(rate)s: due") % {"rate": indicator.label}, kind, unit, total=True),
            _rate(indicator),
        ]
        if indicator.paced:
            columns.append(TableColumn(_("Above pace"), Format.POINTS, _("points")))
    return Table(
        columns,
        [_cells(row, ranking.indicators, _packed(ranking)) for row in ranking.rows],
        title=_("Ranking %(label)s") % {"label": f"{ranking.label} {page.period}"},
        subtitle=_state(page),
        notes=[ranking.rule, *(f"{declared()[key].label}：{declared()[key].rule}" for key in ranking.indicators)],
        sheet=str(ranking.label),
    )


def _rate(indicator: Indicator) -> TableColumn:
    if indicator.measured_in == "percent":
        return TableColumn(str(indicator.label), Format.PERCENT)
    return TableColumn(str(indicator.label), Format.POINTS, str(indicator.measure.word))


def _packed(ranking: Ranking) -> bool:
    """Whether the two counts of projects differ for one of its units."""
    return any(row.as_one is not None for row in ranking.rows)


def _cells(row: Any, keys: tuple[str, ...], packed: bool) -> list[Any]:
    cells: list[Any] = [row.rank, row.name, row.projects]
    if packed:
        cells.append(row.projects if row.as_one is None else row.as_one)
    for key in keys:
        figure = row.indicators[key]
        cells += [figure.numerator, figure.denominator, figure.display]
        if declared()[key].paced:
            cells.append(figure.points)
    return cells


def projects(page: Page, opened: Opened) -> tuple[IO[bytes], str]:
    """The projects behind a figure, those that pull it down most first."""
    indicator = opened.indicator
    amounts = indicator.unit == "yuan"
    kind, unit = (Format.WAN, _("10k yuan")) if amounts else (Format.NUMBER, "")
    columns = [
        TableColumn(_("Project")),
        TableColumn(pgettext("column", "Done"), kind, unit, total=True),
        TableColumn(pgettext("column", "Due"), kind, unit, total=True),
        _rate(indicator),
        TableColumn(_("Light")),
        TableColumn(pgettext("column", "Days")),
    ]
    rows = (
        [line.name, line.numerator, line.denominator, line.rate and float(line.rate), line.label, line.said]
        for line in opened.lines
    )
    label = f"{opened.row.name} {indicator.label} {page.period}"
    file = write_table(
        columns,
        rows,
        title=label,
        subtitle=_state(page),
        notes=[str(indicator.rule)],
        total=True,
        sheet=str(indicator.label),
    )
    return file, f"{label}.xlsx"


def _state(page: Page) -> str:
    if page.frozen and page.snapshot is not None:
        day = f"{page.snapshot.published_at.astimezone():%Y-%m-%d %H:%M}"
        return _("Published and frozen on %(day)s, rule version %(version)s") % {
            "day": day,
            "version": page.snapshot.rule_version,
        }
    return _("Counted now, not published; rule version %(version)s") % {"version": page.ranking.rule_version}
