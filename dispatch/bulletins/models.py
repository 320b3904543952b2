from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import StoredFile
from dispatch.numbers.models import PaperNumber
from dispatch.standings.models import RankingSnapshot, Withdrawable
from organization.people.models import Post, Role, User
from organization.units.models import Unit

KINDS = ("monthly",)


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, user: User) -> BulletinQuerySet:
        """Published ones of one's county; drafts for the office and for those who sign."""
        if user.county is None:
            return self.none()
        scope = self.filter(county=user.county)
        if user.holds(Role.OFFICE, Role.LEADER, at=user.county):
            return scope
        published = scope.filter(status__in=(Bulletin.Status.PUBLISHED, Bulletin.Status.WITHDRAWN))
        return published.exclude(status=Bulletin.Status.WITHDRAWN, published_at=None)  # a draft that was deleted

    def standing(self) -> BulletinQuerySet:
        """Without those withdrawn: a month has one of a kind at most, but for letters (`serial`)."""
        return self.exclude(status=Bulletin.Status.WITHDRAWN)

    def deleted(self) -> BulletinQuerySet:
        """Drafts that the office deleted: withdrawn before they were published."""
        return self.filter(status=Bulletin.Status.WITHDRAWN, published_at=None)

    def saying(self, text: str) -> BulletinQuerySet:
        """Those that have *text* in their number, their title, or in what was published."""
        return self.filter(Q(title__icontains=text) | Q(entry__text__icontains=text) | Q(text__icontains=text))

    def with_corrections(self) -> BulletinQuerySet:
        """`corrections_out`: whether a published paper corrects it."""
        published = Bulletin.objects.filter(corrects=models.OuterRef("pk"), status=Bulletin.Status.PUBLISHED)
        return self.annotate(corrections_out=models.Exists(published))

    def listed(self) -> BulletinQuerySet:
        """Without figures and text, which are megabytes in a county of thousands of projects."""
        return self.defer("figures", "draft", "content", "letter", "reports", "text", "shape").select_related("entry")


class Bulletin(Withdrawable):
    """A bulletin from draft to frozen. `figures` is what it was drafted from, `content` what it says now.

    `letter` is what frames it (`dispatch.bulletin_letter.Letter`), kept when it is sent for sign-off.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNING = "signing", _("Waiting for sign-off")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("publication", "Withdrawn")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    kind = models.SlugField(_("kind"), max_length=20, default="monthly")
    period = models.CharField(_("period"), max_length=12)
    # Of a kind that isn't once a period, such as letters, which one of the month it is; of all others 1.
    serial = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)  # given when published
    entry = models.OneToOneField(PaperNumber, models.PROTECT, null=True, blank=True, related_name="bulletin")
    # The published bulletin that it puts right; such a paper has no figures of its own.
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    ranking = models.ForeignKey(RankingSnapshot, models.PROTECT, null=True, blank=True, related_name="bulletins")
    figures = models.JSONField(default=dict)
    draft = models.JSONField(default=list)  # the blocks as generated
    content = models.JSONField(default=list)  # the blocks as edited
    letter = models.JSONField(default=dict, blank=True)
    sending = models.JSONField(default=dict, blank=True)  # `dispatch.numbers.sending.Sending`
    text = models.TextField(blank=True)  # all that it says, from when it is published: what is searched
    # Who has a printed copy reads at an address with it whether that is still in force; given when published.
    token = models.CharField(max_length=43, null=True, blank=True, unique=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the PDF that was kept first
    unfinished = models.CharField(_("why before the month was finished"), max_length=300, blank=True)
    reports = models.JSONField(default=dict, blank=True)  # `MonthState.counts` when it was drafted or sent
    shape = models.JSONField(default=dict, blank=True)  # what was changed about its make: `editor.structure`
    version = models.PositiveIntegerField(default=1)
    drafted_at = models.DateTimeField(_("drafted at"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Whose signature it waits for; empty for those sent before a signer was chosen: each who may sign signs them.
    signer = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # 代签: the post in whose place its deputy signed; empty for who signed for the own post.
    signed_for = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    return_reason = models.CharField(_("reason of the return"), max_length=300, blank=True)
    correction = models.TextField(_("correction note"), blank=True)
    # Papers that a worker made; by the same names the stamps of what they are of (`dispatch.bulletins.files.stamp`).
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    docx = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    xlsx = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    zip = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")  # all of them
    # The PDF, stamped as corrected.
    corrected = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    stamps = models.JSONField(default=dict, blank=True)
    # Its pages as pictures, packed; those of what it said before stay until the new ones are drawn.
    pages = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    objects = BulletinQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "kind", "period", "serial"],
                condition=~Q(status="withdrawn") & Q(corrects=None),
                name="bulletin_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def listed(self) -> str:
        """The code of the list of the year whose projects alone it is about; "": it is about the county."""
        return str(self.figures.get("scope", {}).get("code", ""))

    @property
    def is_deleted(self) -> bool:
        """As `BulletinQuerySet.deleted`."""
        return self.status == self.Status.WITHDRAWN and self.published_at is None


class BulletinEdit(models.Model):
    """A change of a block by hand: who, when, from what to what, and why a figure differs; or what was done with the
    whole of it, which stands where the block's name does."""

    class Deed(models.TextChoices):
        DELETED = "deleted", _("deleted the draft")
        BROUGHT_BACK = "brought_back", _("brought the draft back")
        SUBMITTED = "submitted", _("sent it to be signed")
        RECALLED = "recalled", _("took it back before it was signed")
        REDIRECTED = "redirected", _("has somebody else sign it")
        RETURNED = "returned", _("gave it back to the office")
        SIGNED = "signed", _("signed it")
        SIGNED_FOR = "signed_for", _("signed it in the place of another")
        TAKEN_OVER = "taken_over", _("took over editing")

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="edits")
    block = models.CharField(max_length=40)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    @property
    def deed(self) -> str:
        """What was done with the whole bulletin, in words; nothing where a block was changed."""
        return str(self.Deed(self.block).label) if self.block in self.Deed.values else ""


class Reading(models.Model):
    """Somebody opened a published bulletin, its page or a file, for the first time."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="readings", db_index=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "person"], name="reading_once")]
