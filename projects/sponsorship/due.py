"""Who owes a visit, and who a report to a leader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.amounts import figures
from core.days.office import at, local_day
from core.days.periods import Period
from core.due import Due, DueItem
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.registry.models import Sponsor
from projects.sponsorship import monthly, pages
from projects.sponsorship.models import LeaderReport, Member, Part, called
from projects.sponsorship.permissions import leaders_of_secretary
from projects.sponsorship.rules import SponsorshipRules

END_OF_WORK = time(18, 0)


def _visits(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One for each duty of a post: at how many projects it is owed still."""
    for debt in pages.debts(county, local_day(now), person=person):
        one, count = debt.owed, len(debt.projects)
        lone = debt.projects[0] if count == 1 else None
        yield DueItem(
            kind=pages.OWN,
            key=f"sponsorship:{one.duty.code}:{debt.post.pk}:{one.period}",
            unit_id=debt.post.unit_id,
            title=str(one.duty.label),
            about=lone.name if lone else ngettext("%(n)s project", "%(n)s projects", count) % {"n": count},
            why="" if lone else pages.names(debt.projects),
            due_at=at(one.due_on, END_OF_WORK),
            link=reverse("projects:visit_new", args=[lone.pk])
            if lone
            else f"{reverse('projects:sponsorship')}?mine=yes&owes={one.duty.who}",
            action=_("Enter the visit") if lone else _("Look"),
            count=count,
            project_id=lone.pk if lone else None,
        )


def _reports(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """The report on the last month to each leader, of who is secretary of one of the leader's projects."""
    rules, on = rules_of(county)[SponsorshipRules], local_day(now)
    period = Period.of(on).previous()
    if (due := monthly.due_on(period, rules)) is None or (rules.counts_from and rules.counts_from > period.last):
        return
    posts = _reported(county) if person is None else leaders_of_secretary(person)
    if not posts:
        return
    sent = set(
        LeaderReport.objects.filter(post__in=posts, month=str(period))
        .exclude(sent_at=None)
        .values_list("post", flat=True)
    )
    for post in posts:
        if post.pk in sent or post.unit.county_id != county.pk:
            continue
        yield DueItem(
            kind="leader_report",
            key=f"leader_report:{post.pk}:{period}",
            unit_id=post.unit_id,
            title=_("Report to the leader on %(month)s") % {"month": figures.month(period.first)},
            about=called(post),
            due_at=at(due, END_OF_WORK),
            link=reverse("projects:leader_report", args=[post.pk, period]),
            action=_("Write it"),
        )


def _reported(county: Unit) -> list[Post]:
    """The leaders of whose projects one has a secretary."""
    kept = Member.objects.filter(part=Part.SECRETARY, until=None, project__county=county).values("project")
    sponsors = Sponsor.objects.filter(project__in=kept).order_by().values("post")
    return list(Post.objects.filter(pk__in=sponsors, role=Role.LEADER, active=True).select_related("unit"))


DUE = (
    Due("sponsorship", _visits, {pages.OWN: gettext_lazy("Visits to sponsored projects")}),
    Due("leader_reports", _reports, {"leader_report": gettext_lazy("Secretaries' reports to leaders")}),
)
