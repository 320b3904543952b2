"""The facts of a county as they stand in the tables now, read by plain SQL: nothing of the application counts here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

DAYS = ("planned_start", "planned_completion", "started_on", "entered_on", "completed_on")


@dataclass
class Unit:
    """A unit, with what it was called and where it stood before."""

    id: int
    code: str
    short_name: str
    kind: str
    parent: int | None
    position: int
    active: bool
    since: date | None
    until: date | None
    former: list[dict[str, Any]]


@dataclass
class Report:
    """An accepted report: of which month, and the year so far in yuan."""

    month: str
    works_ytd: int | None
    statistics_ytd: int | None
    funds_ytd: int | None
    paid_ytd: int | None
    problem: str
    progress: str


@dataclass
class Project:
    """A project with all that its months are made of."""

    id: int
    number: int | None
    name: str
    now: dict[str, Any]  # its facts by name, as they stand
    counts_from: date | None = None
    plans: dict[int, int | None] = field(default_factory=dict)
    drafted: list[tuple[int, date, date | None]] = field(default_factory=list)  # a year's plans: from when, until when
    reports: list[Report] = field(default_factory=list)  # in order of months
    former: dict[tuple[str, int], list[tuple[date, Any]]] = field(
        default_factory=dict
    )  # changes as typed: from when, what was
    sponsors: list[int] = field(default_factory=list)  # posts in order
    obtained: dict[str, date] = field(default_factory=dict)  # approvals
    approved: bool = False


@dataclass
class Facts:
    """A county's tables at one moment."""

    county: int
    profile: dict[str, Any]
    units: dict[int, Unit]
    projects: dict[int, Project]
    posts: dict[int, dict[str, Any]]
    problems: list[dict[str, Any]]
    portfolios: list[dict[str, Any]]
    closed: set[str]
    withdrawn: set[int]  # published rankings that were taken back


def read(county: int) -> Facts:
    """All facts of *county* now."""
    profile = _json(rows_of("SELECT data FROM organization_countyprofile WHERE county_id = %s", county)[0]["data"])
    found = Facts(
        county,
        profile,
        _units(county),
        _projects(county),
        _posts(county),
        _problems(county),
        _portfolios(county),
        set(),
        set(),
    )
    _plans(found, county)
    _reports(found, county)
    _beside(found, county)
    _former(found, county)
    closed = "SELECT month FROM projects_reportingmonth WHERE county_id = %s AND closed_at IS NOT NULL"
    found.closed = {row["month"] for row in rows_of(closed, county)}
    gone = "SELECT id FROM dispatch_rankingsnapshot WHERE county_id = %s AND withdrawn_at IS NOT NULL"
    found.withdrawn = {row["id"] for row in rows_of(gone, county)}
    return found


def rows_of(sql: str, *values: Any) -> list[dict[str, Any]]:
    """The rows that *sql* gives, by the names of their columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def day(value: Any) -> date | None:
    """A day as either database gives it."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    return date.fromisoformat(str(value)[:10])


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _units(county: int) -> dict[int, Unit]:
    rows = rows_of(
        "SELECT id, code, short_name, kind, parent_id, position, active, since, until, former "
        "FROM organization_unit WHERE county_id = %s",
        county,
    )
    return {
        row["id"]: Unit(
            row["id"], row["code"], row["short_name"], row["kind"], row["parent_id"], row["position"],
            bool(row["active"]), day(row["since"]), day(row["until"]), _json(row["former"]) or [],
        )
        for row in rows
    }  # fmt: skip


def _projects(county: int) -> dict[int, Project]:
    found = {}
    for row in rows_of("SELECT * FROM projects_project WHERE county_id = %s", county):
        now = {name: day(row[name]) for name in DAYS}
        now |= {name: row[name] for name in ("stage", "state", "total_investment", "level", "sector", "nature")}
        now |= {"lead_unit": row["lead_unit_id"], "competent_unit": row["competent_unit_id"]}
        now |= {"investment_kind": row["investment_kind"], "package": row["package_id"]}
        found[row["id"]] = Project(row["id"], row["number"], row["name"], now, day(row.get("counts_from")))
    return found


def _of(found: Facts, rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Project, Mapping[str, Any]]]:
    return ((found.projects[row["project_id"]], row) for row in rows if row["project_id"] in found.projects)


def _plans(found: Facts, county: int) -> None:
    rows = rows_of(
        "SELECT a.project_id, a.year, a.investment FROM projects_annualplan a "
        "JOIN projects_project p ON p.id = a.project_id WHERE p.county_id = %s",
        county,
    )
    for project, row in _of(found, rows):
        project.plans[row["year"]] = row["investment"]
    spans = rows_of("SELECT year, since, until FROM projects_drafting WHERE county_id = %s", county)
    drafted = [(row["year"], date.fromisoformat(str(row["since"])[:10]), day(row["until"])) for row in spans]
    for one in found.projects.values():
        one.drafted = drafted


def _reports(found: Facts, county: int) -> None:
    rows = rows_of(
        "SELECT r.project_id, r.month, r.works_ytd, r.statistics_ytd, r.funds_ytd, r.paid_ytd, r.problem, r.progress "
        "FROM projects_monthlyreport r JOIN projects_project p ON p.id = r.project_id "
        "WHERE p.county_id = %s AND r.status = 'accepted' ORDER BY r.month",
        county,
    )
    for project, row in _of(found, rows):
        project.reports.append(Report(**{name: value for name, value in row.items() if name != "project_id"}))


def _beside(found: Facts, county: int) -> None:
    sponsors = rows_of(
        "SELECT s.project_id, s.post_id FROM projects_sponsor s JOIN projects_project p ON p.id = s.project_id "
        "WHERE p.county_id = %s ORDER BY s.position, s.id",
        county,
    )
    for project, row in _of(found, sponsors):
        project.sponsors.append(row["post_id"])
    approvals = rows_of(
        "SELECT a.project_id, a.kind, a.obtained_on FROM projects_approval a "
        "JOIN projects_project p ON p.id = a.project_id WHERE p.county_id = %s",
        county,
    )
    for project, row in _of(found, approvals):
        obtained = day(row["obtained_on"])
        if obtained is not None:
            project.obtained[row["kind"]] = obtained


HOLDS = {
    "lead_unit": "unit_was_id", "competent_unit": "unit_was_id", "stage": "text_was", "state": "text_was",
    "total_investment": "amount_was", "plan": "amount_was", "package": "project_was_id",
}  # fmt: skip


def _former(found: Facts, county: int) -> None:
    rows = rows_of(
        "SELECT f.* FROM projects_formerfact f "
        "JOIN projects_project p ON p.id = f.project_id WHERE p.county_id = %s ORDER BY f.id",
        county,
    )
    for project, row in _of(found, rows):
        value = row[HOLDS[row["fact"]]] if row["fact"] in HOLDS else day(row["day_was"])
        until = day(row["until"])
        if until is not None:
            project.former.setdefault((row["fact"], row["year"]), []).append((until, value))


def _posts(county: int) -> dict[int, dict[str, Any]]:
    rows = rows_of(
        "SELECT p.id, p.unit_id, p.title, p.role, p.holder_id, p.active, p.position, u.position AS unit_position "
        "FROM organization_post p JOIN organization_unit u ON u.id = p.unit_id WHERE u.county_id = %s",
        county,
    )
    return {row["id"]: row for row in rows}


def _problems(county: int) -> list[dict[str, Any]]:
    rows = rows_of(
        "SELECT raised_on, due_on, closed_on, merged_into_id FROM dispatch_problem WHERE county_id = %s", county
    )
    return [{name: value if name == "merged_into_id" else day(value) for name, value in row.items()} for row in rows]


def _portfolios(county: int) -> list[dict[str, Any]]:
    """Which sectors and units leaders' posts answer for, and from when to when."""
    rows = rows_of(
        "SELECT f.id, f.post_id, f.sectors, f.since, f.until FROM organization_portfolio f "
        "JOIN organization_post p ON p.id = f.post_id JOIN organization_unit u ON u.id = p.unit_id "
        "WHERE u.county_id = %s",
        county,
    )
    named = rows_of("SELECT portfolio_id, unit_id FROM organization_portfolio_units")
    return [
        {
            "post": row["post_id"],
            "sectors": set(_json(row["sectors"])),
            "units": {one["unit_id"] for one in named if one["portfolio_id"] == row["id"]},
            "since": day(row["since"]),
            "until": day(row["until"]),
        }
        for row in rows
    ]
