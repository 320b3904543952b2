"""The desk of an authority: the approvals that it gives, of all projects, as a list that is worked on in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.lists.columns import NOTHING, Column, Row, day_column, name_column, text_column
from core.lists.filters import Asked, BuiltIn, Filter, Option, is_one_of
from core.lists.listing import Listing
from core.lists.spec import Link, ListSpec
from core.templatetags.ui import mark, shape
from core.web.asked import number
from organization.permissions import can_share_view
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.approvals import cells, checks
from projects.approvals.models import EXPIRED, LEFT_OUT, OBTAINED, SHOWN, ApprovalItem, ApprovalItemQuerySet
from projects.approvals.pages import TONES
from projects.approvals.permissions import can_see_approvals, kinds_of
from projects.choices import ApprovalKind, State
from projects.rules import ApprovalRules

NEAR = timedelta(days=7)
OWED = ~Q(ApprovalItem.objects.there()) & ~Q(state__in=LEFT_OUT)  # needed, and not obtained


@dataclass(frozen=True)
class Look:
    """What cells need beside their row: the names of approvals, those of the own desk, what each row waits for."""

    asked: Asked
    href: str
    item: str  # the page of item 0
    rules: ApprovalRules
    units: Mapping[str, str]  # by kind, who gives it
    waits: Mapping[int, list[str]] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.asked.on.year

    def page_of(self, pk: int) -> str:
        return self.href.replace("/0/", f"/{pk}/")


def scope(asked: Asked) -> ApprovalItemQuerySet:
    """The items of the own desk; of the county for the command office."""
    county = asked.county
    found = ApprovalItem.objects.filter(project__county=county, project__state=State.ACTIVE)
    if not asked.user.is_office_of(county):
        found = found.filter(kind__in=list(kinds_of(asked.user, county)))
    return found.with_document()


def look(listing: Listing, pks: list[int] | None) -> Look:
    county, user = listing.asked.county, listing.asked.user
    rules = rules_of(county)[ApprovalRules]
    waits = _waits(pks, rules, listing.asked.on) if pks else {}
    units = {kind: unit.short_name for kind, unit in kinds_of(user, county).items()}
    page, item = (reverse(name, args=[0]) for name in ("projects:page", "projects:approval_item"))
    return Look(listing.asked, page, item, rules, units, waits)


def _waits(pks: list[int], rules: ApprovalRules, on: date) -> dict[int, list[str]]:
    """What each of the items *pks* waits for, in words. One query."""
    projects = ApprovalItem.objects.filter(pk__in=pks).values("project")
    items = ApprovalItem.objects.filter(project__in=projects).with_document().order_by()
    standing: dict[int, dict[str, checks.Standing]] = {}
    asked = []
    columns = ("state", "tolerated_until", "obtained_on", "valid_until")
    for pk, project, kind, begun, *one in items.values_list("pk", "project", "kind", "project__started_on", *columns):
        standing.setdefault(project, {})[kind] = checks.Standing(*one)
        if pk in pks:
            asked.append((pk, project, kind, begun))
    return {
        pk: [rules.name(code) for code in checks.waits_for(rules.catalogue, kind, standing[project], begun, on)]
        for pk, project, kind, begun in asked
    }


def state_of(row: Row, on: date) -> str:
    one = checks.Standing(row["state"], row["tolerated_until"], row["obtained_on"], row["valid_until"])
    return checks.shown(one, row["project__started_on"], on)


def _state_value(row: Row, look: Look) -> str:
    return str(SHOWN[state_of(row, look.asked.on)])


def _kind_value(row: Row, look: Look) -> str:
    return look.rules.name(row["kind"])


def _kind(row: Row, look: Look) -> str:
    address = look.item.replace("/0/", f"/{row['pk']}/")
    return f'<a href="{address}">{escape(_kind_value(row, look))}</a>'


def _work(row: Row, look: Look) -> str:
    """What is typed in place, where the approval is of the own desk; else how it stands."""
    state = state_of(row, look.asked.on)
    if row["state"] in LEFT_OUT or row["kind"] not in look.units:
        return mark(SHOWN[state], TONES.get(state, ""))
    gone = mark(SHOWN[EXPIRED], TONES[EXPIRED]) if state == EXPIRED else ""
    return gone + cells.inputs(cells.of_row(row, state))


def _waiting(row: Row, look: Look) -> str:
    state = state_of(row, look.asked.on)
    if state in (OBTAINED, *LEFT_OUT):
        return NOTHING
    if waits := look.waits.get(row["pk"]):
        said = gettext("waits for: %(names)s") % {"names": gettext(", ").join(waits)}
        return f'<span class="cap">{shape("amber")}{escape(said)}</span>'
    return f'<span class="cap">{shape("green")}{escape(gettext("can start now"))}</span>'


def _deadline(row: Row, look: Look) -> str:
    day, on = row["deadline"], look.asked.on
    if day is None:
        return NOTHING
    said = f"{day:%m-%d}" if day.year == look.year else f"{day:%Y-%m-%d}"
    if day >= on or row["obtained_on"] or row["state"] in LEFT_OUT:
        return said
    over = ngettext("%(n)s day over", "%(n)s days over", (on - day).days) % {"n": (on - day).days}
    return f'{said}<span class="cap"> {shape("red")}{escape(over)}</span>'


STATE = ("state", "tolerated_until", "obtained_on", "valid_until", "project__started_on")
BY_STATE = Case(When(obtained_on__isnull=False, then=Value("~")), default=F("state"))
BY_KIND = Case(*(When(kind=kind.value, then=Value(n)) for n, kind in enumerate(ApprovalKind)), default=Value(99))

COLUMNS = (
    name_column("project", _("Project"), "project__name", pk="project_id", head=""),
    Column("kind", _("procedure"), _kind, _kind_value, ("kind", "pk"), sort=BY_KIND, css="nw", chosen=True),
    Column("waits", _("Can it start"), _waiting, None, (*STATE, "pk"), css="wide", chosen=True),
    Column(
        "deadline",
        _("deadline"),
        _deadline,
        lambda row, look: row["deadline"],
        ("deadline", *STATE),
        sort="deadline",
        css="num nw",
        named=True,
        chosen=True,
    ),
    Column(
        "state",
        _("State"),
        lambda row, look: mark(_state_value(row, look), TONES.get(state_of(row, look.asked.on), "")),
        _state_value,
        STATE,
        sort=BY_STATE,
        css="nw top end",
    ),
    Column(
        "work",
        _("How it stands, day, number or reason"),
        _work,
        None,
        (*STATE, "pk", "kind", "why", "document_number", "version", "handler"),
        css="wide",
        chosen=True,
    ),
    text_column("lead", _("Lead unit"), "project__lead_unit__short_name", sort="project__lead_unit__position"),
    text_column("number", _("document number"), "document_number"),
    day_column("obtained_on", _("obtained on"), css="num nw x", named=True),
    day_column("valid_until", _("valid until"), css="num nw x", named=True),
    text_column("why", _("why"), css="wide x"),
    text_column("leader", _("responsible leader's post")),
    text_column("handler", _("handler's post")),
    text_column("measures", _("measures"), css="wide x"),
    day_column("project__planned_start", _("planned start"), css="num nw x", named=True),
    day_column("joint_on", _("reviewed jointly on"), css="num nw x", named=True),
)


def _state_is(values: list[str], asked: Asked) -> Q:
    there, over = Q(ApprovalItem.objects.there()), Q(ApprovalItem.objects.over(asked.on))
    left = Q(state__in=LEFT_OUT)
    found = Q(pk__in=[])
    for value in values:
        if value == "any":
            found |= Q(pk__gt=0)
        elif value == "needed":
            found |= ~left
        elif value == OBTAINED:
            found |= there & ~over & ~left
        elif value == EXPIRED:
            found |= over & ~left
        elif value in LEFT_OUT:
            found |= Q(state=value)
        elif value in SHOWN:
            found |= Q(state=value) & ~there
    return found


def _when(values: list[str], asked: Asked) -> Q:
    known = {
        "over": OWED & Q(deadline__lt=asked.on),
        "near": OWED & Q(deadline__gte=asked.on, deadline__lte=asked.on + NEAR),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= known.get(value, Q(pk__in=[]))
    return found


def _joint(values: list[str], asked: Asked) -> Q:
    known = {"yes": Q(joint=True), "done": Q(joint=True, joint_on__isnull=False)}
    found = Q(pk__in=[])
    for value in values:
        found |= known.get(value, Q(pk__in=[]))
    return found


def _year(values: list[str], asked: Asked) -> Q:
    years = [year for value in values if (year := number(value, 1900, 2999))]
    return Q(project__planned_start__year__in=years) if years else Q(pk__in=[])


def _kinds(asked: Asked) -> list[Option]:
    return [Option(one.code, one.name) for one in rules_of(asked.county)[ApprovalRules].catalogue]


def _units(asked: Asked) -> list[Option]:
    units = Unit.objects.filter(led_projects__in=scope(asked).order_by().values("project")).distinct()
    return [Option(code, name) for code, name in units.values_list("code", "short_name")]


FILTERS = (
    Filter("kind", _("procedure"), is_one_of("kind"), _kinds),
    Filter(
        "state",
        _("State"),
        _state_is,
        (*SHOWN.items(), ("needed", _("all that are needed")), ("any", _("all, with those left out"))),
        unless=OWED,
    ),
    Filter(
        "due",
        _("deadline"),
        _when,
        (
            ("near", _("due within 7 days")),
            ("over", _("deadline is over")),
        ),
    ),
    Filter(
        "joint",
        _("Joint review"),
        _joint,
        (("yes", _("for joint review")), ("done", _("reviewed jointly"))),
        more=True,
    ),
    Filter("year", _("planned to start in"), _year, hidden=True),
    Filter("lead", _("Lead unit"), is_one_of("project__lead_unit__code"), _units, more=True),
)

VIEWS = (
    BuiltIn("open", _("To be obtained"), ""),
    BuiltIn("over", _("Deadline over"), "due=over"),
    BuiltIn("refused", _("Refused"), "state=refused"),
    BuiltIn("tolerated", _("Papers tolerated"), "state=tolerated"),
    BuiltIn("argued", _("Argued higher up"), "state=argued"),
    BuiltIn("expired", _("Expired"), "state=expired"),
    BuiltIn("all", _("All"), "state=any"),
)


def sub(listing: Listing) -> Iterator[Any]:
    """How many are still to be obtained, and how many of them too late."""
    yield gettext("%(n)s still to be obtained") % {"n": listing.count_of("open")}
    if late := listing.count_of("over"):
        yield format_html('<span class="late">{}</span>', gettext("%(n)s past their deadline") % {"n": late})
    if listing.asked.user.is_office_of(listing.asked.county):
        yield gettext("The command office looks; where it puts one on file, it says why")


def links(listing: Listing) -> Iterator[Link]:
    yield Link(_("Rates and days"), reverse("projects:approvals_rates"))
    yield Link(_("Guide"), reverse("projects:approvals_guide"))


ITEMS = ListSpec(
    key="approvals",
    title=_("Approvals to give"),
    url="projects:approvals",
    page="projects:page",
    scope=scope,
    columns=COLUMNS,
    filters=FILTERS,
    views=VIEWS,
    order=("deadline", "project__planned_start", "project", "pk"),
    head="project",
    search=lambda text: Q(project__name__icontains=text) | Q(project__lead_unit__name__icontains=text),
    find=_("Project or unit"),
    may_see=can_see_approvals,
    may_share=can_share_view,
    look=look,
    sub=sub,
    links=links,
    part="projects/approvals/_board.html",
    empty=(
        _("Nothing to give at this desk"),
        _("A project's checklist is drawn up when its preparations begin; what this unit gives stands here then."),
    ),
)
LISTS = (ITEMS,)
