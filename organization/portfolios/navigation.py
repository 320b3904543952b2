from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

ALSO = ("organization:portfolio", "organization:portfolio_change")
ENTRIES = [
    Entry(
        "portfolios",
        _("Portfolios"),
        "user",
        "organization:portfolios",
        group="house",
        order=92,
        roles=("admin", "office"),
        also=ALSO,
    ),
    Entry(
        "leaders_portfolios",
        _("Portfolios"),
        "user",
        "organization:portfolios",
        group="look",
        order=60,
        menu="leader",
        also=ALSO,
    ),
]
