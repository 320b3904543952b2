"""Changes of posts, done or to come: who takes one over, what it is called, where it stands, that it ends."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organization.people.models import Planned, PlannedQuerySet, Post, User
from organization.units.models import Unit


class Kind(models.TextChoices):
    HANDOVER = "handover", pgettext_lazy("post", "Hand over")
    VACATE = "vacate", pgettext_lazy("post", "Vacate")
    RENAME = "rename", pgettext_lazy("post", "Rename")
    MOVE = "move", pgettext_lazy("post", "Move")
    CLOSE = "close", pgettext_lazy("post", "Close")


class PostChange(Planned):
    """One change of a post, which holds from the day `on`; carried out once, or withdrawn.

    A handover is to `to_user`, or to who gets the account `new_username` on that day. What stood before is kept when
    it is carried out: `old_title`, `old_unit`, `old_holder`.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="changes", verbose_name=_("title of the post"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    to_user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who takes it over")
    )
    leaves = models.BooleanField(_("gives the other posts up"), default=False)
    new_username = models.CharField(_("account"), max_length=60, blank=True)
    new_email = models.EmailField(_("mail address"), blank=True)
    new_title = models.CharField(_("new title"), max_length=60, blank=True)
    new_title_en = models.CharField(_("its English title"), max_length=120, blank=True)
    new_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new unit")
    )
    into = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("its work goes to")
    )
    old_title = models.CharField(max_length=60, blank=True)
    old_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    old_holder = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlannedQuerySet["PostChange"].as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "kind"],
                condition=Q(done_at=None, withdrawn_at=None),
                name="one_planned_of_a_kind_per_post",
            )
        ]
