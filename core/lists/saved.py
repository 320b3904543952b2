"""Saved views: a list's filter under a name, one's own or the county's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Max
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.lists.spec import ListSpec
from core.models import SavedView
from core.refusals import NotAllowed

LOST = ("page", "col", "period")  # what a view doesn't keep: it is a question, not a moment


class ViewForm(forms.Form):
    """The list's filter under a name."""

    name = forms.CharField(label=gettext_lazy("name of the view"), max_length=40)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    shared = forms.BooleanField(label=gettext_lazy("for everybody in the county"), required=False)

    def __init__(self, *args: Any, may_share: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["shared"]


@transaction.atomic
def save_view(spec: ListSpec, *, by: Any, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep *query* as the view *name* of the list, over one of that name: the person's own, or the county's.

    Raises NotAllowed.
    """
    if by.county is None or (shared and not spec.may_share(by, by.county)):
        raise NotAllowed(_("Only the command office saves views for everybody"))
    kept = QueryDict(query.removeprefix("?"), mutable=True)
    for key in LOST:
        kept.pop(key, None)
    whose = {"list": spec.key, "county": by.county.pk, "owner": None if shared else by}
    last = SavedView.objects.filter(**whose).aggregate(last=Max("position"))["last"] or 0
    view, _made = SavedView.objects.update_or_create(
        **whose,
        name=name.strip(),
        defaults={"query": kept.urlencode()},
        create_defaults={"query": kept.urlencode(), "position": last + 1},
    )
    return view


def delete_view(view: SavedView, *, by: Any) -> None:
    """A person's own view goes; NotAllowed for another's."""
    if view.owner_id != by.pk:
        raise NotAllowed(_("This view is somebody else's"))
    view.delete()
