"""What the calendar does when a day has come: each act once, with its own day, also after an outage."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.called import called
from core.days import moved
from core.days.moved import Moved
from core.days.office import Days, local_day
from core.noted import note
from core.records.order import last
from core.refusals import Refused, require
from core.told import tell
from dispatch.calendar.lot import drawn, seed_of
from dispatch.calendar.models import CalendarAct, CalendarAddress, CalendarStart
from dispatch.calendar.permissions import can_finish
from dispatch.calendar.receivers import people
from dispatch.calendar.recurrence import Act, acts
from dispatch.calendar.rules import CalendarRule, CalendarRules
from dispatch.calendar.scope import within
from organization.people.models import User
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.choices import State
from projects.registry.months.moved import count_days_anew

ELSEWHERE = ("round", "draft")  # what rounds and bulletins do themselves, by the same days


def carry_out(county: Unit, *, now: datetime, rules: Rules, days: Days) -> int:
    """Do each act whose day has come and that isn't on file; how many. A rule begins on the day it is first seen: a
    county that is set up in June isn't told of January's meetings."""
    own = [rule for rule in rules[CalendarRules].rule if rule.does not in ELSEWHERE]
    if not own:
        return 0
    today = local_day(now)
    since = dict(CalendarStart.objects.filter(county=county).values_list("rule", "since"))
    new = [CalendarStart(county=county, rule=rule.code, since=today) for rule in own if rule.code not in since]
    CalendarStart.objects.bulk_create(new, ignore_conflicts=True)
    since.update({one.rule: one.since for one in new})
    begin = min(since[rule.code] for rule in own)
    newest = CalendarAct.objects.of(county).first()  # by day: nothing older is looked for
    begin = max(begin, newest.day) if newest else begin
    due = [act for act in acts(rules[CalendarRules].rule, begin, today, days) if act.rule in since]
    due = [act for act in due if act.does not in ELSEWHERE and act.day >= since[act.rule]]
    there = set(CalendarAct.objects.of(county).filter(day__gte=begin).values_list("rule", "named_on"))
    return sum(_do(county, act, now, days) for act in due if (act.rule, act.named) not in there)


def _do(county: Unit, act: Act, now: datetime, days: Days) -> bool:
    """The act's own row goes first: who can't write it has been forestalled by another tick."""
    rule = act.by_rule
    assert rule is not None  # noqa: S101  what has no rule is done by its subject
    rows, seed, among = _about(county, rule, act)
    told = people([*rule.answers, *rule.to], county, rows)
    with translation.override("en"):
        english = str(act.label)
    with translation.override(settings.LANGUAGE_CODE):
        label = str(act.label)
    try:
        with transaction.atomic():
            row = CalendarAct.objects.create(
                county=county,
                rule=rule.code,
                named_on=act.named,
                day=act.day,
                does=act.does,
                label=label[:120],
                label_en=english[:120] if english != label else "",
                due_at=act.due,
                receivers=[[person.pk, _who(person)] for person in told],
                rows=rows if act.does in ("hand_on", "lot") else [],
                seed=seed,
                among=among,
                at=now,
                done_at=now if act.does == "hand_on" else None,
            )
            tell("calendar_act", row, by=None, now=now, days=days, to=told)
    except IntegrityError:
        return False
    return True


def _who(person: User) -> str:
    post = person.main_post
    return f"{post.unit} {post.title}" if post else person.name


def _about(county: Unit, rule: CalendarRule, act: Act) -> tuple[list[dict[str, Any]], str, int]:
    """The rows that the act is about, the lot's seed, and among how many was drawn."""
    if rule.does == "hand_on":
        pks = set(within(county, rule, act.day).values_list("pk", flat=True))
        rows = [row for one in called() if one.gather for row in one.gather(county, act.day)]
        return [row for row in rows if row["pk"] in pks], "", 0
    if rule.does == "lot":
        found = within(county, rule, act.day).filter(state=State.ACTIVE).select_related("lead_unit")
        by_key = {str(one.pk): one for one in found.order_by(last("number"), "pk")}
        seed = seed_of(county.code, rule.code, act.named)
        chosen = [by_key[key] for key in drawn(by_key, rule.draws, seed)]
        return [_row(one) for one in chosen], seed, len(by_key)
    if any(party.place for party in (*rule.answers, *rule.to)):
        found = within(county, rule, act.day).filter(state=State.ACTIVE).select_related("lead_unit")
        return [_row(one) for one in found], "", 0
    return [], "", 0


def _row(project: Any) -> dict[str, Any]:
    return {
        "pk": project.pk,
        "about": project.name,
        "unit": str(project.lead_unit),
        "unit_id": project.lead_unit_id,
        "owner": project.lead_unit_id,
        "note": "",
        "problem": "",
    }


@transaction.atomic
def finish(act: CalendarAct, *, by: User, now: datetime, note: str, version: int) -> CalendarAct:
    """Somebody who answers for it has done it; *note* says what came of it.

    Raises NotAllowed; Refused for one that is done, or that somebody else changed meanwhile.
    """
    require(can_finish(by, act))
    fresh = CalendarAct.objects.select_for_update().get(pk=act.pk)
    if fresh.done_at or fresh.version != version:
        raise Refused(_("Somebody has done it meanwhile."))
    fresh.done_at, fresh.done_by, fresh.note = now, by, note.strip()[:300]
    fresh.version += 1
    fresh.save(update_fields=["done_at", "done_by", "note", "version"])
    return fresh


def renew_address(person: User, *, now: datetime) -> CalendarAddress:
    """A new secret address; the one before leads nowhere any more."""
    facts = {"token": secrets.token_urlsafe(32), "made_at": now}
    return CalendarAddress.objects.update_or_create(person=person, defaults=facts)[0]


# working days -------------------------------------------------------------------------------------------------------


@transaction.atomic
def correct_days(found: list[Moved], *, by: User, now: datetime) -> int:
    """These days are working days or not, as they say; what counts by them is counted anew. How many are different."""
    count = moved.keep(found, by=by, now=now)
    if count:
        days = [one.day for one in found]
        count_days_anew(days, by=by, now=now)
        note("workdays_moved", by, by=by, now=now, detail={"days": [str(day) for day in days]})
    return count


@transaction.atomic
def give_day_back(day: date, *, by: User, now: datetime) -> bool:
    """*day* is as the State Council has it again; whether it was otherwise."""
    changed = moved.forget(day)
    if changed:
        count_days_anew([day], by=by, now=now)
        note("workdays_moved", by, by=by, now=now, detail={"taken_back": str(day)})
    return changed
