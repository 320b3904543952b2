"""The way of a lead, as data: stages and what must hold before each (I01). Only the formal contract is a signing."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow.gates import Gate
from core.flow.ladder import Ladder
from core.flow.way import Way, Words
from investment.leads.models import Lead, LeadStage

LADDER = Ladder(
    order=tuple(LeadStage),
    day_of={LeadStage.INTENT: "intent_on", LeadStage.ARGUED: "argued_on", LeadStage.SIGNED: "signed_on"},
    gates=(
        Gate(
            "contact",
            LeadStage.TALKS,
            gettext_lazy("There is no contact at the investor's"),
            lambda lead: bool(lead.contact),
            field="contact",
            why=gettext_lazy("The post of the person who is talked to"),
        ),
        Gate(
            "intent_on",
            LeadStage.INTENT,
            gettext_lazy("There is neither a letter of intent nor a framework agreement"),
            lambda lead: lead.intent_on is not None or lead.framework_on is not None,
            field="intent_on",
        ),
        Gate(
            "investment",
            LeadStage.ARGUED,
            gettext_lazy("The planned investment is not filled in"),
            lambda lead: bool(lead.investment),
            field="investment",
        ),
        Gate(
            "argued_on",
            LeadStage.ARGUED,
            gettext_lazy("The day of the argumentation is missing"),
            lambda lead: lead.argued_on is not None,
            field="argued_on",
        ),
        Gate(
            "signed_on",
            LeadStage.SIGNED,
            gettext_lazy("The day of the formal contract is missing"),
            lambda lead: lead.signed_on is not None,
            field="signed_on",
            why=gettext_lazy("A letter of intent or a framework agreement is not a signing"),
        ),
        Gate(
            "landing_unit",
            LeadStage.LANDED,
            gettext_lazy("It is not said which unit it lands in"),
            lambda lead: lead.landing_unit_id is not None,
            field="landing_unit",
            why=gettext_lazy("The township, zone or department that will lead the project"),
        ),
    ),
)
DAYS = ("found_on", "intent_on", "framework_on", "argued_on", "signed_on")


def impossible(lead: Lead) -> dict[str, str]:
    """What can't be, by field: a step before the lead was found, a unit of another county."""
    days = {name: getattr(lead, name) for name in DAYS}
    wrong = {
        name: _("This day is before the lead was found") for name, day in days.items() if day and day < lead.found_on
    }
    if lead.landing_unit is not None and lead.landing_unit.county_id != lead.county_id:
        wrong["landing_unit"] = _("This unit is another county's")
    return wrong


WAY = Way(
    LADDER,
    Words(
        aside=gettext_lazy("The lead was lost: take it up again first"),
        step=gettext_lazy("A lead moves one step at a time, and lands by becoming a project"),
    ),
    impossible=impossible,
    days=DAYS,
    why="lost_reason",
)
