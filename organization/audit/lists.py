"""The log as its readers see it."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape as escape
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lists.columns import NOTHING, Column, Look, Row, raw, text, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, from_day, is_one_of, to_day
from core.lists.listing import Listing
from core.lists.spec import ListSpec
from core.noted import GROUPS, noted
from core.records.order import CodePoints
from core.web.asked import keys
from organization.audit.models import AuditEntry, AuditSeal
from organization.people.models import Role, User
from organization.permissions import can_read_audit, can_share_view

NOBODY = _("a command, or by itself")
# What is said of an act beside its words, by its key in `detail`; what isn't here is for machines.
SAID = {
    "account": _("account"),
    "role": _("role"),
    "on": _("from which day"),
    "reason": _("reason"),
    "planned_by": _("planned by"),
    "number": _("number"),
    "unfinished": _("before the month was finished"),
    "file": _("county file"),
    "sections": _("rules changed"),
    "files": _("files"),
    "archive_of": _("archive of"),
    "path": _("address"),
    "asked": _("asked for"),
}


def scope(asked: Asked) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.visible_to(asked.user)


def _moment(row: Row, look: Any = None) -> str:
    return f"{timezone.localtime(row['moment']):%Y-%m-%d %H:%M:%S}"


def _act(row: Row, look: Any = None) -> str:
    known = noted().get(row["kind"])
    return str(known.label) if known else row["kind"]


def _act_cell(row: Row, look: Look) -> str:
    said = str(escape(_act(row)))
    return said if row["done"] else f'{said} <span class="late nw">{escape(gettext("not done"))}</span>'


def _who(row: Row, look: Any = None) -> str:
    return row["name"] or row["account"] or str(NOBODY)


def _who_cell(row: Row, look: Look) -> str:
    post = f'<br><span class="mut">{escape(row["post"])}</span>' if row["post"] else ""
    return f"{escape(_who(row))}{post}"


def _address(row: Row, look: Look) -> str:
    if not row["address"]:
        return NOTHING
    href = f"{reverse('organization:audit')}?{urlencode({'address': row['address']})}"
    return f'<a href="{escape(href)}">{escape(row["address"])}</a>'


def _detail(row: Row, look: Any = None) -> str:
    def said(key: str, value: Any) -> str:
        if key == "role" and value in Role.values:
            return str(Role(value).label)
        return gettext(", ").join(map(str, value)) if isinstance(value, list) else str(value)

    told = row["detail"]
    lines = (
        f"{label}{gettext(': ')}{said(key, told[key])}"
        for key, label in SAID.items()
        if told.get(key) not in (None, "", [], row["words"])
    )
    return gettext("; ").join(lines)


COLUMNS = (
    Column("moment", _("When"), _moment, _moment, ("moment",), sort="moment", css="num mut nw", chosen=True),
    Column(
        "act",
        _("Act"),
        _act_cell,
        _act,
        ("kind", "done"),
        sort=CodePoints(F("kind")),
        css="top end nw",
        chosen=True,
    ),
    Column(
        "words",
        _("What it is about"),
        text("words"),
        raw("words"),
        ("words",),
        sort=CodePoints(F("words")),
        css="first",
        head="w",
        chosen=True,
    ),
    Column(
        "who",
        _("Done by"),
        _who_cell,
        _who,
        ("name", "account", "post"),
        sort=CodePoints(F("name")),
        css="wide nw",
        chosen=True,
        named=True,
    ),
    Column(
        "address",
        _("Network address"),
        _address,
        raw("address"),
        ("address",),
        sort=CodePoints(F("address")),
        css="num nw",
        chosen=True,
        named=True,
    ),
    Column(
        "detail",
        _("Details"),
        lambda row, look: str(escape(_detail(row))),
        _detail,
        ("detail", "words"),
        css="mut wide",
        head="w",
        chosen=True,
    ),
    Column(
        "done",
        _("Outcome"),
        lambda row, look: str(escape(_done(row))),
        lambda row, look: _done(row),
        ("done",),
        sort="done",
        css="x",
    ),
    text_column("account", _("Account")),
    text_column("post", _("Post")),
    text_column("agent", _("Browser")),
    Column("number", _("Row of the log"), text("pk"), raw("pk"), ("pk",), sort="pk", css="num mut x"),
)


def _done(row: Row) -> str:
    return gettext("succeeded") if row["done"] else gettext("not done")


def _people(asked: Asked) -> list[Option]:
    here = Q(posts__unit__county=asked.county) | Q(holdings__post__unit__county=asked.county)
    people = User.objects.filter(here).order_by(CodePoints("name"), "pk").distinct()
    return [
        Option(str(pk), f"{name} · {account}") for pk, name, account in people.values_list("pk", "name", "username")
    ]


def _of_person(values: list[str], asked: Asked) -> Q:
    """What they did, and what was done to their accounts."""
    pks = keys(values)
    return Q(user__in=pks) | Q(about_kind="user", about__in=pks)


def _of_outcome(values: list[str], asked: Asked) -> Q:
    return Q(done="yes" in values)


def _of_group(values: list[str], asked: Asked) -> Q:
    return Q(kind__in=[key for key, one in noted().items() if one.group in values])


def _acts(asked: Asked) -> list[Option]:
    return [Option(one.key, one.label) for one in noted().values()]


FILTERS = (
    Filter("since", _("From which day"), from_day("moment"), day=True),
    Filter("until", _("Up to which day"), to_day("moment"), day=True),
    Filter("kind", _("Act"), is_one_of("kind"), _acts),
    Filter("person", _("Somebody"), _of_person, _people),
    Filter("done", _("Outcome"), _of_outcome, (("yes", _("succeeded")), ("no", _("not done")))),
    Filter("group", _("Kind"), _of_group, tuple(GROUPS.items()), hidden=True),
    Filter("address", _("Network address"), is_one_of("address"), hidden=True),
)


def search(words: str) -> Q:
    acts = [key for key, one in noted().items() if words.casefold() in str(one.label).casefold()]
    found = Q(kind__in=acts)
    for name in ("words", "name", "account", "post", "address"):
        found |= Q(**{f"{name}__icontains": words})
    return found


def sub(listing: Listing) -> list[Any]:
    last = AuditSeal.objects.order_by("-number").values_list("number", "digest").first()
    said: list[Any] = [_("Nobody changes it; kept for at least six months")]
    if last and last[0]:
        said.append(_("Newest seal: %(seal)s") % {"seal": f"{last[0]}:{last[1][:16]}"})
    return said


AUDIT = ListSpec(
    key="audit",
    title=_("Log"),
    url="organization:audit",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=(
        BuiltIn("all", _("All"), ""),
        *(BuiltIn(key, label, f"group={key}") for key, label in GROUPS.items()),
        BuiltIn("refused", _("Not done"), "done=no"),
    ),
    order=("-moment", "-pk"),
    head="words",
    search=search,
    find=_("Person, account, address, words"),
    may_see=can_read_audit,
    may_share=can_share_view,
    sub=sub,
    empty=(
        _("Nothing is in the log yet"),
        _("Who signs in, gets rights, takes files and publishes stands here from now on."),
    ),
)
LISTS = (AUDIT,)
