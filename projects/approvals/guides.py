"""The guide of approvals: for each kind of project the order, the papers, the days, the authority."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.procedures import Procedure, Track, waves
from projects.registry.permissions import authorities
from projects.rules import ApprovalRules


@dataclass(frozen=True)
class Step:
    """An approval of the guide: what it is, who gives it, what comes before it."""

    procedure: Procedure
    unit: str
    before: list[str]
    law: bool  # whether the law says so of one of them


@dataclass(frozen=True)
class Guide:
    track: Track
    columns: list[list[Step]]  # what stands in one runs side by side
    days: int  # working days of the longest way through

    @property
    def steps(self) -> list[Step]:
        return [step for column in self.columns for step in column]


def tracks(county: Unit) -> list[Guide]:
    """A guide for each kind of project of *county*."""
    rules, given = rules_of(county)[ApprovalRules], authorities(county)
    by_code = rules.by_code
    found = []
    for track in rules.tracks:
        codes = [code for code in track.steps if code in by_code]
        steps = {
            code: Step(
                by_code[code],
                str(given.get(code, "")),
                [
                    _("%(name)s (by law)") % {"name": rules.name(other)}
                    if other in by_code[code].law
                    else rules.name(other)
                    for other in by_code[code].before
                    if other in codes
                ],
                any(other in codes for other in by_code[code].law),
            )
            for code in codes
        }
        columns = [[steps[code] for code in wave] for wave in waves(rules.catalogue, codes)]
        found.append(Guide(track, columns, longest(rules, codes)))
    return found


def longest(rules: ApprovalRules, codes: list[str]) -> int:
    """Working days of the longest way through *codes*, where what can run in parallel does."""
    by_code, ends = rules.by_code, dict[str, int]()

    def end(code: str) -> int:
        if code not in ends:
            before = max((end(other) for other in by_code[code].before if other in by_code), default=0)
            ends[code] = before + (by_code[code].days if code in codes else 0)
        return ends[code]

    return max((end(code) for code in codes), default=0)
