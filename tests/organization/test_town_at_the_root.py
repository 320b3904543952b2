"""A county of a sixth kind needs only a file: a town at the root, villages below it, a ladder of five steps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from core.days.periods import Period
from dispatch.bulletins.services import draft_bulletin
from dispatch.models import Problem, Round
from dispatch.standings.ranking import survey
from jobs.heartbeat import tick
from organization.people.models import User
from organization.profiles.services import load_profile
from organization.units.models import Unit, UnitKind
from projects.models import Project
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db
FILE = str(Path(__file__).parents[1] / "data" / "sixth_town.toml")


def test_a_town_stands_at_the_root_and_a_city_above_a_county_does_not(county):
    town = load_profile(FILE, now=NOW).county
    assert (town.kind, town.parent, town.county, town.path) == (UnitKind.TOWN, None, town, "sixth_town/")
    assert set(Unit.objects.filter(county=town).values_list("path", flat=True)) >= {"sixth_town/liuhe/erzu/"}
    city = Unit(code="shi", name="某市", short_name="某市", kind=UnitKind.CITY)
    city.save()
    below = Unit(code="xian", name="某县", short_name="某县", kind=UnitKind.COUNTY, parent=city)
    below.save()
    assert (city.county, below.county) == (None, below)
    assert set(Unit.objects.counties()) == {county, town, below}
    assert not load_profile(FILE, now=NOW).anything


def test_a_month_of_a_town_is_replayed_and_its_pages_speak_of_a_town(client, capsys):
    start, end = date(2026, 5, 1), date(2026, 6, 9)
    call_command("simulate", profile=FILE, start=start, end=end, projects=8)
    town = Unit.objects.counties().get()
    assert Project.objects.filter(county=town).count() >= 8
    assert Round.objects.filter(county=town, kind="monthly", period="2026-05").exists()
    assert not tick(NOW).failures
    ranking = {
        label: [row.name for row in one.rows]
        for one in survey(town, Period.month(2026, 5)).groups()
        for label in [one.label]
    }
    assert set(ranking) == {"村（社区）", "站所"}
    assert "柳河村" in ranking["村（社区）"]
    assert "柳河村二组" not in ranking["村（社区）"]  # it counts for its village
    made = draft_bulletin(town, "monthly", Period.month(2026, 5), now=NOW, unfinished="试发")
    said = "".join(line for block in made.content for line in map(str, block.get("paragraphs", [])))
    assert "全镇" in said
    assert "全县" not in said
    office = User.objects.get(posts__title="综合岗")
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(NOW, tick=True):
        for address in (
            "/",
            "/projects/",
            "/dispatch/rankings/2026-05/",
            "/organization/units/",
            "/dispatch/problems/",
        ):
            page = client.get(address)
            assert page.status_code == 200, address
            assert "柳河口镇" in page.content.decode()
            assert "全县" not in page.content.decode(), address
    assert all(problem.level <= 4 for problem in Problem.objects.all())
