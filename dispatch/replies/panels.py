"""What is asked of units, on the page of the bulletin."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_draft_bulletin
from dispatch.replies.models import Reply
from organization.people.models import User


def _asked(user: User, on: date, pk: int) -> bool:
    """Where something is asked, and for the office that may ask."""
    if Reply.objects.visible_to(user).filter(bulletin=pk).exists():
        return True
    row = Bulletin.objects.listed().select_related("county").filter(pk=pk).first()
    return row is not None and can_draft_bulletin(user, row.county).ok


PANELS = (Panel("dispatch:bulletin", _("Replies asked for"), "dispatch:bulletin_replies", 10, may=_asked),)
