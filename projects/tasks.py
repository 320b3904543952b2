"""The tasks of all subjects, where Celery looks for them."""

from projects.signboards.tasks import signboard
from projects.sponsorship.tasks import leader_report

__all__ = ["leader_report", "signboard"]
