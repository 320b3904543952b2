from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file as it came in: the original is kept, and served only through a permission check of its owner."""

    content = models.FileField(_("file"), upload_to="%Y/%m/")
    name = models.CharField(_("file name"), max_length=255)
    kind = models.CharField(_("type by content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    def __str__(self) -> str:
        return self.name


class WorkdayOverride(models.Model):
    """A day that the office declares to be a working day or a rest day, against the library."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("working day"))
    source = models.CharField(_("source"), max_length=200)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.day}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def seen_by(self, user: Any, key: str) -> SavedViewQuerySet:
        """The views of the list *key* on the tabs of *user*: the county's, then the person's own."""
        whose = Q(owner=user) | Q(owner=None, county=user.county.pk)
        return self.filter(whose, list=key).order_by(models.F("owner").asc(nulls_first=True), "position", "pk")


class SavedView(models.Model):
    """A list's filter under a name; one person's own, or the whole county's.

    `list` is the key of its declaration. The county is a plain number: this app knows of no units.
    """

    list = models.CharField(max_length=40)
    county = models.PositiveBigIntegerField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="saved_views"
    )
    name = models.CharField(_("name of the view"), max_length=40)
    query = models.CharField(max_length=1000, blank=True)  # the query string of the list
    position = models.PositiveSmallIntegerField(default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "list", "name"], name="view_of_a_list_once"),
            models.UniqueConstraint(
                fields=["county", "list", "name"], condition=Q(owner=None), name="shared_view_of_a_list_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Answered(models.Model):
    """A form that was sent and what was answered, so that sending it twice is sending it once (`core.web.twice`)."""

    digest = models.CharField(max_length=64, primary_key=True)  # of who sent what where
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=2000)
    said = models.JSONField(default=list)  # [[level, text], …]

    def __str__(self) -> str:
        return self.location


class Done(models.Model):
    """Something that a person did and can take back until `until`, by the `core.undo.Undo` called `key`.

    Of a record: its key and the version that the act left. Of many rows (`record` is None): of each its key and name,
    what it was and is in words, and what the app needs to bring it back; `left` says why one stayed.
    """

    key = models.CharField(max_length=40)
    record = models.PositiveBigIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)
    county = models.PositiveBigIntegerField(null=True)  # a plain number, as above
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    words = models.CharField(max_length=300)  # in the county's language
    words_en = models.CharField(max_length=300, blank=True, default="")
    rows = models.JSONField(default=list)
    at = models.DateTimeField()
    until = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["by", "at"]),
            models.Index(fields=["county", "at"]),
            models.Index(fields=["key", "record", "at"]),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def said(self) -> str:
        """What was done, in the language of the page."""
        return self.words_en if self.words_en and (get_language() or "").startswith("en") else self.words

    @property
    def lang(self) -> str:
        """The language of its words, where that isn't the page's: it was done before English was kept."""
        return "zh-Hans" if (get_language() or "").startswith("en") and not self.words_en else ""

    @property
    def about(self) -> int:
        """The record that it is taken back of: itself where it was done to many rows."""
        return int(self.record or self.pk)
