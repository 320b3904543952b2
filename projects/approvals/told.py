"""What people are told about approvals: refused, and valid not much longer."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.people.models import User
from organization.profiles.rules import rules_of
from projects.registry.told import officers
from projects.rules import ApprovalRules


def _officers(fact: Fact) -> list[User]:
    return officers(fact.about.project.lead_unit, fact)


def _words(fact: Fact) -> dict[str, str]:
    project = fact.about.project
    return {"project": project.name, "kind": rules_of(project.county)[ApprovalRules].name(fact.about.kind)}


def _ending(fact: Fact) -> dict[str, str]:
    until = fact.about.valid_until
    left = (until - timezone.localdate(fact.now)).days
    return _words(fact) | {"day": f"{until:%Y-%m-%d}", "n": str(left)}


TOLD = (
    Told(
        "approval_item_refused",
        people=_officers,
        subject=gettext_lazy("%(kind)s was refused: %(project)s"),
        words=_words,
        link=lambda fact: reverse("projects:approval_item", args=[fact.about.pk]),
        county=lambda fact: fact.about.project.county,
    ),
    Told(
        "approval_ending",
        people=_officers,
        subject=gettext_lazy("%(kind)s is valid until %(day)s, %(n)s days left: %(project)s"),
        words=_ending,
        link=lambda fact: reverse("projects:checklist", args=[fact.about.project_id]),
        county=lambda fact: fact.about.project.county,
    ),
)
