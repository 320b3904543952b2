"""The bulletin of May, step by step: `bulletin` is drafted, `ready` can be sent, then `signing` and `signed`."""

from __future__ import annotations

import pytest

from dispatch.bulletins import services as bulletins
from tests.support.bulletin_steps import MAY, edit
from tests.support.factories import WAN, make_project, make_report
from tests.support.months import finish_month


@pytest.fixture
def ledger(county):
    """Two townships and a department with plans; one project stands still."""
    dryer = make_project(county, name="粮食烘干中心", plan=10_000 * WAN, stage="entered")
    road = make_project(county, name="城北路改造", lead_unit="dongguan", plan=90_000 * WAN, stage="started")
    school = make_project(county, name="第三小学", lead_unit="zhujian", plan=2_000 * WAN, stage="started")
    for project, works in ((dryer, 5_000), (road, 9_000), (school, 1_000)):
        make_report(project, "2026-04", works=(works - 100) * WAN)
        make_report(project, "2026-05", works=100 * WAN)
    finish_month(county, "2026-05")
    return dryer, road, school


@pytest.fixture
def bulletin(county, ledger, now):
    return bulletins.draft_bulletin(county, "monthly", MAY, now=now)


@pytest.fixture
def ready(bulletin, people, now):
    return edit(bulletin, "next", "各单位6月底前赶上序时进度。", people, now)


@pytest.fixture
def signing(ready, people, now):
    return bulletins.submit_bulletin(ready, version=ready.version, by=people.office, now=now)


@pytest.fixture
def signed(signing, people, now):
    return bulletins.sign_bulletin(signing, version=signing.version, by=people.leader, now=now)
