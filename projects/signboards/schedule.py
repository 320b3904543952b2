"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (Job("signboard", _("Signboard of a project"), "projects.signboards.tasks.signboard", quiet=True),)
