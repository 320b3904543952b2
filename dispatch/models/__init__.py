from dispatch.bulletins.models import Bulletin, BulletinEdit
from dispatch.problems.models import Problem, ProblemQuerySet, ProblemStep
from dispatch.rounds.models import Chase, Round, RoundReminder, RoundRow, RoundRowQuerySet
from dispatch.standings.models import RankingSnapshot

__all__ = [
    "Bulletin",
    "BulletinEdit",
    "Chase",
    "Problem",
    "ProblemQuerySet",
    "ProblemStep",
    "RankingSnapshot",
    "Round",
    "RoundReminder",
    "RoundRow",
    "RoundRowQuerySet",
]
