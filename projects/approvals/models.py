"""The checklist of a project: which approvals it needs, and how far each has come. The document itself, once there is
one, is an `Approval` of the registry: that alone says “obtained”."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from organization.people.models import User
from projects.registry.models import STARTED_STAGES, Approval, Project

if TYPE_CHECKING:
    from organization.units.models import Unit


class ItemState(models.TextChoices):
    """How an item stands as long as nothing is obtained."""

    OPEN = "open", _("To be obtained")
    NOT_NEEDED = "not_needed", _("Not needed")
    MERGED = "merged", _("Merged into another one")
    TOLERATED = "tolerated", _("Missing papers tolerated")
    REFUSED = "refused", _("Refused")
    RESUBMITTED = "resubmitted", _("Submitted again")
    ARGUED = "argued", _("Argued at a higher level")


LEFT_OUT = (ItemState.NOT_NEEDED, ItemState.MERGED)
OBTAINED, EXPIRED = "obtained", "expired"
SHOWN = {OBTAINED: _("Obtained"), EXPIRED: _("Expired"), **dict(ItemState.choices)}  # by what a page shows


class Place(models.TextChoices):
    COUNTY = "county", pgettext_lazy("level", "County")
    CITY = "city", pgettext_lazy("level", "City")
    PROVINCE = "province", pgettext_lazy("level", "Province")
    STATE = "state", pgettext_lazy("level", "State")


class ApprovalItemQuerySet(models.QuerySet["ApprovalItem"]):
    def visible_to(self, user: User) -> ApprovalItemQuerySet:
        return self.filter(project__in=Project.objects.visible_to(user))

    def of_county(self, county: Unit) -> ApprovalItemQuerySet:
        return self.filter(project__county=county)

    def needed(self, on: date | None = None) -> ApprovalItemQuerySet:
        """Those that the project needs; with *on* those that it needed on that day, as far as is known now."""
        if on is None:
            return self.exclude(state__in=LEFT_OUT)
        return self.filter(Q(left_out_on=None) | Q(left_out_on__gt=on), needed_from__lte=on)

    def with_document(self) -> ApprovalItemQuerySet:
        """With `obtained_on`, `document_number`, `valid_until` of the document on file, None without one."""
        found = Approval.objects.filter(project=OuterRef("project"), kind=OuterRef("kind"))
        return self.annotate(
            obtained_on=Subquery(found.values("obtained_on")[:1]),
            document_number=Subquery(found.values("document_number")[:1]),
            valid_until=Subquery(found.values("valid_until")[:1]),
        )

    def obtained(self, on: date | None = None) -> ApprovalItemQuerySet:
        """Those whose document is on file; with *on* those obtained by that day."""
        return self.filter(self.there(on))

    def outstanding(self) -> ApprovalItemQuerySet:
        """Needed and not obtained, of projects under way."""
        return self.needed().filter(~self.there(), project__state="active").exclude(project__stage="completed")

    @staticmethod
    def there(on: date | None = None) -> Exists:
        """The condition that the document of an item is on file."""
        found = Approval.objects.filter(project=OuterRef("project"), kind=OuterRef("kind"))
        return Exists(found.filter(obtained_on__lte=on) if on else found)

    @staticmethod
    def over(on: date) -> Exists:
        """The condition that the document of an item has expired by *on*: works hadn't begun when it ended."""
        return Exists(ended(on).filter(project=OuterRef("project"), kind=OuterRef("kind")))


def ended(on: date) -> models.QuerySet[Approval]:
    """The documents that are valid no more on *on*, as works hadn't begun in time."""
    begun = Q(project__started_on__isnull=False, project__started_on__lte=F("valid_until"))
    return Approval.objects.filter(valid_until__lt=on).exclude(begun)


def ending(county: Unit, by: date) -> models.QuerySet[Approval]:
    """The documents of projects under way that are valid until *by* at most; where works have begun they hold."""
    found = Approval.objects.filter(valid_until__lte=by, project__county=county, project__state="active")
    return found.exclude(project__stage__in=STARTED_STAGES)


class ApprovalItem(models.Model):
    """One approval that a project needs: who gives it, who sees to it, by when, and how it stands."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="approval_items", db_index=False)
    kind = models.CharField(_("procedure"), max_length=20)
    track = models.CharField(max_length=12)  # of the county's file: 审批、核准、备案
    state = models.CharField(_("state"), max_length=12, choices=ItemState, default=ItemState.OPEN)
    merged_into = models.CharField(_("merged into"), max_length=20, blank=True)
    tolerated_until = models.DateField(_("tolerated until"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)
    level = models.CharField(_("level of the authority"), max_length=10, choices=Place, default=Place.COUNTY)
    authority = models.CharField(_("authority above the county"), max_length=60, blank=True)
    leader = models.CharField(_("responsible leader's post"), max_length=60, blank=True)
    handler = models.CharField(_("handler's post"), max_length=60, blank=True)
    measures = models.CharField(_("measures"), max_length=300, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    joint = models.BooleanField(_("for joint review"), default=False)
    joint_on = models.DateField(_("reviewed jointly on"), null=True, blank=True)
    needed_from = models.DateField(editable=False)
    left_out_on = models.DateField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ApprovalItemQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="approval_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=LEFT_OUT, left_out_on__isnull=False)
                | (~Q(state__in=LEFT_OUT) & Q(left_out_on__isnull=True)),
                name="approval_item_left_out_since",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.TOLERATED) | Q(tolerated_until__isnull=False),
                name="approval_item_tolerated_until",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Argument(models.Model):
    """A round of argumentation at a higher level (提级论证): sent when and where, what came back."""

    item = models.ForeignKey(ApprovalItem, models.CASCADE, related_name="arguments", db_index=False)
    number = models.PositiveSmallIntegerField(_("round"))
    level = models.CharField(_("argued at"), max_length=10, choices=Place)
    sent_on = models.DateField(_("sent on"))
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True)
    feedback = models.CharField(_("feedback"), max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="argument_once"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, passed__isnull=True)
                | Q(answered_on__isnull=False, passed__isnull=False),
                name="argument_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Warned(models.Model):
    """That people were told of the end of a validity, this many days before it: once each."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="+", db_index=False)
    until = models.DateField()
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["approval", "until", "days"], name="warned_once")]
