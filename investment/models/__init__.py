from investment.leads.models import Lead, LeadChange, LeadQuerySet, LeadStage, LeadState, Mode

__all__ = [
    "Lead",
    "LeadChange",
    "LeadQuerySet",
    "LeadStage",
    "LeadState",
    "Mode",
]
