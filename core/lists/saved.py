"""Saved views: a list's filter under a name, one's own or the county's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Max
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.lists.filters import MOST_VALUES
from core.lists.listing import UNREADABLE, Listing
from core.lists.spec import ListSpec, all_lists
from core.models import SavedView
from core.records.fields import field_of
from core.refusals import NotAllowed, Refused
from core.text import storable

LONGEST = field_of(SavedView, "query").max_length or 0


class ViewForm(forms.Form):
    """The list's filter under a name."""

    name = forms.CharField(label=gettext_lazy("name of the view"), max_length=40)
    query = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)
    shared = forms.BooleanField(label=gettext_lazy("for everybody in the county"), required=False)

    def __init__(self, *args: Any, may_share: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["shared"]


@transaction.atomic
def save_view(spec: ListSpec, *, by: Any, name: str, query: str, now: datetime, shared: bool = False) -> SavedView:
    """Keep *query* as the view *name* of the list, over one of that name: the person's own, or the county's.

    What the list doesn't know isn't kept. Raises NotAllowed; Refused for what the list can't answer.
    """
    if by.county is None or (shared and not spec.may_share(by, by.county)):
        raise NotAllowed(_("Only the command office saves views for everybody"))
    kept = _asked_again(spec, by, query, now)
    whose = {"list": spec.key, "county": by.county.pk, "owner": None if shared else by}
    last = SavedView.objects.filter(**whose).aggregate(last=Max("position"))["last"] or 0
    view, _made = SavedView.objects.update_or_create(
        **whose,
        name=name.strip(),
        defaults={"query": kept},
        create_defaults={"query": kept, "position": last + 1},
    )
    return view


def _asked_again(spec: ListSpec, by: Any, query: str, now: datetime) -> str:
    """Of *query* what the list knows, once the list has answered it."""
    asked, known = QueryDict(query.removeprefix("?")), {*(filter.key for filter in spec.asks), "q", "sort", "col"}
    kept = QueryDict(mutable=True)
    for key in asked:
        if key in known and (values := [storable(value) for value in asked.getlist(key)][:MOST_VALUES]):
            kept.setlist(key, values)
    listing = Listing(spec, by, kept, now=now)
    try:
        with transaction.atomic():
            listing.count_alone()
    except UNREADABLE as error:
        raise Refused(_("The list can't answer this filter: take it off, then save the view")) from error
    if len(said := kept.urlencode()) > LONGEST:
        raise Refused(_("The filter is too long for a view: take some of its values off"))
    return said


def may_delete(view: SavedView, by: Any) -> bool:
    """One's own; the county's, who may share one."""
    if view.owner_id is not None:
        return bool(view.owner_id == by.pk)
    spec = all_lists().get(view.list)
    shares = spec is not None and by.county is not None and spec.may_share(by, by.county)
    return bool(shares) and view.county == by.county.pk


def delete_view(view: SavedView, *, by: Any) -> None:
    """A person's own view goes, or the county's; NotAllowed for another's."""
    if not may_delete(view, by):
        raise NotAllowed(_("This view is somebody else's"))
    view.delete()
