"""The register of issued papers: which number stands for which paper, one row a number."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.people.models import Role, User
from organization.units.models import Unit


class Disclosure(models.TextChoices):
    """What becomes of a paper outside the house."""

    PUBLIC = "public", _("Made public")
    ASKED = "asked", _("Given when asked for")
    CLOSED = "closed", _("Not made public")


class PaperNumberQuerySet(models.QuerySet["PaperNumber"]):
    def visible_to(self, user: User) -> PaperNumberQuerySet:
        """The county's, for the office and for those who sign."""
        if user.county is None or not user.holds(Role.OFFICE, Role.LEADER, at=user.county):
            return self.none()
        return self.filter(county=user.county)

    def of_series(self, county: Unit, word: str) -> PaperNumberQuerySet:
        """All numbers behind one document word, of all years."""
        return self.filter(county=county, word=word)


class PaperNumber(models.Model):
    """One number of the register, with the paper that bears it. `text` is how it is printed: it stays so.

    A void number (作废) stays as its own row; what fills a number that was left out or is void (补号) is another.
    """

    class State(models.TextChoices):
        GIVEN = "given", _("Given")
        VOID = "void", _("Void")
        FILLED = "filled", _("Filled later")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(_("document word"), max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    total = models.PositiveIntegerField(_("number in all years"))  # 总第…期
    text = models.CharField(_("document number"), max_length=100)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.GIVEN)
    title = models.CharField(_("title"), max_length=200)
    day = models.DateField(_("day of the paper"))
    joint = models.CharField(_("issued with"), max_length=300, blank=True)
    disclosure = models.CharField(_("disclosure"), max_length=6, choices=Disclosure, blank=True)
    copies = models.PositiveIntegerField(_("copies printed"), null=True, blank=True)
    outside = models.BooleanField(_("entered by hand"), default=False)  # a paper that wasn't made here
    reason = models.CharField(_("reason"), max_length=300, blank=True)  # why it is void, or filled later
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by"))
    at = models.DateTimeField(_("given at"))
    version = models.PositiveIntegerField(default=1)

    objects = PaperNumberQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "word", "year", "number"], condition=~Q(state="void"), name="paper_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.text
