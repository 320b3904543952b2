"""The ranking as what is counted over a list, for those that change the list (`[ranking] list`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy

from core.days.periods import Period
from core.indicators import Indicator, declared
from core.scopes import Counted, Scope
from dispatch.standings.ranking import tallies
from dispatch.standings.rules import RankingRules
from dispatch.standings.tally import Figure, Tally
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from organization.units.tree import homes_on, units_of_tree
from projects.rules import LightRules


def _code(county: Unit) -> str:
    return rules_of(county)[RankingRules].list


def _indicators(county: Unit) -> Sequence[Indicator]:
    return [declared()[key] for key in rules_of(county)[RankingRules].columns]


def _count(county: Unit, period: Period, projects: Iterable[int]) -> Mapping[int, Counted]:
    """Two queries: the units, and what the projects add to each."""
    rules, shown = rules_of(county)[RankingRules], _indicators(county)
    where = Q(project__in=list(projects) or [0])
    found = tallies(county, [period], rules.columns, where=where)[period]
    units = units_of_tree(county)
    home = homes_on(units, period.last)
    names = {unit.pk: unit.called_on(period.last) for unit in units}
    gathered: dict[int, Tally] = {0: sum(found.values(), Tally())}
    for pk, one in found.items():
        place = home.get(pk, pk)
        gathered[place] = gathered.get(place, Tally()) + one
    how = rules_of(county)[LightRules].gap

    def counted(pk: int, tally: Tally) -> Counted:
        rates = {}
        for one in shown:
            quotient = tally.quotients[one.key]
            rates[one.key] = (quotient, Figure.of(one, quotient, period, rules.decimals, how).listed)
        return Counted(names.get(pk, ""), rates)

    return {pk: counted(pk, tally) for pk, tally in gathered.items() if tally.quotients}


SCOPES = (Scope("ranking", gettext_lazy("Ranking"), _code, _indicators, _count),)
