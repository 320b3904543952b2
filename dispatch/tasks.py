"""The tasks of all subjects, where Celery looks for them."""

from dispatch.bulletins.tasks import bulletin_draft, bulletin_pages, bulletin_paper

__all__ = ["bulletin_draft", "bulletin_pages", "bulletin_paper"]
