from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

ENTRIES = [
    Entry("jobs", _("Jobs and mail"), "mail", "jobs:page", group="house", order=80, roles=("office", "admin"),
          also=("outbox:list",)),
]  # fmt: skip
