from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.forms import version_field
from core.records.files import largest_upload
from core.web.forms import DateField, ReasonForm, offer
from organization.people.models import Post
from projects.registry.models import Project
from projects.sponsorship.models import Kind, Part, Side, called
from projects.sponsorship.services import MOST_PHOTOS, PICTURES


class Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=Photos(attrs={"accept": ",".join(PICTURES)}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [found for file in files if file and (found := super(PhotosField, self).clean(file, initial))]


class VisitForm(forms.Form):
    """Whose visit, what for, when, where, what was settled."""

    post = forms.ModelChoiceField(Post.objects.none(), label=gettext_lazy("Whose visit"), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=Kind.choices)
    on = DateField(label=gettext_lazy("Day"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    settled = forms.CharField(
        label=gettext_lazy("What was settled"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who does what by when; the lead unit is told"),
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"), help_text=gettext_lazy("JPEG, PNG or WebP, at most 20"), max_length=200
    )

    def __init__(self, *args: Any, visitors: list[tuple[Post, Side]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "post", Post.objects.filter(pk__in=[post.pk for post, _side in visitors]).select_related("unit"))
        said = {post.pk: f"{called(post)}（{side.label}）" for post, side in visitors}
        self.fields["post"].label_from_instance = lambda post: said.get(post.pk, str(post))  # type: ignore[attr-defined]  # the stubs have it nowhere

    def clean_photos(self) -> list[tuple[str, bytes]]:
        found = self.cleaned_data["photos"]
        if len(found) > MOST_PHOTOS:
            said = {"count": len(found), "limit": MOST_PHOTOS}
            raise ValidationError(_("%(count)s photos are too many: at most %(limit)s") % said)
        if sum(file.size for file in found) > (limit := largest_upload()):
            raise ValidationError(_("The photos are too large: at most %(limit)s MB") % {"limit": limit // 2**20})
        return [(file.name, file.read()) for file in found]


class WithdrawForm(ReasonForm):
    version = version_field()


class MemberForm(forms.Form):
    """Who has which part from when on."""

    part = forms.ChoiceField(label=gettext_lazy("Part in the team"), choices=Part.choices)
    post = forms.ModelChoiceField(Post.objects.none(), label=gettext_lazy("Post on file"), required=False)
    title = forms.CharField(
        label=gettext_lazy("Or its title"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Of who has no post here, such as the builder's manager; no names of persons"),
    )
    telephone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("For the signboard; left empty, that of the post's account"),
    )
    on = DateField(label=gettext_lazy("On the team from"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Q(unit=project.lead_unit_id) | Q(unit__in=project.cooperating_units.values("pk"))
        posts = Post.objects.filter(unit__county=project.county_id, active=True).select_related("unit")
        self.fields["part"].choices = [("", "—"), *Part.choices]  # type: ignore[attr-defined]  # as above
        offer(self, "post", posts.order_by("unit__position", "position", "pk"))
        mine = set(posts.filter(near).values_list("pk", flat=True))
        self.fields["post"].label_from_instance = lambda post: post.in_full  # type: ignore[attr-defined]  # as above
        ordered = sorted(posts.order_by("unit__position", "position", "pk"), key=lambda post: post.pk not in mine)
        self.fields["post"].choices = [("", "—"), *((post.pk, post.in_full) for post in ordered)]  # type: ignore[attr-defined]  # as above


class DismissForm(ReasonForm):
    on = DateField(label=gettext_lazy("Last day on the team"))
    version = version_field()
    field_order = ("on", "reason")


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=gettext_lazy("What the secretary adds"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Difficulties, and what the leader is asked to settle"),
    )
    version = version_field()
