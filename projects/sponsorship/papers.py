"""The secretary's report as a paper of one page, made by a worker and kept as long as it says the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.models import StoredFile
from core.records.files import keep, throw_away
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from organization.people.models import Post
from projects.sponsorship import monthly
from projects.sponsorship.models import LeaderReport, Part
from projects.sponsorship.services import report_of

JOB = "leader_report"


def paper(report: LeaderReport, said: dict[str, Any]) -> Any:
    """The report as a summary of one page."""
    from paper.document import Cell, Column, Table
    from paper.proofs.summary import Summary

    period = Period.parse(report.month)
    said_month = figures.month(period.first)
    columns = (
        Column(_("Project"), 3),
        Column(_("Lead unit"), 1.5),
        Column(_("Stage"), 1.2, "center"),
        Column(_("In the month"), 1.1, "right"),
        Column(_("Year to date"), 1.2, "right"),
        Column(_("Rate"), 1, "right"),
        Column(_("Visits of the leader"), 0.9, "center"),
        Column(_("Light, and what holds it up"), 4),
    )
    rows = []
    for row in said["rows"]:
        held = "。".join(filter(None, (row["reason"], row["trouble"])))
        cells = (row["name"], row["unit"], row["stage"], figures.wan(row["month"]), figures.wan(row["done"]),
                 row["rate"], str(row["leader"] or figures.NONE), held)  # fmt: skip
        rows.append(tuple(Cell(text) for text in cells))
    strong = frozenset(n for n, row in enumerate(said["rows"]) if row["colour"] == "red")
    settled = [f"{row['name']}：{text}" for row in said["rows"] for text in row["settled"]]
    after = []
    if settled:
        after.append(_("Settled on site: %(what)s") % {"what": "；".join(settled[:6])})
    if said["missed"]:
        after.append(_("Visits that were due and not made: %(n)s") % {"n": said["missed"]})
    if report.remark:
        after.append(_("The secretary: %(remark)s") % {"remark": report.remark})
    day = report.sent_at and timezone.localdate(report.sent_at)
    return Summary(
        title=_("%(leader)s: sponsored projects in %(month)s") % {"leader": said["leader"], "month": said_month},
        sub=f"{said['county']}　{said_month}" if said["county"] else said_month,
        text=(monthly.sentence(said),),
        table=Table("", columns, tuple(rows), unit=_("10k yuan"), strong=strong),
        after=tuple(after),
        end=f"{Part.SECRETARY.label}　{figures.day(day)}" if day else _("Draft"),
        more=_("and %(n)s more projects, see the page"),
        made=report.sent_at,
    )


def own(report: LeaderReport, post: Post, period: Period, on: date) -> dict[str, Any]:
    """What the paper says, in the county's language whoever looks at the page."""
    with translation.override(settings.LANGUAGE_CODE):
        return monthly.shown(report, post, period, on)


def request_paper(report: LeaderReport, said: dict[str, Any], *, now: datetime) -> JobRun | None:
    """Have a worker make the paper of what the report says now. Asking twice is asking once; none if it is there."""
    if paper_of(report, said) is not None:
        return None
    return asked.ask(JOB, f"{report.post_id}:{report.month}", now=now, stamp=monthly.stamp(report, said))


def make_paper(run: int, *, now: datetime) -> None:
    """The work behind `request_paper`: of what the report says when it is made."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        from paper.pdf import PdfUnavailable
        from paper.proofs.summary import write_summary

        pk, month = row.about.split(":")
        post = Post.objects.select_related("unit__county", "holder").get(pk=pk)
        period = Period.parse(month)
        report = report_of(post, period)
        said = own(report, post, period, timezone.localdate(now))
        row.result = {"stamp": (of := monthly.stamp(report, said))}
        try:
            with translation.override(settings.LANGUAGE_CODE):
                data = write_summary(paper(report, said), settings.DOC_FONT_DIR)
        except PdfUnavailable as error:
            row.result["unavailable"] = str(error)
            raise
        keep_paper(post, period, data, of=of, now=now)


@transaction.atomic
def keep_paper(post: Post, period: Period, data: bytes, *, of: str, now: datetime) -> None:
    """Keeps *data* as the paper of the stamp *of*, in place of an older one."""
    Post.objects.select_for_update().get(pk=post.pk)
    report = LeaderReport.objects.filter(post=post, month=str(period)).first() or report_of(post, period)
    old = report.pdf
    record: Any = report
    report.pdf = keep(data, f"leader-report-{post.pk}-{period}.pdf", "application/pdf", now=now)
    report.stamp = of
    record.skip_history_when_saving = True  # a file of what stands there changes nothing of it
    try:
        record.save()
    finally:
        del record.skip_history_when_saving
    if old is not None:
        throw_away(old)


def paper_of(report: LeaderReport, said: dict[str, Any]) -> StoredFile | None:
    """The paper of what the report says now, if it is made."""
    return report.pdf if report.pdf_id is not None and report.stamp == monthly.stamp(report, said) else None


def state_of(report: LeaderReport, said: dict[str, Any], *, now: datetime) -> State:
    """Where the paper stands."""
    if paper_of(report, said) is not None:
        return State("ready")
    run = JobRun.objects.filter(job=JOB, about=f"{report.post_id}:{report.month}").first()  # the newest comes first
    if run is None or run.status == JobRun.Status.DONE or run.result.get("stamp") != monthly.stamp(report, said):
        return State("none")
    return asked.state_of(run, now=now)
