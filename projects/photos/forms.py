from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.photos.services import LONGEST

MOST = 20  # at once


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """One photo or several; what isn't one is said of each when it is looked at."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = list(data) if isinstance(data, list | tuple) else [data]
        if len(files) > MOST:
            raise ValidationError(_("At most %(limit)s photos at once") % {"limit": MOST})
        for file in files or [None]:
            if not file:
                super().clean(file, initial)
        return files


class PhotosForm(forms.Form):
    photo = PhotosField(
        label=gettext_lazy("Photos"),
        widget=Several(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": gettext_lazy("Choose a photo")},
    )
    caption = forms.CharField(label=gettext_lazy("What they show"), max_length=LONGEST, required=False)
