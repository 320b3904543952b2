"""The demonstration of each county shows work that waits: somebody of every role finds something to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test.utils import override_settings
from django.utils import translation

from core.days.periods import Period
from core.habits import Tries
from core.indicators import MEASURES, measure_of
from dispatch.models import Bulletin, Problem
from dispatch.problems.models import ProblemStep
from dispatch.problems.rules import ProblemRules
from dispatch.standings.services import frozen
from funding.bids.models import Bid
from organization.people.models import Post
from organization.profiles.loader import FOLDER
from organization.profiles.rules import rules_of
from organization.profiles.services import load_profile
from organization.units.models import Unit
from projects.choices import ReportStatus, State
from projects.models import AnnualPlan, MonthlyReport, Project
from projects.registry.models import ProjectQuerySet, StageChange
from simulation.world import moment
from simulation.year import replay

END = date(2026, 3, 31)
QUARTER, FIVE_WEEKS = date(2026, 1, 1), date(2026, 2, 24)
OTHERS = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem not in ("default", "huinan"))


def _reports(county: Unit, status: str) -> bool:
    return MonthlyReport.objects.filter(project__county=county, month="2026-03", status=status).exists()


def _state(county: Unit, state: str) -> bool:
    return Project.objects.filter(county=county, state=state).exclude(state_reason="").exists()


def _every_level(county: Unit) -> bool:
    """On each rung of the county's ladder stands a problem that is dealt with."""
    open_ = Problem.objects.filter(county=county, status=Problem.Status.OPEN)
    return set(open_.values_list("level", flat=True)) >= set(range(len(rules_of(county)[ProblemRules].ladder)))


def _noted_by_a_leader(county: Unit) -> bool:
    notes = ProblemStep.objects.filter(problem__county=county, kind=ProblemStep.Kind.NOTED)
    return notes.filter(by__posts__role="leader").exists()


def _projects(county: Unit) -> ProjectQuerySet:
    return Project.objects.filter(county=county, state=State.ACTIVE)


def _never_all(county: Unit) -> bool:
    """No rate of the whole county is 100 %: somebody has not started, not entered, is behind."""
    totals = frozen(county, Period.month(2026, 3), moment(END, 20))[0]["totals"]
    rates = [pair for key, pair in totals["quotients"].items() if measure_of(key) is MEASURES["percent"]]
    return all(done < due for done, due in rates if due)


def _everybody(county: Unit) -> bool:
    return not Post.objects.filter(unit__county=county, active=True, holder=None).exists()


THERE: dict[str, Callable[[Unit], bool]] = {
    "a report for the sponsor to approve": lambda county: _reports(county, ReportStatus.SUBMITTED),
    "one for the office to accept": lambda county: _reports(county, ReportStatus.APPROVED),
    "one given back": lambda county: _reports(county, ReportStatus.RETURNED),
    "a start by exception": lambda county: (
        StageChange.objects.filter(project__county=county).exclude(waived=[]).exists()
    ),
    "a suspended project": lambda county: _state(county, State.SUSPENDED),
    "a project given up": lambda county: _state(county, State.WITHDRAWN),
    "a problem on every level": _every_level,
    "one that a leader wrote to": _noted_by_a_leader,
    "a plan with a target": lambda county: (
        AnnualPlan.objects.filter(project__county=county).exclude(target="").exists()
    ),
    "a place on the map": lambda county: Project.objects.filter(
        county=county, longitude__gt=0, latitude__gt=0
    ).exists(),
    "a late start": lambda county: (
        Project.objects.filter(county=county, state=State.ACTIVE).not_started().due_to_start(END).exists()
    ),
    "rates below 100 %": _never_all,
    "a holder of every post": _everybody,
}
IN_A_QUARTER: dict[str, Callable[[Unit], bool]] = {
    "a bid with a deadline to come": lambda county: Bid.objects.filter(county=county, deadline__gt=END).exists(),
    "a bid sent back": lambda county: Bid.objects.filter(county=county, state="sent_back").exists(),
    "a published bulletin": lambda county: Bulletin.objects.filter(county=county, status="published").exists(),
}


SIXTH = str(Path(__file__).parents[1] / "data" / "sixth_town.toml")  # a town at the root, five steps of the ladder


@pytest.fixture(autouse=True)
def _no_step_breaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What breaks in the heartbeat is written down and tried again: in the demonstration nothing may."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.name == "jobs.heartbeat"] == []


def demonstrated(profile: str, start: date, projects: int) -> Unit:
    """The county of *profile*, replayed from *start* on; nobody came to a halt in it."""
    tries = Tries()
    no_mail = override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
    with translation.override("zh-hans"), no_mail:
        county = load_profile(profile, now=moment(start, 8)).county
        for _month in replay(county, start=start, end=END, count=projects, seed=1, tries=tries):
            pass
    assert not tries.never()
    return county


def missing(county: Unit, table: dict[str, Callable[[Unit], bool]]) -> list[str]:
    return [what for what, there in table.items() if not there(county)]


@pytest.mark.django_db
def test_work_waits_in_the_demonstration_county():
    assert missing(demonstrated("huinan", QUARTER, 20), {**THERE, **IN_A_QUARTER}) == []


@pytest.mark.django_db
def test_a_county_of_a_sixth_kind_needs_only_a_file():
    assert missing(demonstrated(SIXTH, date(2026, 2, 9), 12), THERE) == []


@pytest.mark.django_db
@pytest.mark.parametrize("profile", OTHERS)
def test_work_waits_in_every_county(profile):
    county = demonstrated(profile, FIVE_WEEKS, 16)
    assert missing(county, THERE) == []
    assert not load_profile(profile, now=moment(END, 20)).anything  # the file again: nothing is new
