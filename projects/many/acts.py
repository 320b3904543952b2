"""What the command office does to many projects at once, from the list of projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.lists.acts import Act, kept
from projects.many import forms, pages, services
from projects.many.permissions import can_act_on_many

WITHIN_A_DAY = _("Within a day it can be taken back, under “What I did”")
FROM_TODAY = _("Counts from today on, lists of earlier months stay as they were; within a day it can be taken back")


ACTS = (
    Act(
        "lead-unit",
        of="projects",
        label=_("Set the lead unit"),
        order=10,
        can=can_act_on_many,
        form=forms.HandOverForm,
        look=pages.handed,
        do=kept(services.hand_over),
        note=FROM_TODAY,
        undo=services.HANDED,
    ),
    Act(
        "leader",
        of="projects",
        label=_("Set the sponsoring leader"),
        order=20,
        can=can_act_on_many,
        form=forms.LeaderForm,
        look=pages.sponsored,
        do=kept(services.give_leader),
        note=WITHIN_A_DAY,
        undo=services.SPONSORED,
    ),
    Act(
        "withdraw",
        of="projects",
        label=_("Withdraw"),
        order=40,
        can=can_act_on_many,
        form=forms.WithdrawForm,
        look=pages.withdrawn,
        do=kept(services.withdraw),
        note=FROM_TODAY,
        undo=services.GIVEN_UP,
    ),
)
