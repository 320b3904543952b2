"""Leaders' instructions and red projects, as rows of their lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dispatch.instructions.models import Kind, Status
from dispatch.models import Instruction
from dispatch.problems import services as problems
from organization.units.models import Unit
from tests.support.factories import NOW, WAN, make_project, unit_of
from tests.support.people import People

ON = date(2026, 6, 1)


def instruction(county: Unit, people: People, n: int) -> None:
    project = make_project(
        county,
        name=f"{county.code}过问项目{n:02}",
        lead_unit=("xicheng", "dongguan")[n % 2],
        plan=WAN,
        stage="started",
    )
    about: dict[str, Any] = {"project": project, "light": "behind", "light_words": f"滞后{n}"}
    if n % 3 == 2:
        told: dict[str, Any] = {"by": people.officer, "on": ON, "now": NOW, "owner_unit": unit_of(county, "gongxin")}
        about = {"problem": problems.raise_problem(project, title=f"{county.code}用地{n:02}", **told)}
    answered = n % 4 > 1
    Instruction.objects.create(
        county=county,
        **about,
        kind=Kind.values[n % 2],
        text=f"为何落后{n:02}",
        post=(people.leader, people.other_leader)[n % 2].current_posts[0],
        by=(people.leader, people.office)[n % 2],
        by_office=bool(n % 2),
        on=ON - timedelta(days=n),
        asked_on=ON - timedelta(days=n),
        due_on=NOW.date() + timedelta(days=(n, -n)[n % 4 == 1]),
        status=(Status.OPEN, Status.OPEN, Status.ANSWERED, (Status.ACCEPTED, Status.WITHDRAWN)[n > 4])[n % 4],
        answer=f"已增派{n}" if answered else "",
        answered_by=(people.officer, people.unit_head)[n % 8 > 4] if answered else None,
        answered_at=NOW + timedelta(hours=n) if answered else None,
        closed_on=NOW.date() - timedelta(days=n) if n % 4 == 3 else None,
    )


def red(county: Unit, people: People, n: int) -> None:
    started = {"plan": 100 * WAN, "stage": "started"} if n % 2 else {"planned_start": date(2026, 1, 1)}
    make_project(county, name=f"{county.code}红灯项目{n:02}", lead_unit=("xicheng", "dongguan")[n % 3 == 2], **started)
