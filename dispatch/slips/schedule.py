"""What a worker makes when a slip is issued."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (Job("slip_pdf", _("PDF of a slip"), "dispatch.slips.tasks.slip_pdf", quiet=True),)
