"""What a county has on file that a ledger is held against, and which project on file each of its rows means."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db import models

from core.amounts.cells import tight, unit_name
from core.records.fields import field_of
from organization.people.models import Post
from organization.units.models import Unit, UnitKind
from projects.classes import ClassRules
from projects.ledger import Ledger, Row
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

    def unit(self, name: str, *, make: bool) -> Unit | None:
        """The unit of that name; made (not yet stored) where it isn't there and may be."""
        name = name[: longest(Unit, "name")]
        key = unit_key(name)
        found = self.units.get(key)
        if found is None and make:
            found = Unit(name=name, short_name=short_of(name), kind=kind_of(name), parent=self.county)
            found.county = self.county
            self.units[key] = found
            self.new_units.append(found)
        elif found is None and name not in self.missing_units:
            self.missing_units.append(name)
        return found

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


def unit_key(name: str) -> str:
    return unit_name(name).casefold()


def kind_of(name: str) -> UnitKind:
    """What a unit is by the end of its name."""
    bare = unit_name(name).split("（")[0]
    for ends, kind in (
        (("镇", "乡", "街道", "街办", "街道办", "街道办事处", "苏木"), UnitKind.TOWNSHIP),
        (("开发区", "园区", "新区", "示范区", "管委会"), UnitKind.ZONE),
        (("局", "委", "办", "办公室", "院", "分局", "部", "中心", "会"), UnitKind.DEPARTMENT),
    ):
        if bare.endswith(ends):
            return kind
    return UnitKind.OTHER


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
        return unit.pk if unit is not None else None if name and make else self.on_file.county.pk

    @staticmethod
    def _name(row: Row) -> str:
        return tight(row.values.get("name", ""))

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
