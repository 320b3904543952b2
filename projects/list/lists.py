"""The list of projects as a declaration."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.lists.kept import OWN
from core.lists.spec import ListSpec
from organization.permissions import can_share_view
from projects.list import listing
from projects.list.columns import COLUMNS
from projects.list.filters import FILTERS, VIEWS
from projects.list.resumed import RESUMED
from projects.list.squads import SQUADS
from projects.registry.months.counts import as_one
from projects.registry.months.models import COUNTED

PROJECTS = ListSpec(
    key="projects",
    title=_("Projects"),
    url="projects:list",
    page="projects:page",
    row_key="project",
    in_totals=COUNTED,
    groups="package",
    as_groups=as_one,
    alone=frozenset({"report"}),
    marks={OWN: listing.rows_mark, "project": listing.projects_mark},
    scope=listing.scope,
    columns=COLUMNS,
    filters=(*FILTERS[:-1], RESUMED, FILTERS[-1]),
    views=VIEWS,
    order=("project__number", "project"),
    search=listing.search,
    find=_("Name, code, unit"),
    may_share=can_share_view,
    selects=True,
    ask=listing.ask,
    bring=listing.bring,
    look=listing.look,
    sub=listing.sub,
    links=listing.links,
    part="projects/list/_remarks.html",
    remarks=listing.remarks,
    note=_("The rate is the sum of what is done over the sum of the plans, not a mean."),
    empty=(_("No project is on file yet"), _("Put the first one on file, or import the county's own ledger.")),
    empty_for_others=(
        _("No project that you may see"),
        _("Projects of your unit and those that you sponsor appear here."),
    ),
    subtitle=listing.subtitle,
    file_name=listing.file_name,
)
LISTS = (PROJECTS, SQUADS)
