"""People are reminded of what is due, from the one list of it: each step of each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import due as dues
from core.collect import gather
from core.days.office import MORNING, Days, at, is_quiet, local_day, next_post
from core.days.workdays import workdays_between
from core.due import Due, DueItem
from core.refusals import Wrong
from organization.people.models import User
from organization.profiles.rules import Rules
from organization.units.models import Unit
from outbox.reminders import words
from outbox.reminders.ladder import HEAD, OWN, Step, day_of, reached
from outbox.reminders.models import Morning, Pause, Reminded
from outbox.reminders.recipients import People, holds
from outbox.robots.services import tell_group
from outbox.rules import Group, ReminderRules
from outbox.services import Draft, notify_all

LONGEST_PAUSE = timedelta(days=92)
Reached = tuple[Due, DueItem, Step]


@dataclass(frozen=True)
class _Round:
    """One time that a county's people are reminded."""

    county: Unit
    now: datetime
    rules: ReminderRules
    days: Days
    people: People
    first: bool  # the county's first

    @property
    def on(self) -> date:
        return local_day(self.now)


def remind(county: Unit, *, now: datetime, rules: Rules, days: Days) -> int:
    """Tells every step that has come and isn't on record: once on the morning of each day that isn't quiet, what is
    urgent at any hour that isn't. How many notices.

    Of several steps that were missed in a silence the newest is told; on a county's first morning only what comes
    that day, since what was late before is no news. What is told is on record in the same transaction, by keys that
    exist once: who can't write them has been forestalled by another worker.
    """
    own = rules[ReminderRules]
    if not own.enabled or is_quiet(now, days, own.hours._replace(morning=MORNING)):
        return 0
    last = Morning.objects.filter(county=county).order_by("-day").values_list("day", flat=True).first()
    morning = last is None or last < local_day(now)
    if not morning and not own.urgent:
        return 0
    try:
        with transaction.atomic():
            if morning:
                Morning.objects.create(county=county, day=local_day(now), at=now)
            found = _Round(county, now, own, days, People(county, now), last is None)
            return _tell(found, None if morning else set(own.urgent))
    except IntegrityError:  # another worker was quicker
        return 0


def _tell(found: _Round, only: set[str] | None) -> int:
    """What has come of the kinds *only*; of all, and again of what was put off until today, in the morning (None)."""
    steps = _reached(found, only)
    fresh = _fresh(found, steps)
    drafts = [draft for one in fresh for draft in _drafts(found, one)]
    if only is None:
        drafts += _put_off(found, [one for one in steps if one not in fresh])
    morning = at(found.on, MORNING)
    told = notify_all(drafts, now=found.now, due_at=morning, days=found.days)
    for group in found.rules.group:
        _tell_group(found, group, fresh, next_post(morning, found.days, found.rules.hours))
    return told


def _reached(found: _Round, only: set[str] | None) -> list[Reached]:
    """The newest steps of all that is due, of the kinds *only* or of all."""
    steps = []
    for due in gather("due"):
        if not (due.kinds if only is None else only & set(due.kinds)):
            continue
        for item in due.items(found.county, found.now, None):
            ladder = found.rules.of(item.kind)
            if item.due_at is None or ladder is None or (only is not None and item.kind not in only):
                continue
            steps += [(due, item, step) for step in reached(ladder, _day(item), found.on, found.days)]
    return steps


def _day(item: DueItem) -> date:
    return local_day(item.due_at) if item.due_at else date.max


def _fresh(found: _Round, steps: list[Reached]) -> list[Reached]:
    """Those of *steps* that aren't on record; they are from now on."""
    keys = {item.key for _due, item, _step in steps}
    rows = Reminded.objects.filter(county=found.county, item__in=keys) if keys else Reminded.objects.none()
    known = set(rows.values_list("item", "due_on", "who", "offset"))
    fresh = {(item.key, _day(item), *step): (due, item, step) for due, item, step in steps}
    new = {row: one for row, one in fresh.items() if row not in known}
    Reminded.objects.bulk_create(
        [
            Reminded(county=found.county, item=item, due_on=day, who=who, offset=offset, at=found.now)
            for item, day, who, offset in new
        ],
        batch_size=500,
    )
    told = new.values()
    return [
        (due, item, step)
        for due, item, step in told
        if not found.first or day_of(step.offset, _day(item), found.days) == found.on
    ]


def _drafts(found: _Round, one: Reached) -> Iterator[Draft]:
    """The notices of one step. Who put it off isn't told as the one who has to do it; as head or leader they are."""
    due, item, step = one
    own, orphaned = found.people.own(due, item)
    if step.who == OWN:
        told = own if orphaned else [person for person in own if not found.people.paused(person, item, found.on)]
    elif step.who == HEAD:
        told = found.people.heads(item, own)
    else:
        told = found.people.leaders(item, own)
    for person in told:
        yield _draft(found, one, person, orphaned)


def _draft(found: _Round, one: Reached, person: User, orphaned: bool, again: str = "") -> Draft:
    due, item, step = one
    unit = found.people.units.get(item.unit_id)
    subject, body = words.reminder(item, step.who, found.on, found.days, unit=unit, orphaned=orphaned)
    with translation.override("en"):
        english = words.reminder(
            found.people.english(due, item), step.who, found.on, found.days, unit=unit, orphaned=orphaned
        )
    step_of = f"{_day(item)}:{step.who}{step.offset:+d}:{item.kind}:{item.key}"
    key = f"remind:{found.county.pk}:{step_of}:to{person.pk}{again}"
    kind, urgent = f"remind_{step.who}", item.kind in found.rules.urgent
    return Draft(person, kind, key, subject, body, item.link, urgent, found.county, english)


def _put_off(found: _Round, told: list[Reached]) -> list[Draft]:
    """What somebody put off until today, told to them again; the pauses are over by that."""
    drafts = []
    for pause in found.people.ended(found.on):
        for one in told:
            due, item, step = one
            if step.who != OWN or not holds(pause, item):
                continue
            own, orphaned = found.people.own(due, item)
            mine = [person for person in own if person.pk == pause.person_id]
            drafts += [_draft(found, one, person, orphaned, f":again{pause.until:%Y%m%d}") for person in mine]
        pause.delete()
    return drafts


def _tell_group(found: _Round, group: Group, fresh: list[Reached], not_before: datetime) -> None:
    """One message with all of today's steps that the group is told of, each thing once."""
    lines: dict[str, str] = {}
    for _due, item, _step in fresh:
        day = _day(item)
        late = workdays_between(day, found.on, found.days) if day < found.on else 0
        if day <= found.on and late >= group.overdue and (not group.kinds or item.kind in group.kinds):
            unit = found.people.units.get(item.unit_id)
            lines[item.key] = words.line(item, found.on, found.days, unit)
    if lines:
        numbered = [f"{n}. {line}" for n, line in enumerate(lines.values(), 1)]
        tell_group(
            found.county,
            group.name,
            subject=words.heading(len(lines), found.on),
            lines=numbered,
            of=[f"{found.on}", *lines],
            not_before=not_before,
            now=found.now,
        )


# what a person decides ----------------------------------------------------------------------------------------------


def put_off(
    person: User, *, kind: str, now: datetime, item: str = "", said: str = "", until: date | None = None
) -> Pause:
    """*person* isn't reminded of *kind*, or of one *item* of it, up to the morning of *until*; of a kind without a day
    until it is taken up again. Done twice, the last one holds. Raises Wrong."""
    today = local_day(now)
    if kind not in dues.kinds():
        raise Wrong({"kind": _("Nobody is reminded of that.")})
    if item and until is None:
        raise Wrong({"until": _("Write until when: one thing can be put off, but not for ever.")})
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise Wrong({"until": _("Choose a day from tomorrow on, within three months.")})
    facts = {"until": until, "said": said[:200], "at": now}
    pause, _new = Pause.objects.update_or_create(person=person, kind=kind, item=item[:100], defaults=facts)
    return pause


def take_up(pause: Pause) -> None:
    """One is reminded of it again, from the next step on."""
    Pause.objects.filter(pk=pause.pk).delete()
