"""A county's rules as typed values. Each app declares its own part of the profile in `RULES` of its `rules.py`.

`rules_of(county)[LightRules]` is the section that the class stands for. What a file may say is what the class
declares (`core.shapes`); `organization.profiles` reads files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeVar, cast

from django.utils.translation import gettext as _

from core.collect import gather
from core.shapes import Name, Say, tables, unknown
from core.web.once import once
from organization.people.models import ADMINISTRATION, Role
from organization.profiles.models import CountyProfile
from organization.units.models import Unit, UnitKind

T = TypeVar("T")


@dataclass(frozen=True)
class Profile:
    """A whole profile while it is checked: its *data* (own keys over the default's), and the *posts* there are."""

    data: Mapping[str, Any]
    posts: frozenset[str]  # titles: of the file and of the county as it stands


@dataclass(frozen=True)
class Section:
    """A part of the profile: its heading in the file, the class that declares what it may say.

    `check(table, profile, say)` compares keys with each other; it has to bear any shape, since all mistakes of a file
    are said at once. `many`: a list of such tables (`[[unit]]`), which makes rows and no rule.
    """

    key: str
    cls: type
    check: Callable[[Any, Profile, Say], None] | None = None
    many: bool = False


@dataclass(frozen=True)
class Load:
    """What follows from a county's file when it is loaded: rows of its tables, or what is said elsewhere put right.

    `store(county, data, now)` writes what isn't so yet, deletes nothing and answers the names of what it changed,
    which the command says after `label` ("units new: %s"); loaded twice it answers nothing.
    """

    label: Any
    store: Callable[[Unit, Mapping[str, Any], datetime], list[str]]
    order: int = 10  # the units are first, then their posts, then what stands on them
    notice: bool = False  # changes nothing: answers what somebody should look at, however often it is loaded


@dataclass(frozen=True)
class CountyRules:
    name: str = ""
    short_name: str = ""
    kind: Literal["county", "town"] = "county"  # what stands at the root
    whole: str = "全县"  # the whole place in a sentence: 全县, 全镇
    region_code: str = ""  # six digits, as in project codes
    office: str = ""  # the command office's full name: signs the bulletins
    mark: str = ""  # 发文机关标志, the red head
    document_word: str = ""  # 机关代字: {word} in a paper's number; one register for each word and year


@dataclass(frozen=True)
class AccountRules:
    three_admins: bool = False  # 三员分立: system, security and audit administrator are three persons
    second_factor: tuple[Role, ...] = ()  # who signs in with a code besides the password


@dataclass(frozen=True)
class UnitTable:
    code: str
    name: str
    kind: UnitKind
    short_name: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()
    since: date | None = None  # its first day
    until: date | None = None  # its last day


@dataclass(frozen=True)
class PostTable:
    unit: str
    title: Name
    role: Role
    since: date | None = None  # its first day
    until: date | None = None  # its last day


@dataclass(frozen=True)
class Rules:
    """All rules of a county at one version: `rules[LightRules]`."""

    key: str
    version: int
    sections: Mapping[type, Any]

    def __getitem__(self, cls: type[T]) -> T:
        return cast(T, self.sections[cls])


def sections() -> dict[str, Section]:
    """All parts of a profile, by heading."""
    return {section.key: section for section in gather("rules")}


def rules_of(county: Unit | None) -> Rules:
    """The rules that hold in *county* now; those of the default profile if it has none of its own, or is none.

    A page asks for them in many places and reads which version holds once: it is made by one of them.
    """
    return once(("rules", county.pk if county else None), lambda: _rules_of(county))


def _rules_of(county: Unit | None) -> Rules:
    profile = CountyProfile.objects.filter(county=county).values_list("pk", "version", "digest").first()
    if profile is None:
        return default_rules()
    return _stored(*profile)


@lru_cache(maxsize=32)
def _stored(pk: int, version: int, digest: str) -> Rules:  # the version and digest are the cache's key
    from organization.profiles.loader import build

    row = CountyProfile.objects.get(pk=pk)
    return build(row.data, key=row.key, version=version)


@lru_cache(maxsize=1)
def default_rules() -> Rules:
    from organization.profiles.loader import build, read

    return build(read("default"), key="default", version=0)


# checks --------------------------------------------------------------------------------------------------------------


def _county(table: Any, profile: Profile, say: Say) -> None:
    code = table.get("region_code") if isinstance(table, Mapping) else None
    if isinstance(code, str) and code and not (len(code) == 6 and code.isdecimal()):
        say(("county", "region_code"), _("expected six digits, found %(value)s") % {"value": f"“{code}”"})


def _accounts(table: Any, profile: Profile, say: Say) -> None:
    if not isinstance(table, Mapping) or table.get("three_admins") is not True:
        return
    there = {post.get("role") for _index, post in tables(profile.data, "post")}
    if missing := [str(role) for role in ADMINISTRATION if role not in there]:
        said = _("it needs a post of each of these roles: %(roles)s")
        say(("accounts", "three_admins"), said % {"roles": ", ".join(missing)})


def _units(table: Any, profile: Profile, say: Say) -> None:
    seen: list[Any] = []
    for index, unit in tables(profile.data, "unit"):
        if unit.get("code") in seen:
            say(("unit", index, "code"), _("the code “%(code)s” stands twice") % {"code": unit.get("code")})
        if unit.get("parent") and unit["parent"] not in seen:
            say(("unit", index, "parent"), _("no unit above has the code “%(code)s”") % {"code": unit["parent"]})
        _days("unit", index, unit, say)
        seen.append(unit.get("code"))


def _days(key: str, index: str, table: Mapping[str, Any], say: Say) -> None:
    begins, ends = table.get("since"), table.get("until")
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        say((key, index, "until"), _("the last day lies before the first"))


def _posts(table: Any, profile: Profile, say: Say) -> None:
    codes = [str(unit.get("code")) for _index, unit in tables(profile.data, "unit")]
    for index, post in tables(profile.data, "post"):
        if (code := post.get("unit")) not in codes:
            said = _("no unit has the code “%(code)s”") % {"code": code}
            say(("post", index, "unit"), f"{said}; {unknown(str(code), codes)}" if codes else said)
        _days("post", index, post, say)


RULES = (
    Section("county", CountyRules, check=_county),
    Section("accounts", AccountRules, check=_accounts),
    Section("unit", UnitTable, check=_units, many=True),
    Section("post", PostTable, check=_posts, many=True),
)
