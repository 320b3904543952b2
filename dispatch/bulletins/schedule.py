"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (
    Job("bulletin_draft", _("Draft of a bulletin"), "dispatch.bulletins.tasks.bulletin_draft"),
    Job("bulletin_pdf", _("PDF of a bulletin"), "dispatch.bulletins.tasks.bulletin_pdf"),
)
