"""Where a problem came up: the visit or the lead that it is raised from, and their words. Reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.web import asked
from dispatch.problems.models import Problem
from investment.leads.models import Lead
from organization.people.models import User
from projects.models import Visit

SENTENCE = re.compile(r"^.+?(?=[。；;\n]|$)")


def found(user: User, get: Mapping[str, str]) -> dict[str, Any]:
    """The visit and the lead that the address names, by keys of `raise_problem`: what the person doesn't see is left
    out."""
    named: dict[str, Any] = {}
    if pk := asked.key(get.get("visit", "")):
        seen = Visit.objects.visible_to(user).filter(withdrawn_at=None).select_related("project", "post__unit")
        named["visit"] = seen.filter(pk=pk).first()
    if pk := asked.key(get.get("lead", "")):
        named["lead"] = Lead.objects.visible_to(user).filter(pk=pk).select_related("project").first()
    return {name: one for name, one in named.items() if one is not None}


def seen(user: User, problem: Problem) -> set[str]:
    """Which of the visit and the lead the person may open."""
    found = set()
    if problem.visit_id and Visit.objects.visible_to(user).filter(pk=problem.visit_id).exists():
        found.add("visit")
    if problem.lead_id and Lead.objects.visible_to(user).filter(pk=problem.lead_id).exists():
        found.add("lead")
    return found


def words(origin: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the form at first, so that nothing is typed twice."""
    if visit := origin.get("visit"):
        return {"project": visit.project_id, "source": "visit", **_said(visit.settled)}
    if lead := origin.get("lead"):
        return {**({"project": lead.project_id} if lead.project_id else {}), **_said(lead.remark)}
    return {}


def _said(text: str) -> dict[str, str]:
    first = SENTENCE.match(text.strip())
    return {"title": first[0][:200] if first else "", "detail": text.strip()[:2000]}
