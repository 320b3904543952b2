"""The rows of a platform's export beside what is on file: what would be filled, what differs, what nobody can match.
Reads only; its queries don't grow with the rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.amounts.cells import tight
from organization.people.models import Role, User
from organization.permissions import works_for
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.approvals.models import LEFT_OUT, OBTAINED, SHOWN, ApprovalItem, ItemState
from projects.choices import CodeState
from projects.many.rows import aside
from projects.platform.fields import MARKS, REFUSED, STATES, UNDER_WAY, WITHDRAWN
from projects.platform.reading import Row
from projects.procedures import Procedure
from projects.registry.models import Approval, Project, ProjectCode, code_key
from projects.registry.permissions import authorities
from projects.rules import ApprovalRules

FILL, DIFFERS, TOLD, SAME, OLDER = "fill", "differs", "told", "same", "older"
WRONG, UNMATCHED, NO_ITEM, NOT_YOURS = "wrong", "unmatched", "no_item", "not_yours"
OUTCOMES: Mapping[str, Any] = {
    FILL: pgettext_lazy("platform", "To be filled in"),
    DIFFERS: pgettext_lazy("platform", "Differs"),
    TOLD: gettext_lazy("To be looked at"),
    SAME: gettext_lazy("The same"),
    OLDER: gettext_lazy("Older than another row of the same item"),
    UNMATCHED: gettext_lazy("No project with this code"),
    NO_ITEM: gettext_lazy("No such item in the catalogue"),
    WRONG: gettext_lazy("Can't be read"),
    NOT_YOURS: gettext_lazy("Put on file by another unit"),
}
ALIKE = 0.75  # from here on a name is said to be near
NEAR = 60  # names that nearest ones are looked for: each is held against all
SHORTEST = 4  # characters of an alias that may stand within a longer name
BRACKETS = str.maketrans("〔【（(〕】）)", "[[[[]]]]")


class Near(NamedTuple):
    """A project on file whose name is like that of a row without one."""

    pk: int
    name: str


@dataclass(frozen=True)
class Line:
    """One row of the export and what becomes of it. `ours`, `theirs` are what stands there and here, in words."""

    row: Row
    outcome: str
    project: Project | None = None
    kind: str = ""
    item: str = ""  # what the catalogue calls it
    ours: str = ""
    theirs: str = ""
    why: tuple[str, ...] = ()
    near: Near | None = None
    approval: Approval | None = None
    listed: ApprovalItem | None = None

    @property
    def label(self) -> Any:
        return OUTCOMES[self.outcome]

    @property
    def number(self) -> int:
        return self.row.number


@dataclass(frozen=True)
class Compared:
    lines: list[Line]

    def of(self, *outcomes: str) -> list[Line]:
        return [line for line in self.lines if line.outcome in outcomes]

    @property
    def counts(self) -> list[tuple[str, Any, int]]:
        found = Counter(line.outcome for line in self.lines)
        return [(outcome, label, found[outcome]) for outcome, label in OUTCOMES.items() if found[outcome]]

    @cached_property
    def looked(self) -> str:
        """What the page had shown, to tell whether it still is so."""
        told = [(one.number, one.outcome, one.ours, one.theirs, one.kind) for one in self.lines]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]


class Items:
    """The county's catalogue by what the platform may call its items."""

    def __init__(self, catalogue: Iterable[Procedure]) -> None:
        self.codes: dict[str, str] = {}
        for one in catalogue:
            for name in (str(one.name), *one.aliases):
                self.codes.setdefault(_bare(name), one.code)
        self.longest = sorted((name for name in self.codes if len(name) >= SHORTEST), key=len, reverse=True)

    def code(self, text: str) -> str:
        """The code of the item called *text*: by its name or an alias, which may stand within a longer name; empty if
        the catalogue has none."""
        bare = _bare(text)
        return self.codes.get(bare) or next((self.codes[name] for name in self.longest if name in bare), "")


def _bare(text: str) -> str:
    return MARKS.sub("", tight(text))


def compare(user: User, county: Unit, rows: Sequence[Row], on: date) -> Compared:
    """*rows* beside what is on file, as *user* may see and write it. Ten queries."""
    on_file = _OnFile(user, county, rows)
    lines = [_line(row, on_file, on) for row in rows]
    return Compared(_newest(lines))


class _OnFile:
    """What the county has of the projects that the rows name."""

    def __init__(self, user: User, county: Unit, rows: Sequence[Row]) -> None:
        self.user, self.county = user, county
        self.rules = rules_of(county)[ApprovalRules]
        self.items = Items(self.rules.catalogue)
        self.given = authorities(county)
        self.codes: dict[str, list[ProjectCode]] = {}
        keys = {code_key(row.code) for row in rows if row.code}
        for code in ProjectCode.objects.filter(key__in=keys, project__county=county).order_by("project", "pk"):
            self.codes.setdefault(code.key, []).append(code)
        named = {code.project_id for found in self.codes.values() for code in found}
        mine = Project.objects.visible_to(user).filter(pk__in=named).select_related("lead_unit", "county")
        self.projects = {one.pk: one for one in mine}
        self.approvals = {(one.project_id, one.kind): one for one in Approval.objects.filter(project__in=named)}
        listed = ApprovalItem.objects.filter(project__in=named)
        self.listed = {(one.project_id, one.kind): one for one in listed}
        self.office = user.is_office_of(county)
        self.editable = set(Project.objects.editable_by(user).filter(pk__in=named).values_list("pk", flat=True))
        self.gives = {unit.pk: works_for(user, unit, Role.APPROVER) for unit in self.given.values()}
        self.near: dict[str, Near | None] = {}

    @cached_property
    def names(self) -> dict[str, Near]:
        """The projects that the person sees by their names, for those whose code nobody has."""
        rows = (
            Project.objects.visible_to(self.user).filter(county=self.county).order_by("pk").values_list("pk", "name")
        )
        return {tight(name): Near(pk, name) for pk, name in rows}

    def nearest(self, name: str) -> Near | None:
        key = tight(name)
        if key not in self.near and len(self.near) < NEAR:
            found = get_close_matches(key, self.names, n=1, cutoff=ALIKE) if key else []
            self.near[key] = self.names[found[0]] if found else None
        return self.near.get(key)

    def may(self, project: Project, kind: str) -> bool:
        """As `can_record_approval` says of one."""
        unit = self.given.get(kind)
        return self.office or (project.pk in self.editable if unit is None else self.gives[unit.pk])


def _line(row: Row, there: _OnFile, on: date) -> Line:
    wrong = [f"{cell}：{why}" for cell, why in row.wrong]
    if row.day and row.day > on:
        wrong.append(_("The day lies in the future: write the day on the document"))
    codes = there.codes.get(code_key(row.code), []) if row.code else []
    projects = {code.project_id for code in codes}
    if not wrong and not codes:
        return Line(row, UNMATCHED, near=there.nearest(row.name))
    if len(projects) > 1:
        names = _(", ").join(there.projects[pk].name for pk in sorted(projects) if pk in there.projects)
        said = _("%(n)s projects have or had this code: %(names)s")
        wrong.append(said % {"n": len(projects), "names": names or "—"})
    code = codes[0] if codes else None
    project = there.projects.get(code.project_id) if code and len(projects) == 1 else None
    if code and len(projects) == 1 and project is None:
        return Line(row, NOT_YOURS, why=(_("You don't see the project with this code"),))
    if code and code.state == CodeState.INVALID:
        wrong.append(_("On file this code is invalid: if the platform still goes by it, change that with the project"))
    kind = there.items.code(row.item)
    name = there.rules.name(kind) if kind else ""
    if wrong or project is None:
        return Line(row, WRONG, project, kind, name, why=tuple(wrong))
    why = [_("On file this code was replaced by %(code)s") % {"code": project.code or "—"}] if (
        code and code.state == CodeState.REPLACED
    ) else []  # fmt: skip
    if row.name and tight(row.name) != tight(project.name):
        why.append(_("In the file it is called “%(name)s”") % {"name": row.name})
    if not kind:
        return Line(row, NO_ITEM, project, why=tuple(why))
    line = _beside(Line(row, SAME, project, kind, name, why=tuple(why)), there)
    return _allowed(line, there)


def _allowed(line: Line, there: _OnFile) -> Line:
    """What the person may not write, or nobody since the project is put aside, is shown only."""
    if line.outcome not in (FILL, DIFFERS) or line.project is None:
        return line
    if not there.may(line.project, line.kind):
        unit = there.given.get(line.kind) or line.project.lead_unit
        return replace(line, outcome=NOT_YOURS, why=(*line.why, _("%(unit)s puts it on file") % {"unit": unit}))
    if said := aside(line.project):
        return replace(line, outcome=TOLD, why=(*line.why, said))
    return line


def _beside(line: Line, there: _OnFile) -> Line:
    row, key = line.row, (line.project.pk if line.project else 0, line.kind)
    approval, listed = there.approvals.get(key), there.listed.get(key)
    line = replace(
        line, approval=approval, listed=listed, ours=said_of(approval, listed), theirs=_theirs(row, line.kind)
    )
    if row.state == OBTAINED:
        if approval is None:
            left = listed is not None and listed.state in LEFT_OUT
            return replace(line, outcome=DIFFERS if left else FILL)
        if approval.obtained_on != row.day or not _alike(approval.document_number, row.document):
            mended = approval.obtained_on == row.day and not approval.document_number
            return replace(line, outcome=FILL if mended else DIFFERS)
        return line
    if approval is not None:
        return replace(line, outcome=TOLD, why=(*line.why, _("A document is on file: if it isn't valid, take it off")))
    if row.state == REFUSED:
        if listed is None:
            said = _("It doesn't stand on the project's checklist: a refusal has no place there")
            return replace(line, outcome=TOLD, why=(*line.why, said))
        if listed.state == ItemState.REFUSED:
            return line
        return replace(line, outcome=FILL if listed.state == ItemState.OPEN else DIFFERS)
    if listed is not None and row.state == UNDER_WAY and listed.state in (ItemState.REFUSED, *LEFT_OUT):
        return replace(line, outcome=TOLD)
    if row.state == WITHDRAWN and listed is not None and listed.state not in (ItemState.OPEN, *LEFT_OUT):
        return replace(line, outcome=TOLD)
    return line


def said_of(approval: Approval | None, listed: ApprovalItem | None) -> str:
    """What stands on file, in words: the state, the number, the day."""
    if approval is not None:
        parts = (SHOWN[OBTAINED], approval.document_number, f"{approval.obtained_on:%Y-%m-%d}")
        return " ".join(str(one) for one in parts if one)
    if listed is None:
        return str(_("Not on the checklist"))
    return " ".join(str(one) for one in (SHOWN[listed.state], listed.why) if one)


def _theirs(row: Row, kind: str) -> str:
    day = row.approved or row.done or row.accepted
    word = STATES[row.state]
    said = f"（{row.said}）" if row.said and row.said != str(word) else ""
    return " ".join(one for one in (f"{word}{said}", row.document, day) if one)


def _alike(ours: str, theirs: str) -> bool:
    """Whether two writings are one document number; a file without a number says nothing against ours."""
    return not theirs or _number(ours) == _number(theirs)


def _number(text: str) -> str:
    return tight(text).translate(BRACKETS).upper()


def _newest(lines: list[Line]) -> list[Line]:
    """Of several rows of one item the newest counts; of one day the one that is obtained."""
    best: dict[tuple[int, str], Line] = {}
    compared = (FILL, DIFFERS, TOLD, SAME, NOT_YOURS)
    for line in lines:
        if line.project is not None and line.kind and line.outcome in compared:
            key = (line.project.pk, line.kind)
            if key not in best or _rank(line) >= _rank(best[key]):
                best[key] = line

    def seen(line: Line) -> Line:
        if line.project is None or not line.kind or line.outcome not in compared:
            return line
        first = best[(line.project.pk, line.kind)]
        if first is line:
            return line
        return replace(line, outcome=OLDER, why=(_("Row %(n)s counts") % {"n": first.number},))

    return [seen(line) for line in lines]


def _rank(line: Line) -> tuple[str, bool]:
    return line.row.newest, line.row.state == OBTAINED
