from dispatch.models.bulletin import Bulletin, BulletinEdit, RankingSnapshot
from dispatch.models.notice import Delivery, JobRun, Notice
from dispatch.models.problem import Problem, ProblemQuerySet, ProblemStep
from dispatch.models.round import Round, RoundReminder, RoundRow, RoundRowQuerySet

__all__ = [
    "Bulletin",
    "BulletinEdit",
    "Delivery",
    "JobRun",
    "Notice",
    "Problem",
    "ProblemQuerySet",
    "ProblemStep",
    "RankingSnapshot",
    "Round",
    "RoundReminder",
    "RoundRow",
    "RoundRowQuerySet",
]
