"""What frames a bulletin: the county's words of today, and from sign-off on those that were kept with it; and whether
its figures are still those of the month. Reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts.figures import month as month_name
from core.days.periods import Kind, Period
from core.refusals import Refused
from core.shapes import Name, make
from dispatch.bulletins.document import Letter, letter_of
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.names import title_of_correction
from dispatch.numbers.sending import Sending, usual
from dispatch.prose.blocks import NotDraftable, title_lines
from dispatch.prose.rules import BulletinRules
from dispatch.prose.wording import render, text_of
from dispatch.rounds.months import demand_month
from dispatch.standings.models import RankingSnapshot
from dispatch.standings.published import CONTEST
from dispatch.standings.services import published
from organization.profiles.rules import CountyRules, rules_of
from organization.units.models import Unit
from projects.registry.months.services import demand_lived


def wording_of(county: Unit, kind: str) -> Mapping[str, Any]:
    """The county's words for a kind of bulletin, with the word for the whole place. NotDraftable if its profile has
    none."""
    rules = rules_of(county)
    wording = rules[BulletinRules].of(kind)
    if not wording:
        raise NotDraftable(kind)
    county_rules = rules[CountyRules]
    return {"whole": county_rules.whole, "office": county_rules.office, **wording}


def words_of(bulletin: Bulletin) -> Mapping[str, Any]:
    """The county's words for *bulletin*: a correction is framed as what it corrects."""
    return wording_of(bulletin.county, (bulletin.corrects or bulletin).kind)


def kinds_of(county: Unit) -> list[tuple[str, str]]:
    """(key, label) of each kind of bulletin that the county has words for, in its file's order."""
    rules = rules_of(county)[BulletinRules]
    return [(kind, str(words.get("label", kind))) for kind in rules.kinds if (words := _labelled(rules, kind))]


def _labelled(rules: BulletinRules, kind: str) -> Mapping[str, Any]:
    words = rules.of(kind)
    if "section" not in words:
        return {}
    return {**words, "label": make(Name, words.get("label", kind))}


def period_for(county: Unit, kind: str, month: Period) -> Period:
    """What a bulletin of *kind* is of that is asked for by its last *month*: the month, the half or the year that ends
    with it. Raises Refused where none does."""
    cycle = rules_of(county)[BulletinRules].of(kind).get("cycle", "month")
    if month.kind is not Kind.MONTH or cycle not in CYCLES:
        return month
    period = Period.of(month.last, CYCLES[cycle])
    if period.last != month.last:
        said = _("It is of what ends with this month: choose %(month)s for it.")
        raise Refused(said % {"month": month_name(str(Period.of(period.last)))})
    return period


def next_serial(county: Unit, kind: str, period: Period) -> int:
    """Which one of *period* the next of *kind* is: of a kind that is once a period always 1, of one that isn't
    (cycle = "none": letters) each its own, those deleted too."""
    if rules_of(county)[BulletinRules].of(kind).get("cycle", "month") != "none":
        return 1
    every = Bulletin.objects.filter(county=county, kind=kind, period=str(period), corrects=None)
    return (every.aggregate(last=Max("serial"))["last"] or 0) + 1


CYCLES = {"half": Kind.HALF, "year": Kind.YEAR}  # what a kind is of; all others of a month


def is_broken(bulletin: Bulletin) -> bool:
    """Whether it is a draft of what its kind isn't of, as older versions let one ask for."""
    if bulletin.published_at is not None:
        return False
    cycle = rules_of(bulletin.county)[BulletinRules].of(bulletin.kind).get("cycle", "month")
    try:
        return Period.parse(bulletin.period).kind is not CYCLES.get(cycle, Kind.MONTH)
    except ValueError:
        return True


def demand_period(county: Unit, wording: Mapping[str, Any], period: Period) -> None:
    """Raises Refused where *period* is none of those that the kind is of, or lies before the county's first month."""
    wanted = CYCLES.get(wording.get("cycle", "month"))
    if wanted is None:
        demand_month(county, period)
        return
    if period.kind is not wanted:
        example = {Kind.HALF: "2026-H1", Kind.YEAR: "2026"}[wanted]
        said = _("This bulletin is of a half or a year, such as %(example)s; %(period)s is none.")
        raise Refused(said % {"example": example, "period": period})
    demand_lived(county, Period.of(period.last))


def letter(bulletin: Bulletin) -> Letter:
    """What frames the bulletin: the county's words of today, from sign-off on those that were kept with it."""
    if bulletin.letter:
        return Letter.from_json(bulletin.letter)
    own = bulletin.shape.get("letter", {})  # what the office wrote instead
    return Letter.from_json({**generated(bulletin).as_json(), **own}) if own else generated(bulletin)


def generated(bulletin: Bulletin) -> Letter:
    """What would frame it in the county's words of today, whatever the office wrote instead."""
    county = rules_of(bulletin.county)[CountyRules]
    corrected, wording = bulletin.corrects, words_of(bulletin)
    if corrected and corrected.letter:  # who was told the wrong thing is told the right one
        wording = {**wording, **{name: corrected.letter[name] for name in ("addressee", "copies")}}
    sending = sending_of(bulletin)
    return letter_of(
        wording,
        masthead=county.mark,
        office=county.office,
        word=wording.get("word", county.document_word),
        title=[title_of_correction(corrected.title)]
        if corrected
        else title_lines(bulletin.figures, wording, bulletin.county.short_name),
        year=timezone.localdate(bulletin.submitted_at or bulletin.drafted_at).year,
        number=None,
        on=None,
        remark=remark(bulletin, wording),
        joint=sending.joint,
        annotation=sending.annotation,
    )


def sending_of(bulletin: Bulletin) -> Sending:
    """What was chosen when it was sent, else what the county's papers usually are."""
    return Sending.from_json(bulletin.sending) if bulletin.sending else usual(bulletin.county)


def full_text(row: Bulletin) -> str:
    """All that the paper says, a line for each paragraph and each row of a table: what is searched."""
    framed = letter(row)
    lines = ["".join(framed.title_lines), framed.number, framed.addressee]
    for block in row.content:
        lines.append(block.get("heading") or block.get("title") or "")
        if "rows" in block:
            lines += [" ".join(cell["text"] for cell in cells) for cells in block["rows"]]
        else:
            lines.append(text_of(block["paragraphs"]))
    return "\n".join(line for line in lines if line)


class Snippet(NamedTuple):
    """Where a text says what was looked for, with what stands around it."""

    before: str
    found: str
    after: str


def snippet(text: str, wanted: str, around: int = 40) -> Snippet | None:
    """The first line of *text* that says *wanted*, cut to what stands around it; upper and lower case are the same."""
    for line in text.splitlines()[1:]:  # the title stands beside it anyhow
        at = line.casefold().find(wanted.casefold())
        if at >= 0:
            first, last = max(0, at - around), at + len(wanted)
            before, after = line[first:at], line[last : last + around]
            dots = "…" if first else "", "…" if last + around < len(line) else ""
            return Snippet(dots[0] + before, line[at:last], after + dots[1])
    return None


def remark(row: Bulletin, wording: Mapping[str, Any]) -> str:
    """What stands in the head of a bulletin whose month was not finished: the counts of its reports, and why."""
    if not row.unfinished:
        return ""
    reports = row.reports if row.reports.get("opened") else {}  # no round is not a round of 0 reports
    counted = {key: str(reports[key]) if key in reports else None for key in ("due", "handed_in", "accepted")}
    left_out = str(reports.get("left_out") or "")
    month = f"{Period.parse(row.period).last.month}月"
    said = {**counted, "left_out": left_out, "month": month, "reason": row.unfinished.rstrip("。.")}
    return text_of([render(wording.get("unfinished", "{reason}"), said)])


SHOWN = ("totals", "previous", "groups", "lists", "problems")
COUNTED = ("totals", "groups")


def demand_fresh_figures(row: Bulletin, newest: Mapping[str, Any]) -> None:
    """A draft made before the last reports were in must not go out with what was known then. Refused if the *newest*
    figures are others."""
    if any(newest.get(key) != row.figures.get(key) for key in COUNTED):
        raise Refused(
            _("The projects' figures have changed since this was drafted: press “Take the newest figures” first.")
        )


def demand_same_figures(row: Bulletin) -> None:
    """A ranking published meanwhile with other figures: two papers of one month must not disagree. And none withdrawn
    meanwhile: its figures, or what they were compared with, are not those of any paper any more. Raises Refused."""
    if row.listed:
        return  # no ranking is of its projects
    month = Period.of(Period.parse(row.period).last)
    gone = RankingSnapshot.objects.filter(county=row.county, contest=CONTEST, withdrawn_at__gt=row.drafted_at)
    if gone.filter(period__in=[str(month), str(month.previous())]).exists():
        raise Refused(
            _(
                "The ranking of this month or of the one before was withdrawn since this was drafted. "
                "Take over the newest figures first, then read the text again."
            )
        )
    ranking = published(row.county, month)
    if ranking is not None and any(ranking.data.get(key) != row.figures.get(key) for key in SHOWN):
        raise Refused(
            _(
                "The month's ranking was published with other figures. Take over the newest figures first, "
                "then read the text again."
            )
        )
