"""What the log keeps of rankings."""

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("ranking_published", "paper", _("Ranking published")),
    Noted("ranking_corrected", "paper", _("Correction note beside a ranking")),
    Noted("ranking_withdrawn", "paper", _("Ranking withdrawn")),
)
