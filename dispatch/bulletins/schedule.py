"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

PAPER = "dispatch.bulletins.tasks.bulletin_paper"
JOBS = (
    Job("bulletin_draft", _("Draft of a bulletin"), "dispatch.bulletins.tasks.bulletin_draft"),
    Job("bulletin_pdf", _("PDF of a bulletin"), PAPER),
    Job("bulletin_docx", _("Word of a bulletin"), PAPER),
    Job("bulletin_xlsx", _("Excel of a bulletin"), PAPER),
    Job("bulletin_zip", _("All files of a bulletin"), PAPER),
)
