"""What is brought to the page of a round: the lists that were frozen when it ended."""

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from dispatch.daylists.permissions import can_see_day_lists

PANELS = (
    Panel("dispatch:round", _("Lists of the day"), "dispatch:round_lists", 10,
          may=lambda person, on, pk: can_see_day_lists(person, person.county)),
)  # fmt: skip
