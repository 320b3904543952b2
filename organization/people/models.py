"""People, the posts they hold and the roles that posts give."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from collections.abc import Iterable
from core.shapes import said
from organization.people.names import folded
from organization.people.sessions import SessionStore
from organization.units.models import Unit


class Role(models.TextChoices):
    OFFICE = "office", _("Command office")
    OFFICER = "officer", _("Project officer")
    UNIT_HEAD = "unit_head", _("Unit head")
    LEADER = "leader", _("Sponsoring leader")
    SQUAD = "squad", _("Squad member")
    APPROVER = "approver", _("Approval authority")
    STATISTICS = "statistics", _("Statistics reviewer")
    SUPERVISION = "supervision", _("Supervision")
    INVESTMENT = "investment", _("Investment promotion")
    FINANCE = "finance", _("Finance")
    ADMIN = "admin", _("Administrator")
    SECURITY = "security", _("Security administrator")
    AUDITOR = "auditor", _("Audit administrator")
    READER = "reader", _("Reader")


# Who signs what the county publishes.
SIGNS = frozenset({Role.OFFICE, Role.LEADER})
#: 三员: system (units, posts, accounts), security (who holds which post, passwords), audit (reads the log). Where the
#: county keeps them apart (`Unit.three_admins`) nobody is two of them; elsewhere the administrator may do all three.
ADMINISTRATION = (Role.ADMIN, Role.SECURITY, Role.AUDITOR)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=folded(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=folded(username or ""))


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do follows from the posts they hold, not from flags here."""

    username = models.CharField(_("account"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name shown"), max_length=60, help_text=_("A post or a code, such as 区领导03"))
    email = models.EmailField(_("mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True)
    recent_passwords = models.JSONField(default=list, blank=True, editable=False)  # hashes, newest first
    session_salt = models.CharField(max_length=32, blank=True, editable=False)  # a new one ends all sessions
    sign_rests_until = models.DateTimeField(null=True, blank=True, editable=False)  # what is signed waits until then
    is_demo = models.BooleanField(_("demonstration account"), default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "recent_passwords", "session_salt", "last_login"])

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with the salt: a new salt signs the person out everywhere."""
        return salted_hmac(
            "organization.User.session", f"{self.password}{self.session_salt}", algorithm="sha256"
        ).hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterable[str]:
        return ()

    @cached_property
    def current_posts(self) -> list[Post]:
        """The posts held now, with their units; one query, kept for the request."""
        return list(self.posts.filter(active=True).select_related("unit", "unit__county").order_by("position", "pk"))

    @cached_property
    def role_codes(self) -> frozenset[str]:
        """The roles held in the county whose pages are shown: they choose the menu and allow nothing."""
        return self.roles_in(self.county)

    def roles_in(self, county: Unit | int | None) -> frozenset[str]:
        """The roles of the posts held in *county* (the unit or its pk); None is the level above the counties."""
        place = county.pk if isinstance(county, Unit) else county
        return frozenset(post.role for post in self.current_posts if post.unit.county_id == place)

    @property
    def main_post(self) -> Post | None:
        return self.current_posts[0] if self.current_posts else None

    @property
    def unit(self) -> Unit | None:
        """The unit of the first post."""
        return self.main_post.unit if self.main_post else None

    @property
    def county(self) -> Unit | None:
        """The county that the first post belongs to; None for a city post or nobody's."""
        return self.unit.county if self.unit else None

    def holds(self, *roles: str, at: Unit | int | None) -> bool:
        """Whether one of *roles* is held in the county *at*: a post gives rights in its own county only."""
        return not self.roles_in(at).isdisjoint(roles)

    def is_office_of(self, county: Unit | int | None) -> bool:
        """Whether this is somebody of the command office of *county* (the unit or its pk)."""
        return self.holds(Role.OFFICE, at=county)


class Session(AbstractBaseSession):
    """A device on which somebody is signed in, from when on, and when it was last seen working (to the minute)."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")  # null: nobody has signed in
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=60, blank=True)

    @property
    def handle(self) -> str:
        """Names the row on a page, where its key must not stand: it lets in."""
        return salted_hmac("organization.Session.handle", self.session_key, algorithm="sha256").hexdigest()[:20]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class PostQuerySet(models.QuerySet["Post"]):
    def valid(self, on: date) -> PostQuerySet:
        """The posts that there are on the day *on*, past or to come."""
        begun, ended = Q(since=None) | Q(since__lte=on), Q(until__gte=on) | Q(until=None, active=True)
        return self.filter(begun, ended)

    def named(self, title: str, unit: str = "", at: Iterable[Unit] = ()) -> list[Post]:
        """The posts that *title* means: in each unit the one of that title, else the one that had it there before.

        With the code of a *unit* only that one's; it is *at* these now, if it was merged. A title that another post
        of the unit was given since means that one.
        """
        found = self.filter(Q(title=title) | ~Q(former_titles=[])).select_related("unit", "holder")
        posts = list(found.order_by("position", "pk"))
        places = {unit, *(one.code for one in at)} - {""}

        def meant(code: str) -> bool:
            return not places or code in places

        exact = {post.pk: post.unit.code for post in posts if post.title == title and meant(post.unit.code)}
        taken = set(places if exact and places else exact.values())
        had = {
            post.pk
            for post in posts
            for one in post.former_titles
            if one["title"] == title and meant(one["unit"]) and one["unit"] not in taken
        }
        return [post for post in posts if post.pk in exact or post.pk in had]


class Post(models.Model):
    """A post in a unit with one role; held by one person at a time, kept when the person goes.

    `since` and `until` are the first and the last day; `active` says whether it is valid now, and the heartbeat keeps
    it so; `ended` that it was closed on its page, or with its unit: no file opens it again. `former_titles` keeps what
    it was called and where, up to which day, oldest first: {"title", "unit" (its code), "until"}; with "took" it is
    the title of a post that was closed, and whose work this one does.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("unit"))
    title = models.CharField(_("title of the post"), max_length=60)
    title_en = models.CharField(_("its English title"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role)
    holder = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("held by")
    )
    position = models.PositiveIntegerField(_("position in lists"), default=0)
    active = models.BooleanField(_("active"), default=True)
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("last day"), null=True, blank=True)
    ended = models.BooleanField(default=False, editable=False)
    former_titles = models.JSONField(default=list, blank=True, editable=False)

    objects = PostQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["unit", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "title", "role"], name="post_once_per_unit")]

    def __str__(self) -> str:
        """The title in the language of the page, where the county has given it both."""
        return said(self.title, self.title_en)

    @property
    def in_full(self) -> str:
        """With its unit, where the title doesn't begin with it."""
        unit = self.unit.short_name
        return str(self) if self.title.startswith(unit) else f"{unit} {self}"

    def called(self, title: str) -> bool:
        """Whether it has that title, had it, or does the work of a closed post that had it."""
        return title == self.title or any(one["title"] == title for one in self.former_titles)

    def valid_on(self, day: date) -> bool:
        """Whether there is this post on *day*; `PostQuerySet.valid` asks the same."""
        begun = self.since is None or self.since <= day
        return begun and (self.active if self.until is None else self.until >= day)


class Holding(models.Model):
    """Who held a post, from the first day to the last; open while it is held. `since` is empty where nobody knows."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings", verbose_name=_("title of the post"))
    user = models.ForeignKey(User, models.PROTECT, related_name="holdings", verbose_name=_("held by"))
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("last day"), null=True, blank=True)
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["post"], condition=Q(until=None), name="one_open_holding")]


def holder_on(post: Post, day: date) -> User | None:
    """Who held *post* on *day*: of two on one day the later one. For a day to come who holds it now."""
    begun, going = Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day)
    found = post.holdings.filter(begun, going).select_related("user").order_by("-pk").first()
    if found:
        return found.user
    return None if post.holdings.exists() else post.holder


Row = TypeVar("Row", bound="Planned")


class PlannedQuerySet(models.QuerySet[Row]):
    def planned(self) -> PlannedQuerySet[Row]:
        """Those neither carried out nor withdrawn."""
        return self.filter(done_at=None, withdrawn_at=None)


class Planned(models.Model):
    """What is planned for a day: it holds from the day `on`, is carried out once, or withdrawn."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField(_("holds from"))
    reason = models.CharField(_("reason"), max_length=300)
    planned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField(_("planned at"))
    done_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # null: by itself
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def planned(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None
