"""People, the posts they hold and the roles that posts give."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from collections.abc import Iterable
from core.shapes import said
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
    READER = "reader", _("Reader")


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


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
        from django.utils.crypto import salted_hmac

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


class Post(models.Model):
    """A post in a unit with one role; held by one person at a time, kept when the person goes."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("unit"))
    title = models.CharField(_("title of the post"), max_length=60)
    title_en = models.CharField(_("its English title"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role)
    holder = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("held by")
    )
    position = models.PositiveIntegerField(_("position in lists"), default=0)
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["unit", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "title", "role"], name="post_once_per_unit")]

    def __str__(self) -> str:
        """The title in the language of the page, where the county has given it both."""
        return said(self.title, self.title_en)
