"""Slips are issued with the next number of their kind, made as PDF once, answered, withdrawn with their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import noted
from core.amounts import figures
from core.days.office import local_day
from core.records.files import keep as keep_file
from core.records.files import store
from core.records.history import keep
from core.refusals import Wrong, require, unseen
from core.told import tell
from dispatch.bulletins.papers import drawn
from dispatch.numbers.register import FORM
from dispatch.numbers.sending import Sending
from dispatch.numbers.services import give_number
from dispatch.problems.models import Problem, ProblemStep
from dispatch.problems.record import lock as lock_problem
from dispatch.problems.record import step
from dispatch.slips.drafts import issuer_of
from dispatch.slips.form import Facts, day, sheet_of
from dispatch.slips.models import Slip
from dispatch.slips.permissions import can_answer_slip, can_issue_slip, can_withdraw_slip
from dispatch.slips.rules import SlipKind, SlipRules
from jobs import asked
from jobs.models import JobRun
from organization.people.models import Post, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.models import Project

JOB = "slip_pdf"
LINE, TEXT, LONGEST = 200, 2000, 366
Status = Slip.Status


@transaction.atomic
def issue_slip(
    county: Unit,
    *,
    kind: str,
    title: str,
    matter: str,
    ask: str,
    by: User,
    now: datetime,
    unit: Unit | None = None,
    post: Post | None = None,
    due_on: date | None = None,
    signed: str = "",
    contact: str = "",
    problem: Problem | None = None,
    project: Project | None = None,
    items: Sequence[str] = (),
) -> Slip:
    """A slip of *kind* (code of the profile) to *unit*, or to the leader's *post*, with the next number of its kind
    and year. What it says stays as it is; an answer is due by *due_on*, where one is given.

    Raises NotAllowed, Wrong, Stale for a problem that was closed meanwhile.
    """
    require(can_issue_slip(by, county))
    known = _known(county, kind)
    today = local_day(now)
    addressed = _checked(county, unit, post, title, matter, ask, due_on, today)
    if problem is not None:
        problem = lock_problem(problem, None, Problem.Status.OPEN, Problem.Status.ANSWERED)
        project = problem.project
    heading = _heading(known, county)
    entry = give_number(
        county, known.word, title=f"{heading}：{title.strip()}", sending=Sending(), on=today, by=by, now=now,
        written=lambda number, year, total: FORM.format(word=known.word, year=year, number=number),
    )  # fmt: skip
    facts = Facts(
        title=heading,
        number=entry.text,
        to=post.in_full if post else addressed.name,
        issuer=issuer_of(county),
        day=day(today),
        about=title.strip(),
        matter=matter.strip(),
        ask=ask.strip(),
        unit=problem.owner_unit.name if problem else addressed.name,
        project=project.name if project else "",
        due=f"{day(due_on)}前" if due_on else "",
        signed=signed.strip(),
        contact=contact.strip(),
        look=known.look,
        heads=known.heads,
        made=now.isoformat(),
    )
    made = Slip(
        county=county,
        entry=entry,
        kind=kind,
        problem=problem,
        project=project,
        unit=addressed,
        post=post,
        title=title.strip(),
        due_on=due_on,
        on=today,
        by=by,
        at=now,
        items=list(items),
        facts=facts.as_json(),
        status=Status.OPEN if due_on else Status.SENT,
    )
    keep(made, by=by, now=now)
    if problem is not None:
        step(problem, ProblemStep.Kind.SLIP, by=by, on=today, now=now, note=f"{entry.text} {made.to}")
    tell("slip_issued", made, by=by, now=now, why=matter.strip())
    noted.note("slip_issued", made, by=by, now=now)
    request_file(made, now=now)
    return made


def _known(county: Unit, kind: str) -> SlipKind:
    known = rules_of(county)[SlipRules].kind(kind)
    if known is None:
        raise Wrong({"kind": _("The county has no such slip")})
    return known


def _heading(kind: SlipKind, county: Unit) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return kind.title.format(county=county, issuer=issuer_of(county), label=kind.label)


def _checked(
    county: Unit,
    unit: Unit | None,
    post: Post | None,
    title: str,
    matter: str,
    ask: str,
    due_on: date | None,
    today: date,
) -> Unit:
    """The unit that it goes to: that of the leader's *post* where one is addressed."""
    wrong = {}
    addressed = post.unit if post else unit
    if addressed is None or (unit and post):
        wrong["unit"] = _("Choose a unit or a leader whom it is addressed to")
    elif addressed.county_id != county.pk:
        wrong["unit"] = _("Choose units of this county")
    for name, text, longest in (("title", title, LINE), ("matter", matter, TEXT), ("ask", ask, TEXT)):
        if not text.strip():
            wrong[name] = _("Write it down: it is printed on the slip")
        elif len(text.strip()) > longest:
            wrong[name] = _("At most %(n)s characters") % {"n": longest}
    if due_on is not None and due_on <= today:
        wrong["due_on"] = _("%(day)s is past already") % {"day": figures.day(due_on, today)}
    elif due_on is not None and (due_on - today).days > LONGEST:
        wrong["due_on"] = _("At most a year at once")
    if wrong or addressed is None:
        raise Wrong(wrong)
    return addressed


@transaction.atomic
def answer_slip(
    slip: Slip,
    *,
    text: str,
    by: User,
    now: datetime,
    on: date | None = None,
    file: tuple[str, bytes] | None = None,
    version: int | None = None,
) -> Slip:
    """The answer (回执) in words, with the paper that came with it if one did; *on*: the day on which it came, where
    the office enters it later. Raises NotAllowed, Stale, Wrong."""
    found = _lock(slip, version)
    require(can_answer_slip(by, found))
    on = on or local_day(now)
    if not text.strip():
        raise Wrong({"text": _("Write the answer: what was done, or by when it is")})
    if not found.on <= on <= local_day(now):
        raise Wrong({"on": _("The answer comes after the slip, and not in the days to come")})
    found.answer, found.answered_by, found.answered_at, found.answered_on = text.strip()[:TEXT], by, now, on
    if file is not None:
        found.paper = store(file[1], file[0], by=by, now=now)
    found.status = Status.ANSWERED
    _save(found, by, now)
    _stepped(found, _("%(slip)s: answered") % {"slip": found.entry.text}, found.answer, by, now)
    tell("slip_answered", found, by=by, now=now, why=found.answer)
    return found


@transaction.atomic
def withdraw_slip(slip: Slip, *, reason: str, by: User, now: datetime, version: int | None = None) -> Slip:
    """It stands no more, and why; its number stays used. Raises NotAllowed, Stale, Wrong."""
    found = _lock(slip, version)
    require(can_withdraw_slip(by, found))
    if not reason.strip():
        raise Wrong({"reason": _("Write why the slip is withdrawn: its number stays used")})
    found.status, found.reason, found.closed_on = Status.WITHDRAWN, reason.strip()[:300], local_day(now)
    _save(found, by, now)
    _stepped(found, _("%(slip)s: withdrawn") % {"slip": found.entry.text}, found.reason, by, now)
    tell("slip_withdrawn", found, by=by, now=now, why=found.reason)
    noted.note("slip_withdrawn", found, by=by, now=now, detail={"reason": found.reason})
    return found


@transaction.atomic
def hand_on(unit: Unit, to: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """The answers that *unit* owes are owed by *to*, since *unit* goes; how many. What is printed stays."""
    return _handed(
        list(Slip.objects.select_for_update().owed().filter(unit=unit, post=None)), to, None, by, now, reason
    )


@transaction.atomic
def hand_on_post(post: Post, to: Post, *, by: User | None, now: datetime, reason: str) -> int:
    """The same for a leader's *post*."""
    rows = list(Slip.objects.select_for_update().owed().filter(post=post))
    return _handed(rows, to.unit, to, by, now, reason)


def _handed(rows: list[Slip], unit: Unit, post: Post | None, by: User | None, now: datetime, reason: str) -> int:
    for row in sorted(rows, key=lambda one: one.pk):
        row.unit, row.post = unit, post
        row.version += 1
        keep(row, by=by, now=now, reason=reason)
    return len(rows)


def _stepped(slip: Slip, words: str, text: str, by: User, now: datetime) -> None:
    """What became of it stands on the problem too."""
    if slip.problem is not None:
        note = "\n".join(filter(None, [words, text]))
        step(slip.problem, ProblemStep.Kind.NOTED, by=by, on=local_day(now), now=now, note=note)


def _lock(slip: Slip, version: int | None) -> Slip:
    rows = Slip.objects.select_for_update(of=("self",)).select_related(
        "unit", "post__unit", "county", "entry", "problem"
    )
    found = rows.get(pk=slip.pk)
    unseen(found, version, _("Somebody wrote to this a moment ago: read it again before you go on."))
    return found


def _save(slip: Slip, by: User, now: datetime) -> None:
    slip.version += 1
    keep(slip, by=by, now=now)


# the PDF ------------------------------------------------------------------------------------------------------------


def request_file(slip: Slip, *, now: datetime) -> JobRun | None:
    """Have a worker make the PDF. Asking twice is asking once; none if it is there: it is made once for ever."""
    return asked.ask(JOB, f"slip:{slip.pk}", now=now) if slip.file_id is None else None


def make_file(run: int, *, now: datetime) -> None:
    """The work behind `request_file`. What is there is left as it is."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        slip = Slip.objects.get(pk=row.about.partition(":")[2])
        if slip.file_id is None:
            _keep_file(slip, drawn(row, pdf_of, slip), now)


def pdf_of(slip: Slip) -> bytes:
    """The PDF of what the slip says: the same bytes whenever it is made. Raises PdfUnavailable."""
    from paper.slip import write_slip

    return write_slip(sheet_of(Facts.from_json(slip.facts)), settings.DOC_FONT_DIR)


@transaction.atomic
def _keep_file(slip: Slip, data: bytes, now: datetime) -> None:
    row: Any = Slip.objects.select_for_update().get(pk=slip.pk)
    if row.file_id is None:  # another worker may have been quicker
        row.file = keep_file(data, f"slip-{row.pk}.pdf", "application/pdf", now=now)
        row.skip_history_when_saving = True  # a file of what stands there changes nothing of it
        row.save(update_fields=["file"])
