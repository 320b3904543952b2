"""What is typed of an absence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import DateField
from organization.people.models import SIGNS, Post


class DeputyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's can't be subscripted
    """Posts with who holds them."""

    def label_from_instance(self, post: Any) -> str:
        name = post.holder.name
        return str(post.in_full) if name == post.title else f"{post.in_full}（{name}）"


class AbsenceForm(forms.Form):
    """From when to when a post's holder is away, who does its work, and why."""

    since = DateField(label=_("first day away"))
    until = DateField(
        label=_("last day away"), required=False, help_text=_("Empty as long as nobody knows: it is ended here then")
    )
    deputy = DeputyField(
        Post.objects.none(),
        label=_("deputy"),
        empty_label="",
        help_text=_("Whom people turn to meanwhile"),
        error_messages={"invalid_choice": _("It can't deputise: choose a post that somebody else holds")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Write why, such as the business trip or the leave")},
        help_text=_("A business trip, a course, leave"),
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(unit__county=post.unit.county_id, active=True, holder__is_active=True)
        if post.role in SIGNS:
            posts = posts.filter(role__in=SIGNS)
            self.fields["deputy"].help_text = _("A leader or somebody of the command office, who signs in its place")
        others = posts.exclude(holder=post.holder).select_related("unit", "holder")
        field: Any = self.fields["deputy"]
        field.queryset = others.order_by("unit__position", "position", "pk")
