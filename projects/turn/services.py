"""The turn of the year: prepared from December, sent round for figures, agreed, put in force on a day, taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.amounts import figures
from core.models import Done
from core.records.history import keep, newest_version, remove
from core.refusals import NeedsReason, Refused, Stale, Wrong, require, unseen
from core.told import tell
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import Nature, State
from projects.classes import ClassRules
from projects.lifecycle import services as lifecycle
from projects.many.rows import PURSUED, with_leader
from projects.plans.models import AnnualPlan
from projects.registry.models import Project, Sponsor
from projects.registry.months.drafts import hold_plans, release_plans
from projects.registry.services import edit, lock, set_sponsors
from projects.reports.models import MonthlyReport
from projects.rosters.models import Listed, Roster
from projects.turn.force import without_amount
from projects.turn.lists_of_year import lists_of, standing
from projects.turn.models import GOES_ON, NEEDS_REASON, Becomes, TurnAnswer, TurnLine, TurnOfYear
from projects.turn.passage import prepared_from, proposed
from projects.turn.permissions import can_answer_turn, can_take_back_turn, can_turn_year

PUT_IN_FORCE = "turn_in_force"
NAMED = 6  # projects that a sentence names


@transaction.atomic
def prepare_turn(county: Unit, year: int, *, by: User, now: datetime) -> TurnOfYear:
    """Begin the turn into *year*: one line a project that is pursued or was completed in the old year, with what
    becomes of it by its state. Again adds the projects that came on file since. Refused before 1 December."""
    lock(county)
    require(can_turn_year(by, county))
    if timezone.localdate(now) < prepared_from(year):
        said = _("The turn into %(year)s is prepared from %(day)s on")
        raise Refused(said % {"year": year, "day": figures.day(prepared_from(year))})
    turn = TurnOfYear.objects.select_for_update().filter(county=county, year=year).first()
    if turn is None:
        turn = TurnOfYear(county=county, year=year, at=now, by=by)
        keep(turn, by=by, now=now)
    if turn.state == TurnOfYear.State.IN_FORCE:
        raise Refused(_("The plans of %(year)s are in force already") % {"year": year})
    hold_plans(county, year, by=by, now=now, reason=_("Turn of the year"))
    there, stand = (
        set(turn.lines.values_list("project", flat=True)),
        standing(county, year - 1, timezone.localdate(now)),
    )
    last = AnnualPlan.objects.with_drafts().filter(project__county=county, year=year - 1)
    planned = set(last.values_list("project", flat=True))
    found = Project.objects.filter(county=county, state__in=(State.ACTIVE, State.SUSPENDED))
    for project in found.exclude(completed_on__lt=date(year - 1, 1, 1)).exclude(pk__in=there).order_by("pk"):
        becomes = proposed(project, planned=project.pk in planned)
        reason = project.state_reason if becomes == Becomes.STOPPED else ""
        lists = stand.get(project.pk, []) if becomes in GOES_ON else []
        keep(TurnLine(turn=turn, project=project, becomes=becomes, reason=reason, lists=lists), by=by, now=now)
    return turn


class Decision(NamedTuple):
    """What the page says of a project; None: nothing was said of it. `sponsor` is a post's key, 0: the sponsors
    stay; `lists` are codes."""

    becomes: str
    reason: str = ""
    sponsor: int | None = None
    lists: Collection[str] | None = None


@transaction.atomic
def decide_lists(
    turn: TurnOfYear, goes_on: Collection[str], *, by: User, now: datetime, version: int | None = None
) -> TurnOfYear:
    """Of the old year's lists those with the codes *goes_on* are made in the new year too, the others are not."""
    turn = _locked(turn, by, version)
    _demand_open(turn)
    dropped = [one.code for one in lists_of(turn.county, turn.year - 1) if one.code not in goes_on]
    if dropped != turn.dropped:
        turn.dropped = dropped
        _step(turn, turn.state, by=by, now=now)
    return turn


@transaction.atomic
def decide_lines(
    turn: TurnOfYear,
    becomes: Mapping[int, Decision | tuple[Any, ...]],
    *,
    by: User,
    now: datetime,
    version: int | None = None,
) -> TurnOfYear:
    """Say what becomes of projects: by project, what and why, and who sponsors it and on which lists by hand it stands
    in the new year. Stopping and giving up need a reason. Raises NotAllowed, Stale, Wrong, NeedsReason, Refused."""
    turn = _locked(turn, by, version)
    _demand_open(turn)
    codes = [one.code for one in lists_of(turn.county, turn.year - 1) if not one.by_rule]
    leaders = set(
        Post.objects.filter(unit__county=turn.county, role=Role.LEADER, active=True).values_list("pk", flat=True)
    )
    changed = False
    for line in turn.lines.select_related("project").filter(project__in=becomes):
        decided = Decision(*becomes[line.project_id])
        what = decided.becomes
        reason = decided.reason.strip()[:300] if what in NEEDS_REASON else ""
        sponsor = line.sponsor_id if decided.sponsor is None else decided.sponsor or None
        lists = line.lists if decided.lists is None else [code for code in codes if code in decided.lists]
        if what not in Becomes.values:
            raise Wrong({"becomes": _("There is no such end of a year")})
        if what in NEEDS_REASON and not reason:
            raise NeedsReason(_("Write why %(project)s stops") % {"project": line.project.name})
        if sponsor and sponsor != line.sponsor_id and sponsor not in leaders:
            raise Wrong({"sponsor": _("This is no leader's post of the county any more")})
        if (line.becomes, line.reason, line.sponsor_id, line.lists) != (what, reason, sponsor, lists):
            line.becomes, line.reason, line.sponsor_id, line.lists = what, reason, sponsor, lists
            keep(line, by=by, now=now, reason=reason)
            changed = True
    if changed:
        _step(turn, turn.state, by=by, now=now)
    return turn


@transaction.atomic
def send_round(turn: TurnOfYear, *, fill_by: date, by: User, now: datetime, version: int | None = None) -> TurnOfYear:
    """Ask the units for their figures by *fill_by*: it stands in their to-do lists."""
    turn = _locked(turn, by, version)
    _demand_open(turn)
    if fill_by < timezone.localdate(now):
        raise Wrong({"fill_by": _("The day is over already")})
    turn.fill_by = fill_by
    turn = _step(turn, TurnOfYear.State.SENT, by=by, now=now)
    tell("turn_sent", turn, by=by, now=now)
    return turn


@transaction.atomic
def agree_turn(
    turn: TurnOfYear, *, by: User, now: datetime, reason: str = "", version: int | None = None
) -> TurnOfYear:
    """The plans of the year are agreed. Where one that goes on has no amount, a reason is needed."""
    turn = _locked(turn, by, version)
    if turn.state != TurnOfYear.State.SENT:
        raise Refused(_("It is agreed after it was sent round"))
    if (lacks := without_amount(turn)) and not reason.strip():
        names = _(", ").join(one.name for one in lacks[:NAMED])
        said = ngettext(
            "%(n)s project that goes on has no amount: %(names)s. To agree all the same, write why",
            "%(n)s projects that go on have no amount: %(names)s. To agree all the same, write why",
            len(lacks),
        )
        raise NeedsReason(said % {"n": len(lacks), "names": names})
    turn.note = reason.strip()[:300] if lacks else ""
    turn = _step(turn, TurnOfYear.State.AGREED, by=by, now=now, reason=reason)
    tell("turn_agreed", turn, by=by, now=now, why=turn.note)
    return turn


@transaction.atomic
def put_in_force(
    turn: TurnOfYear, *, on: date, by: User, now: datetime, document: str = "", version: int | None = None
) -> Done:
    """From *on* the plans of the year are in force: who goes on becomes continued, who stops is suspended, who
    is given up is withdrawn; the lists of the old year are made in the new one, with the projects that were chosen, by
    the paper *document*; other sponsors stand first. All of it or nothing; what was reported of the old year, and who
    stood on its lists, stays as it was closed."""
    lock(turn.county)
    turn = _locked(turn, by, version)
    if turn.state != TurnOfYear.State.AGREED:
        raise Refused(_("It is put in force after it was agreed"))
    if on.year != turn.year or on > timezone.localdate(now):
        raise Wrong({"on": _("The day lies in %(year)s, and not after today") % {"year": turn.year}})
    continued = Nature.CONTINUED in {one.code for one in rules_of(turn.county)[ClassRules].of("nature")}
    rows = []
    for line in turn.lines.select_related("project__county", "project__lead_unit").order_by("project_id"):
        if row := _carry_out(line, continued=continued, on=on, by=by, now=now):
            rows.append(row)
    turn.in_force_on, turn.document = on, document.strip()[:100]
    made = _carry_lists(turn, on=on, by=by, now=now)
    release_plans(turn.county, turn.year, on=on, by=by, now=now, reason=_("Turn of the year"))
    _step(turn, TurnOfYear.State.IN_FORCE, by=by, now=now)
    tell("turn_in_force", turn, by=by, now=now, why=turn.document)
    rows.append(
        {"turn": turn.pk, "name": str(turn.year), "pk": 0, "href": reverse("projects:turn", args=[turn.year]), **made}
    )
    words = _("The plans of %(year)s are in force from %(day)s") % {"year": turn.year, "day": figures.day(on)}
    return undo.keep(PUT_IN_FORCE, by=by, now=now, words=words, rows=rows)


def _carry_out(line: TurnLine, *, continued: bool, on: date, by: User, now: datetime) -> dict[str, Any] | None:
    """What becomes of one project; what it was before, or None where nothing changed."""
    project, why = line.project, line.reason or _("Turn of the year")
    before: dict[str, Any] = {"state": project.state, "nature": project.nature}
    sponsors = _other_sponsor(line, by=by, now=now, reason=why)
    if sponsors is not None:
        before["sponsors"] = sponsors
    if line.becomes == Becomes.CONTINUED and continued and project.nature != Nature.CONTINUED:
        project = edit(project, by=by, now=now, reason=why, nature=Nature.CONTINUED)
    elif line.becomes == Becomes.STOPPED and project.state == State.ACTIVE:
        lifecycle.suspend(project, by=by, on=on, now=now, reason=why)
    elif line.becomes == Becomes.WITHDRAWN and project.state in (State.ACTIVE, State.SUSPENDED):
        lifecycle.withdraw(project, by=by, on=on, now=now, reason=why)
    elif sponsors is None:
        return None
    project.refresh_from_db()
    seen = {"pk": project.pk, "name": project.name, "href": reverse("projects:page", args=[project.pk])}
    return {**seen, "before": before, "seen": _stamp(project), "will": line.get_becomes_display()}


@transaction.atomic
def take_back_turn(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """The plans aren't in force any more, and each project that nobody changed since is as it was before. Refused once
    something of the year was reported, or where a project was changed since."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back_turn(by, done))
    turn = _locked(TurnOfYear(pk=done.rows[-1]["turn"]), by, None)
    reported = MonthlyReport.objects.filter(county_id=turn.county_id, month__startswith=f"{turn.year}-")
    if reported.exclude(submitted_at=None).exists():
        raise Refused(_("Something of %(year)s is reported already: the plans stay in force") % {"year": turn.year})
    rows = {row["pk"]: row for row in done.rows if row["pk"]}
    _take_lists_back(done.rows[-1], by=by, now=now, reason=reason or _("Taken back"))
    there = list(Project.objects.select_for_update().filter(pk__in=rows).order_by("pk"))
    if others := [one.name for one in there if _stamp(one) != rows[one.pk]["seen"]]:
        raise Refused(_("Changed by somebody since: %(names)s") % {"names": _(", ").join(others[:NAMED])})
    for project in there:
        _as_before(project, rows[project.pk]["before"], by=by, now=now, reason=reason or _("Taken back"))
    hold_plans(turn.county, turn.year, by=by, now=now, reason=reason or _("Taken back"))
    turn.in_force_on, turn.document = None, ""
    _step(turn, TurnOfYear.State.AGREED, by=by, now=now, reason=reason)
    return _("The plans of %(year)s aren't in force any more") % {"year": turn.year}


def _as_before(project: Project, before: Mapping[str, Any], *, by: User, now: datetime, reason: str) -> None:
    on = timezone.localdate(now)
    if project.state != before["state"]:
        lifecycle.resume(project, by=by, on=on, now=now, reason=reason)
        if before["state"] == State.SUSPENDED:
            lifecycle.suspend(project, by=by, on=on, now=now, reason=reason)
    if project.nature != before["nature"]:
        edit(project, by=by, now=now, reason=reason, nature=before["nature"])
    if "sponsors" in before:
        posts = Post.objects.in_bulk([pk for pk, _by_portfolio in before["sponsors"]])
        follow = [posts[pk] for pk, by_portfolio in before["sponsors"] if by_portfolio and pk in posts]
        kept = [posts[pk] for pk, _by_portfolio in before["sponsors"] if pk in posts]
        set_sponsors(project, kept, by=by, now=now, reason=reason, by_portfolio=follow)


def _stamp(project: Project) -> list[int]:
    """What was seen of a project and its sponsors."""
    return [project.version, newest_version(Sponsor, project=project.pk)]


def _other_sponsor(line: TurnLine, *, by: User, now: datetime, reason: str) -> list[list[Any]] | None:
    """Who was chosen for the new year stands first; who sponsored before, or None where that stays."""
    there = list(line.project.sponsors.select_related("post").order_by("position", "pk"))
    if line.becomes not in GOES_ON or line.sponsor is None or [one.post_id for one in there[:1]] == [line.sponsor_id]:
        return None
    follow = [one.post for one in there if one.by_portfolio]
    wanted = with_leader(there, line.sponsor)
    set_sponsors(line.project, wanted, by=by, now=now, reason=reason, by_portfolio=follow)
    return [[one.post_id, one.by_portfolio] for one in there]


# the lists of the year ----------------------------------------------------------------------------------------------


def _carry_lists(turn: TurnOfYear, *, on: date, by: User, now: datetime) -> dict[str, list[int]]:
    """The lists that go on, in the new year: a rule is taken over, by hand the chosen projects stand there from the
    day on. A list that the year has already only gets its projects. What was made, by its keys."""
    why, lists, stays = _("Turn of the year"), [], []
    there = {one.code: one for one in Roster.objects.select_for_update().of(turn.county_id, turn.year)}
    lines = turn.lines.filter(becomes__in=GOES_ON, project__state__in=PURSUED).select_related("project")
    chosen = list(lines.order_by("project_id"))
    for old in lists_of(turn.county, turn.year - 1):
        if old.code in turn.dropped:
            continue
        if (one := there.get(old.code)) is None:
            one = Roster(
                county=turn.county, year=turn.year, code=old.code, name=old.name, name_en=old.name_en, rule=old.rule,
                note=old.note, position=old.position,
            )  # fmt: skip
            keep(one, by=by, now=now, reason=why)
            lists.append(one.pk)
        if one.by_rule or one.closed_at is not None:
            continue
        standing_there = set(one.stays.values_list("project", flat=True))
        for line in chosen:
            if old.code in line.lists and line.project_id not in standing_there:
                stay = Listed(roster=one, project=line.project, entered_on=on, entered_by=by)
                stay.entered_why, stay.entered_by_paper = why, turn.document
                keep(stay, by=by, now=now, reason=why)
                stays.append(stay.pk)
    return {"lists": lists, "stays": stays}


def _take_lists_back(made: Mapping[str, Any], *, by: User, now: datetime, reason: str) -> None:
    """What `_carry_lists` made goes again. Refused where somebody worked on one of these lists since."""
    lists = Roster.objects.select_for_update().in_bulk(made.get("lists", []))
    stays = Listed.objects.select_related("roster", "project").in_bulk(made.get("stays", []))
    others = Listed.objects.filter(roster__in=lists).exclude(pk__in=stays).select_related("roster")
    touched = {str(one.roster) for one in [*others, *(one for one in stays.values() if one.left_on)]}
    touched |= {str(one) for one in lists.values() if one.version > 1}
    if touched:
        raise Refused(_("Changed by somebody since: %(names)s") % {"names": _(", ").join(sorted(touched)[:NAMED])})
    for stay in stays.values():
        remove(stay, by=by, now=now, reason=reason)
    for one in lists.values():
        remove(one, by=by, now=now, reason=reason)


# the units' answers -------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_turn(
    turn: TurnOfYear, unit: Unit, *, by: User, now: datetime, note: str = "", version: int | None = None
) -> TurnAnswer:
    """*unit* sends its figures back to the office; where a project that goes on lacks its amount, with a *note* that
    says why. Raises NotAllowed, Stale, NeedsReason, Refused."""
    turn = TurnOfYear.objects.select_for_update(of=("self",)).select_related("county").get(pk=turn.pk)
    require(can_answer_turn(by, unit))
    if turn.state != TurnOfYear.State.SENT:
        raise Refused(_("The office isn't asking for figures of %(year)s now") % {"year": turn.year})
    if not turn.lines.filter(becomes__in=GOES_ON, project__lead_unit=unit).exists():
        raise Refused(_("No project of this unit goes on"))
    answer = TurnAnswer.objects.filter(turn=turn, unit=unit).first() or TurnAnswer(turn=turn, unit=unit, version=0)
    if version is not None and version != answer.version:
        raise Stale(answer)
    if answer.sent_at is not None:
        raise Refused(_("It was sent back already"))
    if (lacks := [one for one in without_amount(turn) if one.lead_unit_id == unit.pk]) and not note.strip():
        names = _(", ").join(one.name for one in lacks[:NAMED])
        raise NeedsReason(_("Write why these have no amount: %(names)s") % {"names": names}, ["note"])
    answer.sent_at, answer.sent_by, answer.note, answer.again_why = now, by, note.strip()[:300], ""
    answer.version += 1
    keep(answer, by=by, now=now, reason=note)
    tell("turn_answered", answer, by=by, now=now, why=answer.note)
    return answer


@transaction.atomic
def ask_again(answer: TurnAnswer, *, by: User, now: datetime, reason: str, version: int | None = None) -> TurnAnswer:
    """The unit's figures are asked for once more, with the reason. Raises NotAllowed, Stale, NeedsReason, Refused."""
    turn = _locked(TurnOfYear(pk=answer.turn_id), by, None)
    fresh = TurnAnswer.objects.select_related("turn__county", "unit").get(pk=answer.pk)
    unseen(fresh, version)
    if turn.state != TurnOfYear.State.SENT or fresh.sent_at is None:
        raise Refused(_("There is nothing to give back"))
    if not reason.strip():
        raise NeedsReason(_("Write why: it stays with the record"))
    fresh.sent_at, fresh.again_why, fresh.version = None, reason.strip()[:300], fresh.version + 1
    keep(fresh, by=by, now=now, reason=reason)
    tell("turn_again", fresh, by=by, now=now, why=fresh.again_why)
    return fresh


def _locked(turn: TurnOfYear, by: User, version: int | None) -> TurnOfYear:
    fresh = TurnOfYear.objects.select_for_update(of=("self",)).select_related("county").get(pk=turn.pk)
    require(can_turn_year(by, fresh.county))
    unseen(fresh, version)
    return fresh


def _demand_open(turn: TurnOfYear) -> None:
    if turn.state in (TurnOfYear.State.AGREED, TurnOfYear.State.IN_FORCE):
        raise Refused(_("The plans of %(year)s are agreed already") % {"year": turn.year})


def _step(turn: TurnOfYear, state: str, *, by: User, now: datetime, reason: str = "") -> TurnOfYear:
    turn.state, turn.version = state, turn.version + 1
    keep(turn, by=by, now=now, reason=reason)
    return turn


@transaction.atomic
def hand_on_sponsor(post: Post, to: Post, *, by: User | None, now: datetime, reason: str = "") -> None:
    """*post* goes: where it was to sponsor next year, *to* is."""
    drafted = TurnLine.objects.select_for_update(of=("self",)).exclude(turn__state=TurnOfYear.State.IN_FORCE)
    for line in drafted.filter(sponsor=post):
        line.sponsor = to
        keep(line, by=by, now=now, reason=reason)
