"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (Job("leader_report", _("Report to a leader"), "projects.sponsorship.tasks.leader_report", quiet=True),)
