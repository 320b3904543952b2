"""Publishing a ranking: from then on its figures stand, and what turns out wrong is a note beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.periods import Period
from core.refusals import NeedsReason, NotAllowed
from dispatch.models import RankingSnapshot
from dispatch.permissions import can_publish_ranking
from dispatch.ranking_pages import with_lights
from dispatch.rankings import behind_scenes, figures_of, survey
from organization.models import Unit, User
from projects.models import Project

CONTEST = "monthly"
KEYS = ("investment_rate", "start_rate", "entry_rate")


def published(county: Unit, period: Period) -> RankingSnapshot | None:
    """The published ranking of *period*, if there is one; read-only."""
    return RankingSnapshot.objects.filter(county=county, contest=CONTEST, period=str(period)).first()


def publish_ranking(county: Unit, period: Period, *, by: User | None, now: datetime) -> RankingSnapshot:
    """Freezes the ranking of *period* with the rule version, the cut-off *now*, every input and every result.

    Published once: a second call, or a second click at the same moment, gives back what was published and changes
    nothing. `by` None is the system. Raises NotAllowed; ValueError for a month to come.
    """
    if by is not None and not (answer := can_publish_ranking(by, county)):
        raise NotAllowed(answer.why)
    if (done := published(county, period)) is not None:
        return done
    if period.first > timezone.localdate(now):
        raise ValueError(_("%(period)s has not begun yet: there is nothing to publish") % {"period": period})
    data, version = frozen(county, period, now)
    try:
        with transaction.atomic():
            return RankingSnapshot.objects.create(
                county=county,
                contest=CONTEST,
                period=str(period),
                rule_version=version,
                cut_off=now,
                data=data,
                published_at=now,
                published_by=by,
            )
    except IntegrityError:  # the other click was faster
        return RankingSnapshot.objects.get(county=county, contest=CONTEST, period=str(period))


def frozen(county: Unit, period: Period, now: datetime) -> tuple[dict[str, Any], int]:
    """What is kept: the figures, and under `inputs` every project with its facts and what it added."""
    found = survey(county, period, keys=KEYS)
    rows = behind_scenes(Project.objects.filter(county=county), period, found.keys)
    data = figures_of(found, rows, now)
    data["decimals"] = found.rules.ranking.decimals
    data["ties"] = found.rules.ranking.ties
    kept = with_lights(rows, period, found.rules)
    data["inputs"] = [{key: _plain(value) for key, value in row.items()} for row in kept]
    return data, found.rules.version


def correct_ranking(snapshot: RankingSnapshot, *, by: User, now: datetime, note: str) -> RankingSnapshot:
    """Puts a correction note beside a published ranking; its figures stay. Raises NotAllowed, NeedsReason."""
    if not (answer := can_publish_ranking(by, snapshot.county)):
        raise NotAllowed(answer.why)
    if not (note := note.strip()):
        raise NeedsReason(_("Write what is to be corrected, and what it should be"), ["note"])
    with transaction.atomic():
        row = RankingSnapshot.objects.select_for_update().get(pk=snapshot.pk)
        row.correction = f"{row.correction}\n{note}".strip()
        row.corrected_at = now
        row.save(update_fields=["correction", "corrected_at"])
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
