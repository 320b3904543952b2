"""The rows that pages are made of, and the former values that they are made of, each found a second time."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from recount.facts import history
from recount.facts.tables import Facts, day, rows_of
from recount.facts.then import Then, at
from recount.pages.tally import Tally

COLUMNS = tuple(one.name for one in fields(Then) if one.name not in ("project", "month", "last"))
REFERS = {"lead_unit": "lead_unit_id", "competent_unit": "competent_unit_id", "package": "package_id"}
DAYS = ("first_start", "planned_start", "planned_completion", "started_on", "entered_on", "completed_on")


def compare(tally: Tally, facts: Facts, month: str) -> None:
    """Each column of each row of *month* in the table of the months against the bare facts."""
    page = tally.at("rows of the month", month, "projects_projectmonth")
    wanted = {one.id: one for one in at(facts, month)}
    kept = {
        row["project_id"]: row
        for row in rows_of(
            "SELECT * FROM projects_projectmonth WHERE county_id = %s AND month = %s", facts.county, month
        )
    }
    page.same("rows", "projects", sorted(kept), sorted(wanted))
    for pk in kept.keys() & wanted.keys():
        row = {name: _plain(name, kept[pk][REFERS.get(name, name)]) for name in COLUMNS}
        page.all_same(f"{pk} {wanted[pk].project.name}", row, {name: getattr(wanted[pk], name) for name in COLUMNS})


def compare_history(tally: Tally, facts: Facts, month: str, *, without: set[int]) -> None:
    """How projects stood by their former values against how they stood by their history; *without* those of which the
    office had facts count in closed months, which history doesn't tell."""
    page = tally.at("former values", month, "projects_formerfact")
    former = history.former(facts)
    told = {pk: replace(one, former=former[pk]) for pk, one in facts.projects.items()}
    wanted = {one.id: one for one in at(replace(facts, projects=told), month)}
    for one in at(facts, month):
        if one.id not in without:
            by_history = {name: getattr(wanted[one.id], name) for name in COLUMNS}
            page.all_same(f"{one.id} {one.project.name}", {name: getattr(one, name) for name in COLUMNS}, by_history)


def _plain(name: str, value: Any) -> Any:
    if name in DAYS:
        return day(value)
    return bool(value) if name in ("reported", "over", "packs") else value
