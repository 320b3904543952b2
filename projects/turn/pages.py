"""What the pages of the turn show: the lines in parts, leaders, units and their answers, one project's line. Reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext as _

from core.records.order import last
from organization.people.models import Post, Role, User
from organization.permissions import UNIT_ROLES, works_for
from organization.units.models import Unit
from projects.registry.models import Project, Sponsor
from projects.rosters.models import Roster
from projects.turn.force import without_amount
from projects.turn.lists_of_year import lists_of
from projects.turn.models import GOES_ON, TurnAnswer, TurnLine, TurnOfYear

FIELDS = 900  # of a request that carries the grid
MOST = 60  # lines on a page


@dataclass
class Line:
    """A line of the grid, its project's first sponsor, and whether that leader has left."""

    line: TurnLine
    now: str
    left: str
    boxes: Sequence[tuple[Roster, bool]]


@dataclass(frozen=True)
class Answered:
    """A unit that was asked: its answer, if it gave one, and how many of its projects have no amount."""

    unit: Unit
    going: int
    lacks: int
    answer: TurnAnswer | None


def hand_lists(turn: TurnOfYear) -> list[Roster]:
    """The lists by hand that go on."""
    there = lists_of(turn.county, turn.year - 1)
    return [one for one in there if not one.by_rule and one.code not in turn.dropped]


def page_of(turn: TurnOfYear, number: str | None) -> Page[TurnLine]:
    lines = turn.lines.select_related("project__lead_unit", "sponsor").order_by(last("project__number"), "pk")
    most = max(5, min(MOST, FIELDS // (4 + len(hand_lists(turn)))))
    return Paginator(lines, most).get_page(number)


def lines_of(turn: TurnOfYear, lines: Iterable[TurnLine]) -> list[Line]:
    these, hand = list(lines), hand_lists(turn)
    sponsors: dict[int, Post] = {}
    rows = Sponsor.objects.filter(project__in=[one.project_id for one in these]).select_related("post")
    for one in rows.order_by("position", "pk"):
        sponsors.setdefault(one.project_id, one.post)
    found = []
    for line in these:
        post = sponsors.get(line.project_id)
        boxes = [(one, one.code in line.lists) for one in hand]
        found.append(Line(line, str(post or ""), _left(post), boxes))
    return found


def _left(post: Post | None) -> str:
    """Why *post* may not sponsor any more, in words."""
    if post is None:
        return ""
    if not post.active:
        return _("this post has ended: choose another leader")
    return "" if post.holder_id else _("nobody holds this post now")


def leaders(county: Unit) -> list[Post]:
    return list(Post.objects.filter(unit__county=county, role=Role.LEADER, active=True).order_by("position", "pk"))


def answered(turn: TurnOfYear) -> list[Answered]:
    """The units that are asked, in the county's order."""
    counted = turn.lines.filter(becomes__in=GOES_ON).order_by().values_list("project__lead_unit")
    going = dict(counted.annotate(n=Count("pk")))
    lacks: dict[int, int] = {}
    for project in without_amount(turn):
        lacks[project.lead_unit_id] = lacks.get(project.lead_unit_id, 0) + 1
    answers = {one.unit_id: one for one in turn.answers.select_related("sent_by")}
    units = Unit.objects.filter(pk__in=going).order_by("position", "pk")
    return [Answered(one, going[one.pk], lacks.get(one.pk, 0), answers.get(one.pk)) for one in units]


def owing_units(user: User, year: int) -> list[Unit]:
    """The units that *user* works for and that were asked for figures of *year* and haven't sent them back."""
    turn = TurnOfYear.objects.filter(county=user.county, year=year, state=TurnOfYear.State.SENT).first()
    if turn is None or not user.holds(*UNIT_ROLES, at=user.county):
        return []
    done = turn.answers.exclude(sent_at=None).values("unit")
    lines = turn.lines.filter(becomes__in=GOES_ON).exclude(project__lead_unit__in=done).order_by()
    asked = Unit.objects.filter(pk__in=lines.values("project__lead_unit")).order_by("position", "pk")
    return [one for one in asked if works_for(user, one)]


def of_unit(turn: TurnOfYear, unit: Unit) -> tuple[list[TurnLine], list[Project]]:
    """The lines of the unit's projects, and those of them without an amount."""
    lines = turn.lines.filter(project__lead_unit=unit).select_related("project", "sponsor")
    lacks = [one for one in without_amount(turn) if one.lead_unit_id == unit.pk]
    return list(lines.order_by(last("project__number"), "pk")), lacks


def of_project(project: Project, on: date) -> list[tuple[TurnLine, list[str]]]:
    """What becomes of a project at the turns of the years about *on*, with the names of its lists by hand."""
    lines = TurnLine.objects.filter(project=project, turn__year__gte=on.year).select_related("turn__county", "sponsor")
    found = []
    for line in lines.order_by("-turn__year"):
        names = {one.code: str(one) for one in lists_of(line.turn.county, line.turn.year - 1)}
        found.append((line, [names[code] for code in line.lists if code in names]))
    return found
