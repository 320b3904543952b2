"""A round over a list of the year asks those that stood on it on the day of opening, and nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from core.days.periods import Period
from dispatch.models import RoundRow
from dispatch.rounds import services as rounds
from organization.profiles.loader import ProfileError, digest, read
from organization.profiles.models import CountyProfile
from organization.profiles.rules import rules_of
from projects.models import Roster
from projects.rosters import services as rosters
from tests.support.factories import NOW, WAN, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P03")]
MONDAY = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
MADE = datetime(2026, 5, 10, 1, 0, tzinfo=UTC)
WEEK = Period.parse("2026-W23")


@pytest.fixture
def projects(county: Any, people: Any) -> list[Any]:
    made = [
        make_project(county, name=name, stage="started", started_on=date(2026, 1, 5), created_at=MADE,
                     total_investment=total * WAN)
        for name, total in (("堤防加固", 5_000), ("污水厂", 20_000), ("学校", 3_000))
    ]  # fmt: skip
    data = {"weekly": {"list": "key"}, "list": [{"code": "key", "label": "重点项目"}]}
    CountyProfile.objects.create(county=county, key="own", version=1, data=data, digest=digest(data), loaded_at=NOW)
    Roster.objects.create(county=county, year=2026, code="key", name="重点项目")
    Roster.objects.create(county=county, year=2026, code="large", name="亿元项目", rule="size=100m")
    put(county, made[0], date(2026, 5, 20), people.office)
    return made


def put(county: Any, project: Any, on: date, by: Any) -> None:
    told: dict[str, Any] = {"version": rosters.stamps([project.pk]), "by": by, "now": NOW, "reason": "列入"}
    rosters.put_on(county, roster=Roster.objects.get(code="key"), on=on, **told)


def asked(opened: Any) -> set[str]:
    return set(RoundRow.objects.filter(round=opened).values_list("project__name", flat=True))


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("", {"堤防加固", "污水厂", "学校"}),
        ("key", {"堤防加固"}),
        ("large", {"污水厂"}),
        ("nowhere", {"堤防加固", "污水厂", "学校"}),
    ],
)
def test_rows_are_of_the_list_on_the_day_of_opening(
    county: Any, projects: Any, people: Any, listed: str, names: set[str]
) -> None:
    due = MONDAY + timedelta(days=4)
    opened, new = rounds.open_round(county, "weekly", WEEK, due_at=due, now=MONDAY, listed=listed)
    assert (new, asked(opened)) == (True, names)
    assert rounds.open_round(county, "weekly", WEEK, due_at=due, now=MONDAY, listed="key") == (opened, False)
    for project in projects[1:]:
        put(county, project, date(2026, 5, 25) if project is projects[1] else date(2026, 6, 3), people.office)
    late = {project.name for project in rounds.outside(opened)}
    assert late == ({"污水厂"} if listed == "key" else set()), "one that was on it by then may come in by a press"


def test_a_countys_file_opens_its_weekly_rounds_over_a_list(
    county: Any, projects: Any, people: Any, sign_in: Any, tmp_path: Any
) -> None:
    made = rounds.open_due(county, now=MONDAY, rules=rules_of(county), days={})
    opened = next(one for one in made if one.period == str(WEEK))
    assert asked(opened) == {"堤防加固"}
    assert "重点项目" in rounds.title(opened)
    assert "重点项目" in sign_in(people.office).get(reverse("dispatch:round", args=[opened.pk])).text
    (file := tmp_path / "own.toml").write_text('[weekly]\nlist = "nowhere"\n', encoding="utf-8")
    with pytest.raises(ProfileError, match="nowhere"):
        read(str(file))
