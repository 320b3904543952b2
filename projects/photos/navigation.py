from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from projects.photos.counts import odd

ENTRIES = (
    Entry("photos", _("Photos"), "find", "projects:photo_list", group="projects", order=18,
          roles=("office", "supervision"),
          count=odd, also=("projects:photos", "projects:photo_remove", "projects:project_photos")),
)  # fmt: skip
