"""Who has to report on a month: the rows of its round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.days.periods import Period
from core.demands import Demand
from core.records.order import last
from dispatch.rounds import services
from dispatch.rounds.models import Extension, Round, RoundRow


def _asked(county: Any, period: Period) -> Any:
    return Round.objects.filter(county=county, kind=Round.Kind.MONTHLY, period=str(period))


def _projects(county: Any, period: Period) -> Any:
    return RoundRow.objects.asked().filter(round__in=_asked(county, period).values("pk")).order_by().values("project")


def _more(county: Any, period: Period) -> Mapping[int, datetime]:
    rows = Extension.objects.filter(round__in=_asked(county, period), given__isnull=False)
    newest_last = rows.order_by(last("answered_at"), "pk").values_list("unit", "given")
    return {unit: moment for unit, moment in newest_last if moment}


DEMANDS = (Demand("rounds", _asked, _projects, services.follow, _more),)
