"""Publishing a ranking: from then on its figures stand, and what turns out wrong is a note beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import noted
from core.amounts.figures import month as month_name
from core.days.periods import Period
from core.refusals import NeedsReason, Stale, require
from dispatch.problems.models import Problem
from dispatch.rounds.months import demand_ready, month_state
from dispatch.standings.figures import SPOKEN, as_kept, behind_scenes, figures_of
from dispatch.standings.models import RankingSnapshot
from dispatch.standings.pages import version_of
from dispatch.standings.permissions import can_publish_ranking, can_withdraw_ranking
from dispatch.standings.published import CONTEST
from dispatch.standings.ranking import gathered_units, survey
from dispatch.standings.rules import RankingRules
from dispatch.standings.scope import name_of, of_list
from organization.people.models import User
from organization.permissions import can_sign
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from organization.units.tree import paths_on, units_of_tree
from projects.models import Project
from projects.registry.months.services import demand_lived, extend
from projects.rules import LightRules
from projects.turn.force import demand_in_force


def published(county: Unit, period: Period) -> RankingSnapshot | None:
    """The published ranking of *period*, if there is one; read-only."""
    return RankingSnapshot.objects.standing().filter(county=county, contest=CONTEST, period=str(period)).first()


def first_version(county: Unit, period: str) -> int:
    """That of a month's new publication: above those withdrawn, so that no page of one of them reaches it."""
    gone = RankingSnapshot.objects.filter(county=county, contest=CONTEST, period=period)
    return (gone.aggregate(last=Max("version"))["last"] or 0) + 1


def _changed(snapshot: RankingSnapshot | None = None) -> Stale:
    why = _("Meanwhile the ranking was changed. Nothing was done: look at the figures as they stand now.")
    return Stale(snapshot, why)


def publish_ranking(
    county: Unit, period: Period, *, by: User | None, now: datetime, version: int, unfinished: str = ""
) -> RankingSnapshot:
    """Freezes the ranking of *period* with the rule version, the cut-off *now*, every input and every result.

    *version* is that of the figures the person saw (`ranking_version`); a month that isn't finished needs a reason,
    *unfinished*. Published once: a second call, or a second click at the same moment, gives back what was published
    and changes nothing. `by` None is the system. Raises NotAllowed, Stale, NeedsReason, Refused for a month to
    come.
    """
    if by is not None:
        require(can_publish_ranking(by, county))
        require(can_sign(by, now=now))
    if (done := published(county, period)) is not None:
        return done
    demand_lived(county, period)
    demand_in_force(county, period.year)
    state = month_state(county, period, now=now)
    reason = demand_ready(state, unfinished)
    extend(county, now=now)
    if version != _live_version(county, period):  # of the figures, not of what another click published meanwhile
        raise _changed()
    data, rule_version = frozen(county, period, now)
    data["reports"] = state.counts()
    try:
        with transaction.atomic():
            made = RankingSnapshot.objects.create(
                county=county,
                contest=CONTEST,
                period=str(period),
                rule_version=rule_version,
                cut_off=now,
                data=data,
                published_at=now,
                published_by=by,
                unfinished=reason,
                version=first_version(county, str(period)),
            )
            noted.note(
                "ranking_published", made, by=by, now=now, words=month_name(str(period)), detail={"unfinished": reason}
            )
            return made
    except IntegrityError:  # the other click was faster
        return RankingSnapshot.objects.standing().get(county=county, contest=CONTEST, period=str(period))


def publish_figures(
    county: Unit, period: str, figures: dict[str, Any], *, by: User, now: datetime, unfinished: str = ""
) -> RankingSnapshot:
    """The ranking of *period* that a paper made of *figures* publishes with itself, or the one that stands. Refused
    where the year has no plan in force."""
    if published(county, of := Period.parse(period)) is None:
        demand_in_force(county, of.year)
    found, made = RankingSnapshot.objects.standing().get_or_create(
        county=county,
        contest=CONTEST,
        period=period,
        defaults={
            "rule_version": figures["rule_version"],
            "cut_off": datetime.fromisoformat(figures["cut_off"]),
            "data": figures,
            "published_at": now,
            "published_by": by,
            "unfinished": unfinished,
            "version": first_version(county, period),
        },
    )
    if made:
        noted.note("ranking_published", found, by=by, now=now, words=month_name(period))
    return found


def ranking_version(county: Unit, period: Period) -> int:
    """The number that stands for the figures of *period* as they are now (`Page.version`)."""
    done = published(county, period)
    return _live_version(county, period) if done is None else done.version


def _live_version(county: Unit, period: Period) -> int:
    return version_of(survey(county, period).groups())


def frozen(county: Unit, period: Period, now: datetime, listed: str = "") -> tuple[dict[str, Any], int]:
    """What is kept: the figures, and under `inputs` every project with its facts and what it added.

    *listed*: of the projects on that list of the year alone, as a paper about it says them under `scope`: compared
    with no published ranking, and without the ledger of problems, which no list divides.
    """
    rules = of_list(rules_of(county), listed) if listed else None
    found = survey(county, period, keys=SPOKEN, rules=rules, told=not listed)
    rows = behind_scenes(county, period, found.keys, found.rules)
    data = figures_of(found, rows, now)
    data["decimals"] = found.rules[RankingRules].decimals
    data["ties"] = found.rules[RankingRules].ties
    data["gathered"] = gathered_units(county, period.last)
    data["inputs"] = as_kept(rows)
    data["recorded"] = _recorded(county, rows, period)
    data["thresholds"] = {"behind": found.rules[LightRules].red_below}
    data["counted_on"] = min(period.last, timezone.localdate(now)).isoformat()  # as `rankings.problems` counts
    if listed:
        data["scope"] = {"code": listed, "name": name_of(county, period, found.rules)}
        data["problems"] = dict.fromkeys(data["problems"], 0)
        data["recorded"]["problems"] = True  # not unrecorded: not spoken of
    return data, found.rules.version


def _recorded(county: Unit, rows: list[dict[str, Any]], period: Period) -> dict[str, Any]:
    """What the county has recorded at all, by the keys of `bulletins.UNRECORDED`; `units` are those with a report."""
    projects = Project.objects.filter(county=county)
    paths = paths_on(units_of_tree(county), period.last)
    told = {paths[row["lead_unit_id"]] for row in rows if row["done"] is not None}
    return {
        "done": bool(told),
        "start": any(row["planned_start"] or row["started_on"] for row in rows),
        "entry": projects.filter(entered_on__isnull=False).exists(),
        "problems": Problem.objects.filter(county=county).exists(),
        "units": sorted(pk for pk, path in paths.items() if any(one.startswith(path) for one in told)),
    }


def correct_ranking(snapshot: RankingSnapshot, *, by: User, now: datetime, note: str, version: int) -> RankingSnapshot:
    """Puts a correction note beside a published ranking; its figures stay.

    Raises NotAllowed, Stale, NeedsReason.
    """
    require(can_publish_ranking(by, snapshot.county))
    require(can_sign(by, now=now))
    if not (note := note.strip()):
        raise NeedsReason(_("Write what is to be corrected, and what it should be"), ["note"])
    with transaction.atomic():
        row = RankingSnapshot.objects.select_for_update().get(pk=snapshot.pk)
        if row.version != version:
            raise _changed(row)
        row.version += 1
        row.correction = f"{row.correction}\n{note}".strip()
        row.corrected_at = now
        row.save(update_fields=["correction", "corrected_at", "version"])
        noted.note("ranking_corrected", row, by=by, now=now, words=month_name(row.period), detail={"reason": note})
    return row


@transaction.atomic
def withdraw_ranking(
    snapshot: RankingSnapshot, *, by: User, now: datetime, reason: str, version: int
) -> RankingSnapshot:
    """Takes back what was published, with a reason: it stays readable, no month is compared with it any more, and the
    month can be published anew.

    Raises NotAllowed, Stale, NeedsReason.
    """
    row = RankingSnapshot.objects.select_for_update().get(pk=snapshot.pk)
    require(can_withdraw_ranking(by, row))
    require(can_sign(by, now=now))
    if row.version != version:
        raise _changed(row)
    return take_back(row, by=by, now=now, reason=reason)


def take_back(row: RankingSnapshot, *, by: User, now: datetime, reason: str) -> RankingSnapshot:
    """Marks the locked *row* as withdrawn. Raises NeedsReason."""
    if not (reason := reason.strip()):
        raise NeedsReason(_("Write why it is withdrawn: the reason stands beside it"))
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by, reason[:300]
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why", "version"])
    noted.note(
        "ranking_withdrawn", row, by=by, now=now, words=month_name(row.period), detail={"reason": row.withdrawn_why}
    )
    return row
