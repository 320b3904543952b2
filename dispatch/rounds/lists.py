"""The rounds of a county: how many rows each has, and how many are missing."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.html import conditional_escape as escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.amounts import figures
from core.days.office import unknown_years
from core.lists.columns import Column, Look, Row, coded_column, moment_column, moment_value, number_column
from core.lists.filters import Asked, BuiltIn, Filter, is_one_of
from core.lists.listing import Listing
from core.lists.spec import ListSpec
from core.records.order import CodePoints
from core.tables.writing import Format
from dispatch.rounds import services as rounds
from dispatch.rounds.models import HANDED_IN, NOT_WRITTEN, Round, RoundRow
from dispatch.rounds.permissions import can_see_rounds
from organization.permissions import can_share_view
from projects.models import MonthlyReport

COUNTS = "counts"


def scope(asked: Asked) -> QuerySet[Round]:
    return Round.objects.filter(county=asked.county)


def bring(found: QuerySet[Any], asked: Asked, needs: frozenset[str]) -> QuerySet[Any]:
    """*found* with the number of rows, and of those that are missing."""
    if COUNTS not in needs:
        return found

    def number_of(rows: QuerySet[RoundRow]) -> Coalesce:
        counted = rows.order_by().values("round").annotate(n=Count("*")).values("n")
        return Coalesce(Subquery(counted), 0)

    rows = RoundRow.objects.asked().filter(round=OuterRef("pk"))
    # A round's month is one of its county's: its reports are read together, once for each round.
    handed_in = MonthlyReport.objects.filter(
        county=asked.county, month=OuterRef(OuterRef("period")), status__in=HANDED_IN
    )
    reported = number_of(rows.filter(project__in=handed_in.order_by().values("project")))
    unwritten = number_of(rows.filter(NOT_WRITTEN))
    missing = Case(When(kind=Round.Kind.MONTHLY, then=F("total") - reported), default=unwritten)
    counted: QuerySet[Any] = found.annotate(total=number_of(rows)).annotate(missing=missing)
    return counted


def _title(row: Row) -> str:
    return rounds.title(Round(**{name: row[name] for name in ("kind", "period", "due_at")}))


def _name(row: Row, look: Look) -> str:
    return f'<a class="name" href="{look.page_of(row["pk"])}">{escape(_title(row))}</a>'


def _due(row: Row, look: Look) -> str:
    if row["closed_at"]:
        return str(escape(figures.moment(row["due_at"])))
    words, tone = figures.due(row["due_at"], look.asked.now)
    return f'<span class="{tone}">{escape(words)}</span>' if tone else str(escape(words))


def _missing(row: Row, look: Look) -> str:
    said = figures.grouped(row["missing"])
    return f'<span class="late">{said}</span>' if row["missing"] and row["due_at"] < look.asked.now else said


def _state(row: Row, look: Look) -> str:
    return (
        f'<span class="mut">{escape(_state_value(row, look))}</span>' if row["closed_at"] else _state_value(row, look)
    )


def _state_value(row: Row, look: Look) -> str:
    return gettext("round closed") if row["closed_at"] else gettext("being filled in")


COLUMNS = (
    Column(
        "name",
        _("Round"),
        _name,
        lambda row, look: _title(row),
        ("kind", "period", "due_at"),
        sort=CodePoints(F("period")),
        css="first",
        head="w",
        chosen=True,
    ),
    Column("due_at", _("Due"), _due, moment_value("due_at"), ("due_at", "closed_at"), sort="due_at", chosen=True),
    number_column("total", _("Projects"), named=True, chosen=True, needs=COUNTS),
    Column(
        "missing",
        _("Not reported"),
        _missing,
        lambda row, look: row["missing"],
        ("missing", "due_at"),
        sort="missing",
        format=Format.NUMBER,
        css="n",
        head="n",
        named=True,
        chosen=True,
        needs=COUNTS,
    ),
    Column("state", _("State"), _state, _state_value, ("closed_at",), sort="closed_at", css="top end", chosen=True),
    coded_column("kind", _("kind"), Round.Kind),
    moment_column("opened_at", _("opened at")),
    moment_column("closed_at", _("closed at")),
)


def _closed(values: list[str], asked: Asked) -> Q:
    return Q(closed_at__isnull="open" in values)


FILTERS = (
    Filter("kind", _("kind"), is_one_of("kind"), Round.Kind.choices),
    Filter("state", _("State"), _closed, (("open", _("being filled in")), ("closed", _("round closed")))),
)


UNKNOWN = _("The moved working days of %(year)s aren't known yet: its deadlines count weekends as they stand")


def sub(listing: Listing) -> list[Any]:
    said: list[Any] = [_("They open by themselves; a project that has not reported is a line, never a gap")]
    return said + [str(UNKNOWN) % {"year": year} for year in unknown_years(listing.asked.now)]


ROUNDS = ListSpec(
    key="rounds",
    title=_("Rounds"),
    url="dispatch:rounds",
    page="dispatch:round",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=(
        BuiltIn("all", _("All"), ""),
        BuiltIn("open", _("being filled in"), "state=open"),
        BuiltIn("monthly", Round.Kind.MONTHLY.label, "kind=monthly"),
        BuiltIn("weekly", Round.Kind.WEEKLY.label, "kind=weekly"),
    ),
    order=("-due_at", "-pk"),
    may_see=can_see_rounds,
    may_share=can_share_view,
    bring=bring,
    sub=sub,
    empty=(_("No round has opened yet"), _("The first opens by itself once projects are on file.")),
)


LISTS = (ROUNDS,)
