from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organization.people.models import User
from organization.units.models import Unit
from outbox.reminders.models import Morning, Pause, Reminded
from outbox.robots.models import GroupMessage
from outbox.states import Status as States

__all__ = ["Delivery", "GroupMessage", "Morning", "Notice", "NoticeQuerySet", "Pause", "Reminded"]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        """What still wants to be read: not read, and its matter not settled."""
        return self.filter(read_at=None, settled="")


class Notice(models.Model):
    """Something that one person is to know; a row before it is a message. `key` makes it happen once."""

    person = models.ForeignKey(User, models.CASCADE, related_name="notices", db_index=False)
    county = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=30)  # report_due, report_overdue, report_returned, problem_escalated …
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(blank=True)
    subject_en = models.CharField(max_length=200, blank=True, default="")  # for an English page; mail is the county's
    body_en = models.TextField(blank=True, default="")
    link = models.CharField(max_length=200, blank=True)  # path within the site
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    settled = models.CharField(
        max_length=200, blank=True, default=""
    )  # by what the matter is settled, as it was last asked

    settled_en = models.CharField(max_length=200, blank=True, default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "read_at"]),
            models.Index(fields=["county", "created_at"], condition=Q(read_at=None), name="notice_unread"),
        ]

    @property
    def words(self) -> tuple[str, str]:
        """Subject and body in the language of the page."""
        english = self.subject_en and (get_language() or "").startswith("en")
        return (self.subject_en, self.body_en) if english else (self.subject, self.body)

    @property
    def settled_by(self) -> str:
        """By what its matter is settled, in the language of the page."""
        english = self.settled_en and (get_language() or "").startswith("en")
        return self.settled_en if english else self.settled

    @property
    def lang(self) -> str:
        """The language of its words, where that isn't the page's: it was told before English was kept."""
        return "zh-Hans" if (get_language() or "").startswith("en") and not self.subject_en else ""

    @property
    def settled_lang(self) -> str:
        return "zh-Hans" if (get_language() or "").startswith("en") and not self.settled_en else ""


class Delivery(models.Model):
    """What became of a notice in one channel; several mails of a morning share one digest."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("Mail")

    Status = States

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel)
    status = models.CharField(_("status"), max_length=8, choices=States, default=States.WAITING)
    not_before = models.DateTimeField()  # nothing at night or on rest days unless urgent
    # Which mail it goes with: given once, so that a mail that was broken off is the same when it is taken up again.
    digest = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(status="waiting"), name="delivery_waiting"),
            models.Index(fields=["claimed_at"], condition=Q(status="sending"), name="delivery_sending"),
        ]
