"""What a worker makes when somebody asks for more rows than go at once."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (Job("file", _("File of a large table"), "jobs.files.tasks.make_file"),)
