"""Many rows at once leave the same history as one row at a time."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.records import bulk
from organization.people.models import Post
from projects.models import AnnualPlan, Project, Sponsor
from tests.support.factories import NOW, make_project

pytestmark = pytest.mark.django_db


def told(model: Any, **about: object) -> list[tuple[object, ...]]:
    rows = model.history.filter(**about).order_by("history_id")
    return [
        (row.history_type, row.position, row.history_user, row.history_date, row.history_change_reason) for row in rows
    ]


def test_rows_put_in_changed_and_taken_away_are_in_the_history(county, people):
    project, posts = make_project(county), Post.objects.filter(role="leader").order_by("pk")
    rows = [Sponsor(project=project, post=post, position=1) for post in posts]
    said = {"by": people.office, "now": NOW, "reason": "调整分工"}
    bulk.insert(rows, **said)
    for row in rows:
        row.position = 2
    bulk.update(rows, ["position"], **said)
    bulk.delete(rows, **said)
    assert not Sponsor.objects.exists()
    for post in posts:
        steps = [(kind, place, people.office, NOW, "调整分工") for kind, place in (("+", 1), ("~", 2), ("-", 2))]
        assert told(Sponsor, post=post) == steps


def test_nothing_to_do_asks_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        bulk.insert([], now=NOW)
        bulk.update([], ["position"], now=NOW)
        bulk.delete([], now=NOW)


def test_the_collector_is_as_it_was_afterwards_also_when_the_rows_are_refused(county, people):
    project, post = make_project(county), Post.objects.filter(role="leader").earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([Sponsor(project=project, post=post), Sponsor(project=project, post=post)], now=NOW)
    assert gc.get_threshold() == bulk.USUAL


STRANGE = ["", "NULL", "a,b", "{}", '说“好”, "是"', "\\", "一\n二\t三", "'; --", "%s", "\u3000", "null"]


def test_texts_and_documents_come_back_as_they_were_written(county):
    """Rows go in as columns: each value is written into a document or an array, and read again by the database."""
    project = make_project(county)
    rows = [
        AnnualPlan(project=project, year=2030 + n, target=text, investment=n or None, quarters={"1": {"text": text}})
        for n, text in enumerate(STRANGE)
    ]
    bulk.insert(rows, now=NOW)
    for row in rows:
        found = AnnualPlan.objects.get(pk=row.pk)
        assert (found.year, found.target, found.investment, found.quarters, found.months) == (
            row.year, row.target, row.investment, row.quarters, [],
        )  # fmt: skip
    assert AnnualPlan.history.count() == len(STRANGE)


def test_rows_of_the_same_values_are_as_many_as_were_given(county):
    rows = [Project(county=county, lead_unit=county, name="同名项目") for _n in range(3)]
    bulk.insert(rows, now=NOW)
    assert len({row.pk for row in rows}) == 3 == Project.objects.filter(name="同名项目").count()
