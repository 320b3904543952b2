"""The frozen lists of a county, the newest first."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lists.columns import Column, Look, Row, coded_column, day_column, moment_column, number_column
from core.lists.filters import Asked, BuiltIn, Filter, from_day, is_one_of, to_day
from core.lists.spec import ListSpec
from core.records.order import CodePoints
from dispatch.daylists.models import DayList, Kind, named
from dispatch.daylists.permissions import can_see_day_lists
from dispatch.rounds.models import Round
from organization.permissions import can_share_view


def scope(asked: Asked) -> QuerySet[DayList]:
    return DayList.objects.filter(county=asked.county)


def _named(row: Row, look: Look) -> str:
    return named(row["kind"], row["on"])


def _title(row: Row, look: Look) -> str:
    return f'<a class="name" href="{look.page_of(row["pk"])}">{escape(_named(row, look))}</a>'


def _file(row: Row, look: Look) -> str:
    address = reverse("dispatch:day_list_file", args=[row["pk"]])
    return format_html('<a class="btn btn-s" href="{}">{}</a>', address, gettext("Excel"))


COLUMNS = (
    Column("title", _("List"), _title, _named, ("kind", "on"), sort=CodePoints("title"), css="first", head="w",
           chosen=True),
    coded_column("kind", _("kind"), Kind, chosen=True),
    coded_column("round", _("Round"), Round.Kind, "round__kind", chosen=True),
    day_column("on", _("as of"), css="num nw", named=True, chosen=True),
    number_column("count", _("rows"), named=True, chosen=True),
    moment_column("at", _("frozen at")),
    Column("file", _("Excel"), _file, css="end", chosen=True, unseen=True),
)  # fmt: skip

DAY_LISTS = ListSpec(
    key="day_lists",
    title=_("Lists of the day"),
    url="dispatch:day_lists",
    page="dispatch:day_list",
    scope=scope,
    columns=COLUMNS,
    filters=(
        Filter("kind", _("kind"), is_one_of("kind"), Kind.choices),
        Filter("since", _("From which day"), from_day("on"), day=True),
        Filter("until", _("Up to which day"), to_day("on"), day=True),
    ),
    views=(BuiltIn("all", _("All"), ""), *(BuiltIn(one.value, one.label, f"kind={one.value}") for one in Kind)),
    order=("-on", "-pk"),
    head="title",
    may_see=can_see_day_lists,
    may_share=can_share_view,
    empty=(
        _("No list has been frozen yet"),
        _("When a round ends, the lists that the county's file names for it are kept as they stand."),
    ),
)

LISTS = (DAY_LISTS,)
