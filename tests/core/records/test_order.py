"""Every order says where NULLs stand and goes by no collation: read from the models and from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from core.records.order import text
from organization.units.models import Unit
from projects.models import Project
from tests.support.factories import make_project

OURS = ("core", "organization", "jobs", "outbox", "projects", "funding", "investment", "dispatch")
ALIKE = {"month", "period"}  # digits of one length: every collation agrees
NEVER_NULL = {  # in these places the name is a column that is never NULL; another model has one of that name that is
    "dispatch/bulletins/files.py": {"signed_at"},
    "dispatch/campaigns/due.py": {"due_on"},
    "dispatch/campaigns/pages.py": {"due_on"},
    "dispatch/home/news.py": {"on", "typed_at"},
    "dispatch/calendar/receivers.py": {"post"},
    "dispatch/home/pages.py": {"due_at", "due_on", "level"},
    "dispatch/home/reds.py": {"due_on"},
    "dispatch/instructions/pages.py": {"due_on"},
    "dispatch/numbers/lists.py": {"year"},
    "dispatch/numbers/models.py": {"year", "number"},
    "dispatch/problems/called.py": {"due_on"},
    "dispatch/problems/models.py": {"due_on"},
    "dispatch/problems/views.py": {"due_on"},
    "dispatch/replies/models.py": {"due_on"},
    "dispatch/loop/nodes.py": {"project"},
    "dispatch/rounds/acts.py": {"due_at"},
    "dispatch/rounds/due.py": {"unit"},
    "dispatch/rounds/entering.py": {"due_at", "unit"},
    "dispatch/rounds/models.py": {"due_at", "project", "unit"},
    "dispatch/rounds/views.py": {"unit"},
    "dispatch/bulletins/facts.py": {"unit"},
    "dispatch/daylists/kinds.py": {"level", "due_on"},
    "funding/bids/lists.py": {"year"},
    "funding/bids/models.py": {"year"},
    "projects/ledger/models.py": {"number"},
    "projects/list/asked.py": {"project"},
    "projects/packages/pages.py": {"project"},
    "projects/platform/comparing.py": {"project"},
    "projects/turn/pages.py": {"year"},
    "projects/plans/models.py": {"year"},
    "projects/approvals/figures.py": {"project"},
    "projects/approvals/models.py": {"number"},
    "projects/rosters/acts.py": {"entered_on"},
    "projects/rosters/forms.py": {"year"},
    "projects/rosters/models.py": {"entered_on"},
    "projects/rosters/pages.py": {"entered_on", "year"},
    "projects/rosters/scope.py": {"project"},
    "projects/rosters/services.py": {"entered_on"},
    "projects/resumptions/models.py": {"year"},
    "organization/absences/models.py": {"since"},
    "organization/audit/chain.py": {"number"},
    "organization/audit/lists.py": {"number"},
    "organization/audit/services.py": {"number"},
    "organization/management/commands/audit.py": {"number"},
    "organization/people/models.py": {"unit"},
    "organization/portfolios/models.py": {"post"},
    "outbox/robots/models.py": {"created_at"},
    "projects/registry/months/models.py": {"since"},
    "projects/sponsorship/led_by.py": {"project"},
    "organization/squads/listing.py": {"post"},
    "organization/sign_in/views.py": {"seen_at"},
    # where the query leaves out those without
    "projects/approvals/due.py": {"deadline", "valid_until"},
    "outbox/models.py": {"created_at"},
    "jobs/models.py": {"created_at"},
    "jobs/services.py": {"created_at"},
    "dispatch/rounds/services.py": {"created_at", "due_at", "unit"},
    "dispatch/rounds/more_days.py": {"answered_at"},
    "dispatch/daylists/services.py": {"closed_at"},
}


def _unsafe() -> set[str]:
    """The names of columns of ours that are text or may be NULL."""
    found = set()
    for model in apps.get_models():
        if model._meta.app_label in OURS and not model.__name__.startswith("Historical"):
            for field in model._meta.get_fields():
                if isinstance(field, models.Field) and (
                    field.null or isinstance(field, models.CharField | models.TextField)
                ):
                    found.add(field.name)
    return found - ALIKE


def _orders() -> Iterator[tuple[str, str]]:
    """Each name in an `order_by` or `ordering` of the sources, with its place."""
    for app in OURS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                given: list[ast.expr] = []
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "order_by":
                    given = node.args
                elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ordering":
                    given = getattr(node.value, "elts", [])
                for one in given:
                    if isinstance(one, ast.Constant):
                        yield str(one.value), f"{path.relative_to(settings.BASE_DIR)}:{one.lineno}"


def test_no_order_leaves_nulls_or_text_to_the_database() -> None:
    unsafe = _unsafe()
    wrong = []
    for name, place in _orders():
        last = name.removeprefix("-").rpartition("__")[2]
        if last in unsafe - NEVER_NULL.get(place.rpartition(":")[0], set()):
            wrong.append(f"{place}: {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_text_goes_by_code_points(county: Unit) -> None:
    names = ["Ba", "a-b", "ab", "中", "一", "丁"]
    for name in names:
        make_project(county, name=name)
    found = Project.objects.order_by(text("name"))
    assert [project.name for project in found] == sorted(names)
