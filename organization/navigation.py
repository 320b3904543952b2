from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

ENTRIES = [
    Entry(
        "people",
        _("Accounts"),
        "user",
        "organization:people",
        group="house",
        order=90,
        roles=("admin", "security", "office"),
        also=(
            "organization:open_account",
            "organization:open_accounts",
            "organization:account_slips",
            "organization:post",
            "organization:post_change",
        ),
    ),
    Entry(
        "units",
        _("Units"),
        "user",
        "organization:units",
        group="house",
        order=91,
        roles=("admin", "office"),
        also=("organization:unit", "organization:unit_change"),
    ),
]
