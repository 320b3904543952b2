from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.amounts import figures
from core.days.periods import Period
from core.records.fields import label_of
from projects.reports.models import MonthlyReport
from projects.rules import ReportRules

MEASURE_NAMES = {name: label_of(MonthlyReport, name) for name in ("statistics_ytd", "funds_ytd", "paid_ytd")}


MEASURES = tuple(MEASURE_NAMES)


def month_name(period: Period) -> str:
    """6月; the page around it says the year."""
    return figures.month(period.first, period.first)


def months_name(period: Period) -> str:
    """January to this month: 1–6月."""
    if period.number == 1:
        return month_name(period)
    return pgettext("months of a year", "January–%(month)s") % {"month": month_name(period)}


def earlier_name(period: Period) -> str:
    """The months before in the year: 1–5月; nothing in January."""
    return months_name(period.previous()) if period.number > 1 else ""


@dataclass(frozen=True)
class ReportFacts:
    """What the questions about a report are asked of. `earlier`: the measures of the year as last known."""

    period: Period
    works: int | None
    before: int = 0
    plan: int | None = None
    statistics_ytd: int | None = None
    funds_ytd: int | None = None
    paid_ytd: int | None = None
    earlier: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A figure that looks odd, as a sentence. `likely`: what the month was probably meant to be."""

    code: str
    text: str
    likely: int | None = None

    @property
    def tone(self) -> str:
        """Red where a slip is likely, amber where a word of explanation will do."""
        return "red" if self.likely is not None else "amber"

    @property
    def offered(self) -> str:
        """The likely figure as it is typed, in 万元."""
        return figures.wan_exact(self.likely)


def questions(facts: ReportFacts, rules: ReportRules) -> list[Question]:
    """What asks for a word of explanation: a figure that falls, exceeds the plan, or jumps. It never blocks.

    One question about the month's works at most, the gravest: the same figure is not asked about twice.
    """
    asked = [_about_works(facts, facts.works, rules)] if facts.works else []
    asked += [_about_fall(facts, name) for name in MEASURES]
    return [question for question in asked if question]


def _about_works(facts: ReportFacts, works: int, rules: ReportRules) -> Question | None:
    period, total = facts.period, facts.before + works
    said = {
        "month": month_name(period),
        "months": months_name(period),
        "works": figures.wan(works),
        "sum": figures.wan(total),
        "plan": figures.wan(facts.plan),
    }
    if works < 0:
        text = _("%(months)s is %(less)s less than it was a month ago.")
        return Question("falls", text % {**said, "less": figures.wan(-works)})
    if facts.plan and total > facts.plan:
        if facts.before <= 0:
            text = _("%(month)s has %(works)s, more than the year's plan of %(plan)s.")
            return Question("exceeds", text % said)
        text = _("%(month)s has %(works)s; with earlier months %(sum)s, more than the year's plan of %(plan)s.")
        text %= said
        if facts.before < works <= facts.plan:
            slip = _("Was the total of %(months)s typed as the month's?") % said
            joined = pgettext("two sentences", "%(first)s %(second)s") % {"first": text, "second": slip}
            return Question("exceeds", joined, likely=works - facts.before)
        return Question("exceeds", text)
    return _about_jump(facts, works, rules, said)


def _about_jump(facts: ReportFacts, works: int, rules: ReportRules, said: Mapping[str, str]) -> Question | None:
    count = facts.period.number - 1
    if count < 1 or facts.before <= 0 or works < rules.jump_floor:
        return None
    if works * count <= rules.jump_times * facts.before:
        return None
    if works > facts.before:
        more = figures.wan(works - facts.before)
        text = ngettext(
            "%(month)s is %(more)s more than the %(n)s month before.",
            "%(month)s is %(more)s more than the %(n)s earlier months together.",
            count,
        )
        return Question("jumps", text % {**said, "more": more, "n": count})
    times = figures.trimmed(Fraction(works * count, facts.before), 1)
    text = _("%(month)s is %(times)s times the average of the %(n)s earlier months.")
    return Question("jumps", text % {**said, "times": times, "n": count})


def _about_fall(facts: ReportFacts, name: str) -> Question | None:
    new, old = getattr(facts, name), facts.earlier.get(name)
    if new is None or old is None or new >= old:
        return None
    label = MEASURE_NAMES[name]
    text = _("%(measure)s: %(new)s, which is %(less)s less than a month ago.")
    values = {"measure": label, "new": figures.wan(new), "less": figures.wan(old - new)}
    return Question(f"{name}_falls", text % values)


def gaps(works: int | None, progress: str) -> list[str]:
    """What a report still lacks before it can go, as sentences."""
    found = []
    if works is None:
        found.append(_("The works of the month are not filled in; write 0 if there were none."))
    if not progress.strip():
        found.append(_("The image progress is not filled in."))
    return found
