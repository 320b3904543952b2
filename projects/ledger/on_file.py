"""What a county has on file that a ledger is held against, and which project on file each of its rows means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db import models
from django.utils.translation import gettext as _

from core.amounts.cells import tight
from core.records.fields import field_of
from organization.people.models import Post
from organization.units.models import Unit, UnitKind
from projects.classes import ClassRules
from projects.codes.shape import said_of
from projects.ledger import Ledger, Row
from projects.ledger.reading.decisions import Asked, kind_of, kind_to_make, made, pk_of, unit_key
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.reports.models import MonthlyReport

IN_BRACKETS = re.compile(r"[（(].*")


def short_of(name: str) -> str:
    """A short name for a unit of which only the full one is known: without what stands in brackets."""
    return IN_BRACKETS.sub("", name) or name


@dataclass
class OnFile:
    """What the county has that a ledger is held against; loaded once in a fixed number of queries."""

    county: Unit
    classes: ClassRules = field(default_factory=ClassRules)
    region: str = ""  # the county's six digits
    units: dict[str, Unit] = field(default_factory=dict)  # by every way to write the name
    posts: dict[str, Post] = field(default_factory=dict)  # of leaders, by title and by holder
    names: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # name: [(project, lead unit)]
    marks: dict[str, int] = field(default_factory=dict)  # of our own ledgers
    codes: dict[str, list[int]] = field(default_factory=dict)  # several where parts of a package share one
    projects: dict[int, Project] = field(default_factory=dict)
    plans: dict[int, AnnualPlan] = field(default_factory=dict)
    sponsors: dict[int, list[int]] = field(default_factory=dict)
    cooperating: dict[int, set[int]] = field(default_factory=dict)
    reports: dict[int, dict[str, MonthlyReport]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    last_number: int = 0
    new_units: list[Unit] = field(default_factory=list)
    new_posts: list[Post] = field(default_factory=list)
    missing_units: list[str] = field(default_factory=list)
    missing_posts: list[str] = field(default_factory=list)
    decided: dict[str, str] = field(default_factory=dict)  # of names that no unit has: what is to become of them
    asked: dict[str, Asked] = field(default_factory=dict)  # those that the ledger names

    def decide(self, decisions: Mapping[str, str]) -> None:
        """Takes what the office decided of names; one that a unit has by now needs no decision any more."""
        on_file = {unit.pk: unit for unit in self.units.values()}
        self.decided = {key: what for name, what in decisions.items() if (key := unit_key(name)) not in self.units}
        for key, what in self.decided.items():
            if (unit := on_file.get(pk_of(what) or 0)) is not None:
                self.units[key] = unit

    def unit(self, name: str, *, make: bool) -> Unit | None:
        """The unit of that name; made (not yet stored) where it isn't there and may be."""
        name = name[: longest(Unit, "name")]
        key = unit_key(name)
        found = self.units.get(key)
        if found is None or key in self.decided:
            self.asked.setdefault(key, Asked(name, self.decided.get(key, made(kind_of(name)) if make else "")))
        if found is None and (kind := self.kind_to_make(name, make=make)):
            found = Unit(name=name, short_name=short_of(name), kind=kind, parent=self.county)
            found.county = self.county
            self.units[key] = found
            self.new_units.append(found)
        elif found is None and name not in self.missing_units:
            self.missing_units.append(name)
        return found

    def said_of_code(self, code: str, project: Project | None) -> Iterator[str]:
        """What is to be said of a row's code: of its shape, and that *project* has it beside the one it shows."""
        if word := said_of(code, self.region):
            yield word
        if project is not None and code and code in project.other_codes.split():
            said = _("The project has this code beside the one that is shown; %(code)s stays.")
            yield said % {"code": project.code or "—"}

    def kind_to_make(self, name: str, *, make: bool) -> UnitKind | None:
        """What is made of a name that no unit has: as was decided, else, where it may be, by its end."""
        decided = self.decided.get(unit_key(name), "")
        return kind_to_make(decided) or (kind_of(name) if make and not decided else None)

    def post(self, title: str, *, make: bool) -> Post | None:
        """The leader's post of that title or holder; made, not yet stored, where it isn't there and may be."""
        title = title[: longest(Post, "title")]
        found = self.posts.get(tight(title))
        if found is None and make:
            found = Post(title=title, role="leader")
            self.posts[tight(title)] = found
            self.new_posts.append(found)
        elif found is None and title not in self.missing_posts:
            self.missing_posts.append(title)
        return found


def mark_of(county: int, pk: int, made: datetime | None) -> str:
    """The mark by which a project's row of our own ledger is known again, wherever it was sorted to: P12-3fa91c. It
    fits this project of this registry only, not the same number of another one."""
    digest = sha256(f"{county}:{pk}:{made and made.timestamp()}".encode()).hexdigest()
    return f"P{pk}-{digest[:6]}"


def longest(model: type[models.Model], name: str) -> int:
    """How many characters the field holds."""
    return field_of(model, name).max_length or 0


class Matching:
    """Which project on file each row of a registry's ledger means. The strongest likeness goes first, over all rows; a
    project that is claimed is nobody else's.

    The mark of our own ledger goes before all else; of a row that was copied with it, the one of the project's name.
    A national code decides alone only where it stands once on file and once in the ledger (parts of a package share
    one); else it needs the name beside it. Then name and lead unit; then a name that is there once.
    """

    def __init__(self, ledger: Ledger, on_file: OnFile, *, make: bool) -> None:
        self.on_file = on_file
        self.rows = [row for row in ledger.rows if not row.rejected]
        self.keys = {row.number: tight(row.values.get("name", "")) for row in self.rows}
        self.leads = {row.number: self._lead(row, make) for row in self.rows}
        self.names = Counter(self._name(row) for row in self.rows)
        self.marks = Counter(row.values["key"] for row in self.rows if "key" in row.values)
        self.codes = Counter(row.values["code"] for row in self.rows if "code" in row.values)
        self.coded_names = Counter((row.values.get("code"), self._name(row)) for row in self.rows)

    def meant(self) -> dict[int, Project]:
        """{number of the row: project}; rows that mean none on file are not in it."""
        found: dict[int, Project] = {}
        claimed: set[int] = set()
        for likeness in (
            self._mark,
            self._code,
            self._code_name_unit,
            self._code_and_name,
            self._name_and_unit,
            self._name_alone,
        ):
            for row in self.rows:
                if row.number in found:
                    continue
                pk = next((pk for pk in likeness(row) if pk not in claimed), None)
                if pk is not None:
                    claimed.add(pk)
                    found[row.number] = self.on_file.projects[pk]
        return found

    def _lead(self, row: Row, make: bool) -> int | None:
        """The unit under which the row's project stands on file; None if the unit is yet to be made."""
        name = row.values.get("lead_unit", "")[: longest(Unit, "name")]
        unit = self.on_file.units.get(unit_key(name)) if name else None
        if unit is not None:
            return unit.pk
        return None if name and self.on_file.kind_to_make(name, make=make) else self.on_file.county.pk

    def _name(self, row: Row) -> str:
        return self.keys[row.number]

    def _coded(self, row: Row) -> list[int]:
        return self.on_file.codes.get(row.values.get("code", ""), [])

    def _named(self, row: Row) -> list[tuple[int, int]]:
        return self.on_file.names.get(self._name(row), [])

    def _mark(self, row: Row) -> list[int]:
        pk = self.on_file.marks.get(row.values.get("key", ""))
        if pk is None or (self.marks[row.values["key"]] > 1 and pk not in {same for same, _lead in self._named(row)}):
            return []
        return [pk]

    def _code(self, row: Row) -> list[int]:
        same = self._coded(row)
        return same if len(same) == 1 and self.codes[row.values["code"]] == 1 else []

    def _code_name_unit(self, row: Row) -> list[int]:
        return [pk for pk in self._name_and_unit(row) if pk in self._coded(row)]

    def _code_and_name(self, row: Row) -> list[int]:
        same = [pk for pk, _lead in self._named(row) if pk in self._coded(row)]
        return same if len(same) == 1 and self.coded_names[row.values["code"], self._name(row)] == 1 else []

    def _name_and_unit(self, row: Row) -> list[int]:
        return [pk for pk, lead in self._named(row) if lead == self.leads[row.number]]

    def _name_alone(self, row: Row) -> list[int]:
        same = self._named(row)
        return [same[0][0]] if len(same) == 1 and self.names[self._name(row)] == 1 else []
