"""What a unit was asked to hand in has come, or the round is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.days.periods import Period
from core.records.order import last
from core.settled import Matter, Settled, Words
from dispatch.rounds.models import HANDED_IN, Chase, Extension, Round, RoundRow
from organization.people.models import Post
from projects.models import MonthlyReport

Came = dict[str, tuple[datetime, str]]  # by the path of the unit: when its newest came, and from whom


def _reminded(matters: Sequence[Matter]) -> Words:
    """Of a round, all units of the posts that the person holds."""
    rounds = Round.objects.select_related("county").in_bulk({one.about for one in matters})
    posts = Post.objects.filter(holder__in={one.person for one in matters}, active=True)
    paths: dict[int, list[str]] = {}
    for holder, path in posts.values_list("holder", "unit__path"):
        paths.setdefault(holder, []).append(path)
    asked = [(one, rounds[one.about], paths.get(one.person, [])) for one in matters if one.about in rounds]
    return _words(asked)


def _chased(matters: Sequence[Matter]) -> Words:
    chases = Chase.objects.select_related("round__county", "unit").in_bulk({one.about for one in matters})
    found = [(one, chases[one.about]) for one in matters if one.about in chases]
    return _words([(one, chase.round, [chase.unit.path]) for one, chase in found])


def _words(asked: Iterable[tuple[Matter, Round, list[str]]]) -> Words:
    """Of an open round two queries, whoever was asked."""
    owing: dict[int, list[str]] = {}
    came: dict[int, Came] = {}
    words = {}
    for one, opened, paths in asked:
        if opened.closed_at:
            words[one] = _("The round was closed, %(when)s") % {"when": one.when(opened.closed_at)}
            continue
        if opened.pk not in owing:
            rows = RoundRow.objects.missing_in(opened).order_by()
            owing[opened.pk] = list(rows.values_list("unit__path", flat=True).distinct())
            came[opened.pk] = _came(opened)
        if not paths or any(_within(path, paths) for path in owing[opened.pk]):
            continue
        if own := [newest for path, newest in came[opened.pk].items() if _within(path, paths)]:
            at, who = max(own)
            said = {"who": who or _("The system"), "when": one.when(at)}
            words[one] = _("All handed in, the last by %(who)s, %(when)s") % said
    return words


def _within(path: str, above: Iterable[str]) -> bool:
    return any(path.startswith(one) for one in above)


def _came(opened: Round) -> Came:
    """What was handed in, the newest of each unit."""
    found: Any  # of one table or the other
    if opened.kind != Round.Kind.MONTHLY:
        rows = RoundRow.objects.filter(round=opened, submitted_at__isnull=False)
        found = rows.order_by(last("submitted_at")).values_list("unit__path", "submitted_at", "submitted_by__name")
    else:
        reports = MonthlyReport.objects.of_county(opened.county, Period.parse(opened.period), *HANDED_IN)
        reports = reports.filter(submitted_at__isnull=False).order_by(last("submitted_at"))
        found = reports.values_list("project__lead_unit__path", "submitted_at", "submitted_by__name")
    return {path: (at, who or "") for path, at, who in found}


def _answered(matters: Sequence[Matter]) -> Words:
    """More days that were asked for, once the office has answered or the round is closed."""
    asked = Extension.objects.select_related("round", "answered_by").in_bulk({one.about for one in matters})
    words = {}
    for one in matters:
        found = asked.get(one.about)
        if found is None:
            continue
        if found.answered_at:
            said = {"who": found.answered_by or _("The system"), "when": one.when(found.answered_at)}
            words[one] = _("Answered by %(who)s, %(when)s") % said
        elif found.round.closed_at:
            words[one] = _("The round was closed, %(when)s") % {"when": one.when(found.round.closed_at)}
    return words


SETTLES = (
    Settled(("more_days_asked",), _answered),
    Settled(("report_open", "report_due", "report_overdue"), _reminded),
    Settled(("report_chased",), _chased),
)
