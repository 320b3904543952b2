"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

PAPER = "dispatch.bulletins.tasks.bulletin_paper"
JOBS = (
    Job("bulletin_draft", _("Draft of a bulletin"), "dispatch.bulletins.tasks.bulletin_draft", quiet=True),
    Job("bulletin_pages", _("Pages of a bulletin"), "dispatch.bulletins.tasks.bulletin_pages", quiet=True),
    Job("bulletin_pdf", _("PDF of a bulletin"), PAPER, quiet=True),
    Job("bulletin_docx", _("Word of a bulletin"), PAPER, quiet=True),
    Job("bulletin_xlsx", _("Excel of a bulletin"), PAPER, quiet=True),
    Job("bulletin_copy", _("Copy of a bulletin marked as corrected"), PAPER, quiet=True),
    Job("bulletin_zip", _("All files of a bulletin"), PAPER, quiet=True),
)
