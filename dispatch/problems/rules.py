from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.coded import Coded, check_codes
from core.shapes import Name, Say, between, once, one_of, tables, unknown
from organization.people.models import Role
from organization.profiles.rules import Profile, Section

OWNER = "owner"  # at a rung of the ladder: the unit that owns the problem


@dataclass(frozen=True)
class Level:
    """A rung of the ladder: who is told and answers for the result."""

    code: str
    label: Name
    role: Annotated[str, one_of((*Role.values, OWNER))] = "leader"  # whose holders in the county are told
    post: str = ""  # or the title of one post
    unit: str = ""  # and the code of its unit; without it, where many units have that title, the owner's own


@dataclass(frozen=True)
class Category:
    """What problems are about; a problem of none of them is of the last."""

    code: str
    label: Name


@dataclass(frozen=True)
class ProblemRules:
    due_workdays: Annotated[int, between(1, 250)] = 5  # HN, QS: a result within five working days
    categories: tuple[Category, ...] = ()  # a list: a stored mapping has no order
    ladder: tuple[Level, ...] = ()
    sources: tuple[Coded, ...] = ()  # how a problem came to light

    @property
    def labels(self) -> dict[str, Any]:
        """The labels by code, in the county's order."""
        return {category.code: category.label for category in self.categories}


def _problems(table: Any, profile: Profile, say: Say) -> None:
    for key in ("ladder", "categories"):
        once(table, key, "code", ("problems",), say)
    check_codes(table, ("sources",), ("problems",), say)
    for index, level in tables(table, "ladder"):
        post = level.get("post")
        if isinstance(post, str) and post and post not in profile.posts:
            said = _("the county has no post “%(post)s”") % {"post": post}
            say(("problems", "ladder", index, "post"), f"{said}; {unknown(post, profile.posts)}")


RULES = (Section("problems", ProblemRules, check=_problems),)
