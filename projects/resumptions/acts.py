"""Rows of the list of projects are put on file as resumed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.lists.acts import Act, kept
from projects.resumptions import forms, pages, services
from projects.resumptions.permissions import can_resume_some

ACTS = (
    Act(
        "resumed",
        of="projects",
        label=_("Put the resumption on file"),
        order=30,
        can=can_resume_some,
        form=forms.ChosenForm,
        look=pages.chosen,
        do=kept(services.record_resumptions),
        note=_("Only projects that had started before the year; within a day it can be taken back"),
        undo=services.RESUMED,
    ),
)
