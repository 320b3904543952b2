from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from organization.people.models import ADMINISTRATION
from projects.approvals.counts import to_give
from projects.entries.counts import to_confirm
from projects.list.counts import sponsored, visible
from projects.reports.counts import to_approve, to_report, to_review
from projects.sponsorship.counts import sees_gaps, to_visit
from projects.supervision.counts import unanswered

ENTRIES = [
    Entry("projects", _("Projects"), "proj", "projects:list", group="projects", order=10, phone=3,
          count=visible, but=ADMINISTRATION,
          also=("projects:page", "projects:new", "projects:edit", "projects:month_changes")),
    Entry("reports", _("Monthly reports"), "grid", "projects:reports", order=10, phone=2,
          roles=("officer", "unit_head", "office"), count=to_report,
          also=("projects:grid", "projects:report")),
    Entry("review", _("Review"), "tick", "projects:review", order=20, roles=("office",),
          count=to_review),
    Entry("gathering", _("Gather forms"), "in", "projects:gathering", order=21, roles=("office",)),
    Entry("entries", _("Entries into statistics"), "stat", "projects:entries", group="projects", order=20,
          roles=("statistics", "office", "supervision"), count=to_confirm,
          also=("projects:entry_list", "projects:entry_accept", "projects:entry_return")),
    Entry("approvals", _("Approvals to give"), "doc", "projects:approvals", group="projects", order=15,
          roles=("approver", "office"), count=to_give, also=("projects:approval",)),
    Entry("effort", _("What filling in takes"), "grid", "projects:effort", group="dispatch", order=70,
          roles=("office",)),
    Entry("supervision", _("Supervision"), "find", "projects:supervision", group="dispatch", order=60,
          roles=("supervision", "office"), count=unanswered,
          also=("projects:supervision_new", "projects:project_supervision")),
    Entry("wall", _("Wall chart"), "week", "projects:wall", group="projects", order=12, but=ADMINISTRATION,
          also=("projects:schedule", "projects:schedule_new", "projects:milestone_add", "projects:milestones")),
    Entry("sponsorship", _("Sponsorship: visits"), "find", "projects:sponsorship", group="dispatch", order=55,
          count=to_visit, may=sees_gaps,
          also=("projects:project_sponsorship", "projects:leader_reports", "projects:leader_report")),
    Entry("plans", _("The fixed ones"), "grid", "projects:fixed", group="projects", order=13,
          roles=("officer", "unit_head", "office", "supervision"),
          also=("projects:plans", "projects:project_plans", "projects:turn")),
    Entry("imports", _("Import a ledger"), "in", "projects:imports", group="projects", order=30, roles=("office",),
          also=("projects:import",)),
    Entry("platform", _("Approval platform"), "in", "projects:platform", group="projects", order=31,
          roles=("approver", "office"), also=("projects:platform_import",)),
    Entry("my_projects", _("My projects"), "proj", "projects:list", group="look", order=10, menu="leader", phone=2,
          phone_label=_("Projects"), also=("projects:page",), count=sponsored,
          query="?sponsor=mine"),
    Entry("wall_chart", _("Wall chart"), "week", "projects:wall", group="look", order=15, menu="leader",
          also=("projects:schedule", "projects:milestones")),
    Entry("sponsored", _("My sponsorship"), "tick", "projects:sponsored", group="look", order=12, menu="leader",
          count=to_visit, also=("projects:sponsorship", "projects:leader_reports", "projects:leader_report")),
    Entry("approve", _("Approve reports"), "tick", "projects:review", group="decide", order=10, menu="leader",
          count=to_approve, also=("projects:review",)),
]  # fmt: skip
