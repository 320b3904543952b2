"""When a round ends, the lists that the county dispatches by stay as they stood: page and Excel, byte by byte."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from core.days.office import calendar
from dispatch.daylists.services import freeze_due
from dispatch.models import DayList, Round, RoundRow
from dispatch.problems import services as problems
from dispatch.rounds import services as rounds
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from organization.profiles.rules import rules_of
from projects.models import Project
from tests.support.factories import NOW, WAN, make_project, make_report

DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D05")]


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(county):
    """The county's document names the lists of a week and of a month."""
    data = {"day_lists": {"weekly": ["construction", "problems"], "monthly": ["planned", "entry", "completion"]}}
    CountyProfile.objects.create(county=county, key="test", data=data, digest=digest(data), loaded_at=NOW)
    return county


def ended(county, kind="weekly", period="2026-W23"):
    return Round.objects.create(
        county=county, kind=kind, period=period, opened_at=NOW - 7 * DAY, due_at=NOW - 2 * DAY, closed_at=NOW
    )


def freeze(county, now=NOW):
    return freeze_due(county, now=now, rules=rules_of(county))


def test_the_week_freezes_what_is_built_and_what_is_to_be_coordinated(asked, people, sign_in):
    dryer = make_project(asked, name="粮食烘干中心", stage="started", plan=1_000 * WAN)
    make_project(asked, name="体育公园", stage="planned")
    make_report(dryer, "2026-05", works=250 * WAN, progress="主体施工")
    problems.raise_problem(dryer, title="缺变压器", by=people.officer, on=NOW.date(), now=NOW)
    week = ended(asked)
    RoundRow.objects.create(round=week, unit=dryer.lead_unit, project=dryer, note="三层封顶", total=300 * WAN)
    assert (freeze(asked), freeze(asked)) == (2, 0)  # once
    building = DayList.objects.get(kind="construction")
    assert building.rows == [["粮食烘干中心", "西城镇", 20_000 * WAN, 1_000 * WAN, 300 * WAN, "30.0", "三层封顶", ""]]
    [problem] = DayList.objects.get(kind="problems").rows
    assert problem[:3] == ["粮食烘干中心", "西城镇", "缺变压器"]

    office = sign_in(people.office)
    page, file = (reverse(f"dispatch:day_list{end}", args=[building.pk]) for end in ("", "_file"))

    def seen():
        return office.get(page).content.decode().count("粮食烘干中心"), b"".join(office.get(file).streaming_content)

    before = seen()
    cells = [str(cell.value) for line in load_workbook(BytesIO(before[1])).active for cell in line if cell.value]
    assert {"粮食烘干中心", "三层封顶", "300"} <= set(cells)
    Project.objects.filter(pk=dryer.pk).update(name="改了名", stage="completed")
    RoundRow.objects.update(note="后来改的")
    assert (freeze(asked, NOW + DAY), seen()) == (0, before)
    assert "在建项目清单" in office.get(reverse("dispatch:day_lists")).content.decode()
    assert "在建项目清单" in office.get(reverse("dispatch:round_lists", args=[week.pk])).content.decode()
    assert sign_in(people.officer).get(page).status_code == 403


def test_the_month_freezes_planned_entry_and_completion(asked, people):
    make_project(asked, name="体育公园", stage="planned")
    make_project(asked, name="水厂", stage="entered", completed_on=None, planned_completion="2026-10-01")
    owed = make_project(asked, name="学校", stage="started")
    make_project(asked, name="旧桥", stage="completed")
    ended(asked, "monthly", "2026-05")
    assert freeze(asked) == 3
    names = {one.kind: [row[0] for row in one.rows] for one in DayList.objects.all()}
    assert names == {"planned": ["体育公园"], "entry": ["水厂", "旧桥", "学校"], "completion": ["水厂", "旧桥"]}
    assert [row[-1] for row in DayList.objects.get(kind="entry").rows if row[0] == owed.name] == ["应统未统"]


def test_a_week_that_is_opened_again_is_frozen_anew_when_it_ends_once_more(asked, people):
    make_project(asked, name="水厂", stage="started")
    week = ended(asked)
    freeze(asked)
    first = DayList.objects.get(kind="construction")
    rounds.reopen(week, by=people.office, now=NOW)
    assert freeze(asked) == 0
    rounds.close(week, now=NOW + DAY)
    assert freeze(asked, NOW + DAY) == 2
    again = DayList.objects.get(kind="construction")
    assert (again.on - first.on, again.pk == first.pk) == (DAY, False)


@pytest.mark.parametrize("profile", ["huinan", "lanxian", "qinshui"])
def test_what_the_documents_name_is_a_list_that_there_is(profile):
    from dispatch.daylists.kinds import LISTS_OF
    from dispatch.daylists.rules import KINDS, DayListRules
    from organization.profiles.loader import build, complete, read

    assert set(KINDS) == set(LISTS_OF)
    own = build(complete(read(profile)), key=profile, version=1)[DayListRules]
    assert any((own.weekly, own.monthly, own.called))


def test_the_heartbeat_ends_a_week_and_freezes_it(asked, people):
    make_project(asked, name="水厂", stage="started")
    Round.objects.create(
        county=asked, kind="weekly", period="2026-W22", opened_at=NOW - 20 * DAY, due_at=NOW - 12 * DAY
    )
    rounds.close_due(asked, now=NOW, rules=rules_of(asked), days=calendar())
    assert Round.objects.get(period="2026-W22").closed_at is not None
    assert freeze(asked) == 2
