"""A query that is asked again and again is said in SQL once, and answers what is on file by then."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from core.records.prepared import prepared
from organization.units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]  # statements are kept as in the county


def test_said_once_for_the_same_question_and_answered_anew(county: Unit) -> None:
    built = []

    @prepared
    def names(of: int, kind: str) -> QuerySet[Any, Any]:
        built.append(kind)
        return Unit.objects.filter(county=of, kind=kind).order_by("pk").values_list("pk", "name")

    def now(kind: str) -> list[tuple[Any, ...]]:
        return list(Unit.objects.filter(county=county, kind=kind).order_by("pk").values_list("pk", "name"))

    assert names(county.pk, "township") == now("township") != []
    Unit.objects.create(code="new", name="新设镇", kind="township", parent=county)
    assert names(county.pk, "township") == now("township")
    assert names(county.pk, "department") == now("department") != now("township")
    assert built == ["township", "department"]
