"""The filter of the list of projects by the county's named lists."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.lists.filters import Filter, Option
from core.lists.listing import Listing
from core.lists.narrows import Narrow
from core.lists.spec import Link
from projects.list.asked import Asked
from projects.rosters.permissions import can_keep_lists
from projects.rosters.queries import LISTED, wrong_with
from projects.rosters.scope import rosters_of, where_any


def _where(values: list[str], asked: Asked) -> Q:
    return where_any(values, asked)


def _options(asked: Asked) -> list[Option]:
    return [Option(one.code, str(one), one.closed_at is None) for one in rosters_of(asked.county, asked.period.year)]


def _links(listing: Listing) -> Iterator[Link]:
    """The filter that is on as the rule of a list, where it can be one."""
    rule = urlencode([(key, value) for key, values in listing.values.items() for value in values])
    if listing.text:
        rule = "&".join(filter(None, (rule, urlencode({"q": listing.text}))))
    if rule and can_keep_lists(listing.user, listing.county) and not wrong_with(rule):
        yield Link(_("Make a list of this"), f"{reverse('projects:roster_new')}?{urlencode({'rule': rule})}")


# What a rule needs is not known before the list is looked up: the light is brought, and read only where one asks it.
NARROWS = (Narrow("projects", Filter(LISTED, gettext_lazy("On the list"), _where, _options, needs="light"), _links),)
