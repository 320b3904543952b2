"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (Job("campaign_sheet", _("Table of a campaign's tasks"), "dispatch.campaigns.tasks.task_sheet", quiet=True),)
