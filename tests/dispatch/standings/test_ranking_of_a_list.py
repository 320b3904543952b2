"""A ranking over a list of the year: only its projects count, month by month, and what was published stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.days.periods import Period
from dispatch.bulletins.facts import figures_now
from dispatch.standings.figures import standing
from dispatch.standings.ranking import survey
from dispatch.standings.services import publish_ranking, ranking_version
from organization.profiles.loader import ProfileError, digest, read
from organization.profiles.models import CountyProfile
from projects.models import Project, Roster
from projects.registry.months import services as months
from projects.rosters import services as rosters
from tests.support.factories import NOW, WAN, make_project, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P03")]
MAY, APRIL = Period.month(2026, 5), Period.month(2026, 4)


@pytest.fixture
def key(county: Any, people: Any) -> Any:
    """Two projects of two units; one stands on the list that is ranked, since May."""
    data = {"ranking": {"list": "key"}, "list": [{"code": "key", "label": "重点项目"}]}
    CountyProfile.objects.create(county=county, key="own", version=1, data=data, digest=digest(data), loaded_at=NOW)
    roster = Roster.objects.create(county=county, year=2026, code="key", name="重点项目")
    projects = [
        make_project(county, name="堤防加固", plan=1_000 * WAN),
        make_project(county, name="污水厂", lead_unit="dongguan", plan=500 * WAN),
    ]
    for project in projects:
        make_report(project, "2026-05", works=100 * WAN)
    months.fill(county, now=NOW)
    put(roster, projects[0], people.office)
    return roster


def put(roster: Roster, project: Any, by: Any) -> None:
    told: dict[str, Any] = {"version": rosters.stamps([project.pk]), "by": by, "now": NOW, "reason": "列入"}
    rosters.put_on(roster.county, roster=roster, on=date(2026, 5, 6), **told)


def test_only_the_projects_on_the_list_count_as_it_stood_at_each_months_end(county: Any, key: Any) -> None:
    ranking = standing(county, MAY)
    assert {row.name: row.projects for row in ranking.rows if row.projects} == {"西城镇": 1}
    assert (ranking.totals.projects, ranking.totals.done) == (1, 100 * WAN)
    assert "重点项目" in ranking.rule
    assert survey(county, APRIL).total.every[0] == 0


def test_what_was_published_keeps_who_was_on_the_list(county: Any, people: Any, key: Any) -> None:
    version = ranking_version(county, MAY)
    told: dict[str, Any] = {"by": people.office_head, "now": NOW, "version": version, "unfinished": "试发"}
    made = publish_ranking(county, MAY, **told)
    rosters.put_on(
        county, roster=key, on=date(2026, 5, 7), by=people.office, now=NOW, reason="补充列入",
        version=rosters.stamps([Project.objects.get(county=county, name="污水厂").pk]),
    )  # fmt: skip
    assert survey(county, MAY).total.projects == 2
    made.refresh_from_db()
    assert [row["name"] for row in made.data["inputs"]] == ["堤防加固"]
    assert made.data["list"] == "key"
    figures, _ranking = figures_now(county, MAY, NOW)  # a bulletin is made of what was published
    assert figures["totals"]["projects"] == 1


def test_a_list_that_there_isnt_is_said_when_the_file_is_read(tmp_path: Any) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[ranking]\nlist = "nowhere"\n', encoding="utf-8")
    with pytest.raises(ProfileError, match="nowhere"):
        read(str(file))
