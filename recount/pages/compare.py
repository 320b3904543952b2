"""Every page of every month against what was recounted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone, translation

from dispatch.bulletins import files
from dispatch.models import Bulletin
from organization.people.models import Role, User
from recount.facts import standings, units
from recount.facts import tables as facts
from recount.facts.published import Copy, standing_copies
from recount.facts.tables import Facts
from recount.facts.then import last_day
from recount.pages import bulletin, home, listing, project, ranking, rows
from recount.pages.browser import Browser, clock
from recount.pages.tally import Tally
from recount.year.play import Play

QUERIES = (
    "light=behind", "light=start", "light=red", "light=slow", "light=good", "light=grey", "light=stop",
    "stage=started", "stage=entered&stage=completed", "stage=started&state=active&entered=no", "state=suspended",
    "state=withdrawn", "state=active", "plan=with", "plan=without", "size=100m", "size=50m",
    "level=province&level=city", "odd=never_entered", "kind=government", "stage=prework&light=start&plan=with",
)  # fmt: skip


@dataclass
class Span:
    """What is compared: months, how many pages of each kind."""

    months: list[str]
    now: date  # the day on which the pages are opened
    queries: tuple[str, ...] = QUERIES
    units: int = 1000
    sponsors: int = 1000
    people: int = 1000
    projects: int = 1000
    files_of_units: bool = True
    drawers: int = 1000  # units of a group whose figures are opened
    pdf: int = 1000


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def everything(play: Play, span: Span, *, say: Callable[[str], None] = lambda line: None) -> Tally:
    """All comparisons of *span*."""
    tally = Tally()
    read = facts.read(play.county.pk)
    copies = standing_copies(play.copies, read)
    earlier = {month: copy.standing for month, copy in copies.items()}
    people = _people(play, span)
    with translation.override("zh-hans"):
        for month in span.months:
            rows.compare(tally, read, month)
            rows.compare_history(tally, read, month, without=play.corrected)
            with clock(noon(span.now)):
                _lists(tally, play, read, month, span)
                found = standings.standing(read, month, earlier)
                office = Browser(play.world.office)
                ranking.compare(tally, office, read, found, place="ranking now", live=True, drawers=span.drawers)
                ranking.compare_leaders(tally, office, read, found, place="ranking of leaders")
            with clock(noon(_within(month, span.now))):
                _homes(tally, play, read, month, found, people)
                for one in found.rows[: span.projects]:
                    project.compare(tally, office, listing.Asked(read, month), one, place="project")
            say(f"{month}: {tally.total:,} comparisons, {len(tally.differences):,} differences")
        with clock(noon(span.now)):
            _published(tally, play, read, copies, span)
    return tally


def _within(month: str, now: date) -> date:
    """A day on which the pages that know no other month are about *month*."""
    return min(last_day(month), now)


# lists --------------------------------------------------------------------------------------------------------------


def _lists(tally: Tally, play: Play, read: Facts, month: str, span: Span) -> None:
    asked, office = listing.Asked(read, month), Browser(play.world.office)
    listing.compare(tally, office, asked, place="list", files=True)
    for query in span.queries:
        listing.compare(tally, office, asked, query, place="list filtered", files=query == span.queries[0])
    leading = sorted({one.lead_unit for one in asked.rows})[: span.units]
    for pk in leading:
        query = f"unit={read.units[pk].code}"
        listing.compare(tally, office, asked, query, place="list of a unit", files=span.files_of_units)
    sponsors = sorted({post for one in asked.rows for post in one.project.sponsors})[: span.sponsors]
    for post in sponsors:
        listing.compare(tally, office, asked, f"sponsor={post}", place="list of a sponsor", files=False)


# homes --------------------------------------------------------------------------------------------------------------


def _people(play: Play, span: Span) -> dict[str, list[User]]:
    every = [user for user in User.objects.filter(is_active=True).order_by("pk") if user.county == play.county]
    return {
        "leader": [user for user in every if user.holds(Role.LEADER, at=play.county)][: span.people],
        "officer": [user for user in every if user.holds(Role.OFFICER, at=play.county)][: span.people],
    }


def _homes(
    tally: Tally, play: Play, read: Facts, month: str, found: standings.Standing, people: dict[str, list[User]]
) -> None:
    asked = listing.Asked(read, month)
    if month != newest(read, month):
        return  # nobody has reported: the first page is about a month before
    home.compare_county(tally, Browser(play.world.office), read, asked, found, place="home of the office")
    for user in people["leader"]:
        browser, posts = Browser(user), {post.pk for post in user.current_posts}
        home.compare_county(tally, browser, read, asked, found, place="home of a leader: county")
        mine = home.answers_for(read, posts, timezone.localdate())
        home.compare_leader(tally, browser, asked, mine, place="home of a leader")
    for user in people["officer"]:
        own = {post.unit_id for post in user.current_posts if post.role in ("officer", "unit_head")}
        home.compare_officer(tally, Browser(user), asked, _below(read, own, month), place="home of an officer")


def _below(read: Facts, own: Iterable[int], month: str) -> set[int]:
    places = units.places(read.units, last_day(month))
    return {pk for root in own for pk in units.within(places, root)}


def newest(read: Facts, month: str) -> str:
    """The newest month up to *month* of which a report was accepted."""
    months = [report.month for one in read.projects.values() for report in one.reports if report.month <= month]
    return max(months, default="")


# what is published --------------------------------------------------------------------------------------------------


def _published(tally: Tally, play: Play, read: Facts, copies: dict[str, Copy], span: Span) -> None:
    office = Browser(play.world.office)
    for month, copy in sorted(copies.items()):
        if month in span.months:
            ranking.compare(
                tally, office, read, copy.standing, place="ranking published", live=False, drawers=span.drawers
            )
    for pk, copy in play.copies.items():
        if pk in read.withdrawn:
            query = f"&withdrawn={pk}"
            ranking.compare(
                tally, office, read, copy.standing, place="ranking withdrawn", live=False, drawers=0, more=query
            )
    for number, one in enumerate(Bulletin.objects.filter(county=play.county).exclude(ranking=None).order_by("pk")):
        kept = play.copies.get(one.ranking_id or 0)
        if kept is not None and one.period in span.months:
            bulletin.compare(
                tally, office, kept, one.pk, kept.names, place="bulletin", papers=_paper, pdf=number < span.pdf
            )


def _paper(pk: int, suffix: str) -> bytes:
    """What a worker makes and the page then gives out."""
    return files.WRITERS[suffix](Bulletin.objects.get(pk=pk))
