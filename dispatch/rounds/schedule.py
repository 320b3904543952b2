"""What a worker makes when somebody asks for it."""

from django.utils.translation import gettext_lazy as _

from jobs.schedule import Job

JOBS = (
    Job("round_picture", _("Text for a chat group as a picture"), "dispatch.rounds.tasks.round_picture", quiet=True),
)
