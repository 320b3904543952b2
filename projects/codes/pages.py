"""The codes of a project as its page shows them: each with its state, since when, and what is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass

from organization.profiles.rules import CountyRules, rules_of
from organization.units.models import Unit
from projects.choices import CodeState
from projects.codes.shape import said_of
from projects.registry.models import Project, ProjectCode


@dataclass(frozen=True)
class Shown:
    row: ProjectCode
    word: str  # of its shape
    tone: str


def region_of(county: Unit) -> str:
    """The county's administrative code, six digits; empty if its file has none."""
    return rules_of(county)[CountyRules].region_code


def codes_of(project: Project) -> list[Shown]:
    region = region_of(project.county)
    tones = {CodeState.VALID: "", CodeState.REPLACED: "", CodeState.INVALID: "amber"}
    return [Shown(row, said_of(row.text, region), tones[CodeState(row.state)]) for row in project.codes.all()]
