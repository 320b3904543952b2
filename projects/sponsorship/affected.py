"""Parts in teams that hang on a post."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from organization.people.models import Post, User
from projects.registry.models import Project
from projects.sponsorship import services
from projects.sponsorship.models import Member


def _parts(post: Post, now: datetime) -> int:
    return Member.objects.filter(post=post, until=None, project__in=Project.objects.kept()).count()


def _hand_on(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(post, to, by=by, now=now, reason=reason)


AFFECTED = (Affected("post", _("Parts in the teams of projects"), _parts, _hand_on),)
