from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.records.order import CodePoints
from organization.handovers.models import Kind, PostChange
from organization.people.forms import PlanForm
from organization.people.models import Post, User
from organization.units.models import Unit

FIELDS: dict[str, tuple[str, ...]] = {  # of each kind, before the day and the reason
    Kind.HANDOVER: ("to_user", "leaves", "new_username", "new_email"),
    Kind.VACATE: (),
    Kind.RENAME: ("new_title", "new_title_en"),
    Kind.MOVE: ("new_unit",),
    Kind.CLOSE: ("into",),
}


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's can't be subscripted
    """Who there is, with the posts held now."""

    def label_from_instance(self, person: Any) -> str:
        posts = _(", ").join(post.in_full for post in person.held)
        return f"{person.name} · {person.username}（{posts or _('no post now')}）"


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the same
    def label_from_instance(self, post: Any) -> str:
        return str(post.in_full)


class PostChangeForm(PlanForm):
    """What is done to a post, from which day, and why."""

    to_user = PersonField(
        User.objects.none(),
        label=gettext_lazy("Who takes it over"),
        required=False,
        empty_label=gettext_lazy("somebody new: an account is opened"),
    )
    leaves = forms.BooleanField(
        label=gettext_lazy("gives up all other posts on that day"),
        required=False,
        help_text=gettext_lazy("For who moves from one post to another"),
    )
    new_username = forms.CharField(
        label=gettext_lazy("New account"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Only for somebody new; letters, digits, - and _, for example xicheng-01"),
        validators=User._meta.get_field("username").validators,
    )
    new_email = forms.EmailField(label=gettext_lazy("Mail address of the new account"), required=False)
    new_title = forms.CharField(label=gettext_lazy("New title"), max_length=60)
    new_title_en = forms.CharField(label=gettext_lazy("English title"), max_length=120, required=False)
    new_unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("To which unit"))
    into = PostField(
        Post.objects.none(),
        label=gettext_lazy("Which post does its work from then on"),
        required=False,
        empty_label=gettext_lazy("none: nothing hangs on it"),
    )

    def __init__(self, *args: Any, post: Post, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, own=FIELDS[kind], **kwargs)
        self.post, self.kind, county = post, Kind(kind), post.unit.county
        fields: dict[str, Any] = self.fields
        if kind == Kind.HANDOVER:
            held = Q(posts__active=True, posts__unit__county=county)
            had = Q(posts=None, holdings__post__unit__county=county)
            here = Post.objects.filter(active=True, unit__county=county).select_related("unit")
            now = Prefetch("posts", here, to_attr="held")
            people = User.objects.filter(held | had).exclude(posts=post).distinct()
            fields["to_user"].queryset = people.order_by(CodePoints("name"), "pk").prefetch_related(now)
        if kind == Kind.MOVE:
            units = Unit.objects.filter(county=county, active=True)
            fields["new_unit"].queryset = units.exclude(pk__in=[post.unit_id, post.unit.county_id])
        if kind == Kind.CLOSE:
            posts = Post.objects.filter(unit__county=county, active=True, role=post.role).exclude(pk=post.pk)
            fields["into"].queryset = posts.select_related("unit").order_by("unit__position", "position", "pk")

    def change(self) -> PostChange:
        """What would be put on file, not stored."""
        facts = self.facts
        for name in ("new_title", "new_title_en", "new_username"):
            if name in facts:
                facts[name] = facts[name].strip()
        facts["leaves"] = facts.get("leaves", False) and facts["to_user"] is not None
        return PostChange(county=self.post.unit.county or self.post.unit, post=self.post, kind=self.kind, **facts)
