"""What filling in takes is measured where it is stored, and the office sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from dispatch.models import Round, RoundRow
from projects.choices import Stage
from projects.effort.services import FIRST, measure
from projects.models import Effort
from tests.support.factories import NOW, make_project, unit_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P09")]


def test_minutes_are_the_time_between_saves_without_the_breaks(county, people):
    unit = unit_of(county, "xicheng")
    for seconds, fields in ((0, 2), (40, 1), (100, 1), (100 + 3600, 2), (100 + 3600 + 299, 1), (9000, 0)):
        measure(unit, "grid", fields, by=people.officer, now=NOW + timedelta(seconds=seconds))
    row = Effort.objects.get()
    assert (row.fields, row.seconds, row.minutes) == (7, FIRST + 100 + FIRST + 299, 8)
    measure(unit, "grid", 1, by=people.officer, now=NOW + timedelta(days=30))
    measure(unit, "week", 1, by=people.unit_head, now=NOW)
    assert Effort.objects.count() == 3  # a month, a form, a person each


def test_the_grid_the_report_and_the_week_are_measured_and_shown_to_the_office_alone(county, people, sign_in):
    with time_machine.travel(NOW, tick=False):
        project = make_project(county, stage=Stage.STARTED)
        week = Round.objects.create(county=county, kind="weekly", period="2026-W24", opened_at=NOW, due_at=NOW)
        row = RoundRow.objects.create(round=week, unit=project.lead_unit, project=project)
        officer, pk = sign_in(people.officer), f"r-{project.pk}"
        typed = {f"{pk}-version": 0, f"{pk}-works": "5", f"{pk}-progress": "一层"}
        officer.post("/projects/reports/2026-06/", typed, headers={"Accept": "application/json"})
        officer.post("/projects/reports/2026-06/", typed | {f"{pk}-version": 1, f"{pk}-progress": "二层"})
        officer.post(
            reverse("projects:report", args=[project.pk, "2026-05"]), {"version": 0, "works": "3", "progress": "基础"}
        )
        said = {f"note_{row.pk}": "封顶", f"problem_{row.pk}": "", f"version_{row.pk}": row.version}
        officer.post(reverse("dispatch:week", args=[week.period]), said)
        found = dict(Effort.objects.filter(person=people.officer).values_list("form", "fields"))
        assert found == {"grid": 3, "report": 2, "week": 1}
        assert sign_in(people.officer).get(reverse("projects:effort")).status_code == 403
        page = sign_in(people.office).get(reverse("projects:effort")).content.decode()
        assert "项目专员" in page
