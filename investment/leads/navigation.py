from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

ENTRIES = [
    Entry(
        "investment",
        _("Investment leads"),
        "lead",
        "investment:list",
        group="money",
        order=20,
        also=("investment",),
        but=("admin",),
    ),
]
