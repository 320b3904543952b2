"""Rows of the list of projects are put into a package and taken out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.lists.acts import Act, kept
from projects.many.acts import FROM_TODAY
from projects.many.permissions import can_act_on_many
from projects.packages import forms, pages, services

ACTS = (
    Act(
        "pack",
        of="projects",
        label=_("Put into a package"),
        order=32,
        can=can_act_on_many,
        form=forms.PackageForm,
        look=pages.put_in,
        do=kept(services.put_in),
        note=FROM_TODAY,
        undo=services.PACKED,
    ),
    Act(
        "unpack",
        of="projects",
        label=_("Take out of the package"),
        order=34,
        can=can_act_on_many,
        form=forms.OutForm,
        look=pages.taken_out,
        do=kept(services.take_out),
        note=FROM_TODAY,
        undo=services.UNPACKED,
    ),
)
