"""What filling in takes, by person, month and form."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.lists.columns import (
    Cell,
    Column,
    Look,
    Row,
    coded_column,
    in_all,
    moment_column,
    number_column,
    raw,
    text_column,
)
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_one_of
from core.lists.spec import ListSpec
from core.records.order import CodePoints
from organization.permissions import can_share_view
from organization.units.models import Unit
from projects.effort.models import Effort, Form
from projects.effort.permissions import can_see_effort


def scope(asked: Asked) -> QuerySet[Effort]:
    return Effort.objects.filter(county=asked.county)


def _sum(key: str) -> Cell:
    return lambda row, look: figures.grouped(row[key])


def _person(row: Row, look: Look) -> str:
    return f"<b>{escape(row['person__name'])}</b>"


COLUMNS = (
    Column("person", _("Filled in by"), _person, raw("person__name"), ("person__name",),
           sort=CodePoints(F("person__name")), css="first", chosen=True, total=in_all),
    text_column("unit", _("Unit"), "unit__short_name", chosen=True),
    text_column("month", _("month"), named=True, chosen=True),
    coded_column("form", _("form"), Form, chosen=True),
    number_column("fields", _("cells written"), named=True, chosen=True, sum="fields", total=_sum("fields")),
    number_column("minutes", _("minutes"), named=True, chosen=True, sum="minutes", total=_sum("minutes")),
    moment_column("last_at", _("last")),
)  # fmt: skip


def _months(asked: Asked) -> list[Option]:
    months = scope(asked).order_by("-month").values_list("month", flat=True).distinct()
    return [Option(month, figures.month(month, asked.on)) for month in months]


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(pk__in=scope(asked).order_by().values("unit"))
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


EFFORT = ListSpec(
    key="effort",
    title=_("What filling in takes"),
    url="projects:effort",
    scope=scope,
    columns=COLUMNS,
    filters=(
        Filter("month", _("month"), is_one_of("month"), _months),
        Filter("form", _("form"), is_one_of("form"), Form.choices),
        Filter("unit", _("Unit"), is_one_of("unit__code"), _units),
    ),
    views=(BuiltIn("all", _("All"), ""), *(BuiltIn(one.value, one.label, f"form={one.value}") for one in Form)),
    order=("-month", "person", "-pk"),
    head="person",
    search=lambda text: Q(person__name__icontains=text) | Q(unit__name__icontains=text),
    find=_("Name, unit"),
    may_see=can_see_effort,
    may_share=can_share_view,
    empty=(
        _("Nothing is measured yet"),
        _("Cells written and minutes are counted where people save; breaks of more than five minutes are left out."),
    ),
)

LISTS = (EFFORT,)
