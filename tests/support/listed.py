"""Rows of lists that nothing else in the tests makes."""

from __future__ import annotations

from datetime import date, timedelta

from core import noted
from dispatch.numbers.services import enter_paper, void_number
from organization.audit.services import append
from organization.units.models import Unit
from projects.models import MonthChange
from tests.support.factories import NOW, WAN, make_project, unit_of
from tests.support.people import People
from tests.support.pictures import on_file

ON = date(2026, 6, 10)


def month_change(county: Unit, people: People, n: int) -> None:
    one = make_project(county, name=f"{county.code}更正项目{n:02}", lead_unit=("xicheng", "dongguan")[n % 2])
    fields = (
        {"done": [None, (n + 1) * WAN]},
        {"lead_unit_id": [unit_of(county, "dongguan").pk, one.lead_unit_id]},
        {"state": ["suspended", "active"], "plan": [100 * WAN, 200 * WAN], "entered_on": ["2026-05-10", None]},
    )[n % 3]
    MonthChange.objects.create(
        county=county,
        project=one,
        month=("2026-04", "2026-05")[n % 2],
        fields=fields,
        done=(n + 1) * WAN if n % 3 == 0 else 0,
        plan=100 * WAN if n % 3 == 2 else 0,
        at=NOW - timedelta(days=n),
        by=(people.office, None)[n % 2],
        reason=f"补录{n}",
    )


def audit_entry(county: Unit, people: People, n: int) -> None:
    acts = ("signed_in", "sign_in_refused", "file_given", "bulletin_signed", "password_reset", "profile_loaded")
    noted.note(
        acts[n % 6],
        (people.officer, county, None)[n % 3],
        by=(people.officer, None, people.office)[n % 3],
        now=NOW - timedelta(days=n, seconds=n),
        words=f"{county.code}事项{n:02}",
        done=n % 3 != 1,
        detail={"reason": f"说明{n}"},
    )
    append()


def number(county: Unit, people: People, n: int) -> None:
    row = enter_paper(
        county,
        word=("项目办通", "简报")[n % 2],
        number=n + 1 + n // 3,
        title=f"{county.code}文件{n:02}",
        on=ON - timedelta(days=400 * (n % 2)),
        joint="县发展和改革局" if n % 3 == 1 else "",
        disclosure=("public", "asked", "")[n % 3],
        copies=(20, None)[n % 2],
        by=people.office,
        now=NOW,
    )
    if n % 4 == 3:
        void_number(row, by=people.office, now=NOW, reason=f"作废{n}", version=row.version)


def photo(county: Unit, people: People, n: int) -> None:
    """A photo of a project of its own; each third of a day outside its month, each fifth far away."""
    project = make_project(county, name=f"{county.code}项目{n}", lead_unit=("xicheng", "dongguan")[n % 2])
    far, day, by = n % 5 == 0, ("outside", "", "")[n % 3], (people.officer, people.unit_head)[n % 2]
    found = {"odd_day": day, "far": far, "flagged": far or bool(day), "metres": n * 700}
    on_file(project, by, f"2026-{n % 5 + 1:02}", caption=f"第{n}层", taken_at=NOW - timedelta(days=n), **found)
