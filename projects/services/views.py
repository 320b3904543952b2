"""Saved views of the project list."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.http import QueryDict

from core.refusals import NotAllowed
from organization.models import Unit, User
from projects import permissions
from projects.models import SavedView

LOST = ("page", "col", "period")  # what a view doesn't keep: it is a question, not a moment


@transaction.atomic
def save_view(*, by: User, county: Unit | None, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep *query* as the view *name*, over one of that name: the person's own, or the county's (the office)."""
    if county is None:
        raise NotAllowed("")
    if shared and not (answer := permissions.can_share_view(by, county)):
        raise NotAllowed(answer.why)
    kept = QueryDict(query.removeprefix("?"), mutable=True)
    for key in LOST:
        kept.pop(key, None)
    owner = None if shared else by
    last = SavedView.objects.filter(county=county, owner=owner).aggregate(last=Max("position"))["last"] or 0
    view, _made = SavedView.objects.update_or_create(
        county=county,
        owner=owner,
        name=name.strip(),
        defaults={"query": kept.urlencode()},
        create_defaults={"query": kept.urlencode(), "position": last + 1},
    )
    return view


def delete_view(view: SavedView, *, by: User) -> None:
    if view.owner_id != by.pk and not (answer := permissions.can_share_view(by, view.county_id)):
        raise NotAllowed(answer.why)
    view.delete()
