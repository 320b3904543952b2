"""The tasks of all subjects, where Celery looks for them."""

from dispatch.bulletins.tasks import bulletin_draft, bulletin_pages, bulletin_paper
from dispatch.campaigns.tasks import task_sheet
from dispatch.rounds.tasks import round_picture
from dispatch.sheet.tasks import signing_sheet
from dispatch.slips.tasks import slip_pdf

__all__ = [
    "bulletin_draft",
    "bulletin_pages",
    "bulletin_paper",
    "round_picture",
    "signing_sheet",
    "slip_pdf",
    "task_sheet",
]
