"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (Job("bulletin_sheet", _("Signing sheet of a bulletin"), "dispatch.sheet.tasks.signing_sheet", quiet=True),)
