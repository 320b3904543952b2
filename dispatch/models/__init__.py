from dispatch.bulletins.editor.models import Moment, Sitting
from dispatch.bulletins.models import Bulletin, BulletinEdit, Reading
from dispatch.calendar.models import CalendarAct, CalendarAddress, CalendarStart
from dispatch.campaigns.models import Campaign, Task, TaskSheet, TaskStep
from dispatch.daylists.models import DayList
from dispatch.home.models import Look, RedDay
from dispatch.instructions.models import Instruction, InstructionQuerySet, InstructionStep
from dispatch.numbers.models import PaperNumber, PaperNumberQuerySet
from dispatch.problems.models import Consultation, Problem, ProblemQuerySet, ProblemStep
from dispatch.replies.models import Reply, ReplyQuerySet
from dispatch.rounds.models import Chase, Extension, Round, RoundPicture, RoundReminder, RoundRow, RoundRowQuerySet
from dispatch.sheet.models import SigningSheet
from dispatch.slips.models import Slip, SlipQuerySet
from dispatch.standings.models import RankingSnapshot

__all__ = [
    "Bulletin",
    "BulletinEdit",
    "CalendarAct",
    "CalendarAddress",
    "CalendarStart",
    "Campaign",
    "Chase",
    "Consultation",
    "DayList",
    "Extension",
    "Instruction",
    "InstructionQuerySet",
    "InstructionStep",
    "Look",
    "Moment",
    "PaperNumber",
    "PaperNumberQuerySet",
    "Problem",
    "ProblemQuerySet",
    "ProblemStep",
    "RankingSnapshot",
    "Reading",
    "RedDay",
    "Reply",
    "ReplyQuerySet",
    "Round",
    "RoundPicture",
    "RoundReminder",
    "RoundRow",
    "RoundRowQuerySet",
    "SigningSheet",
    "Sitting",
    "Slip",
    "SlipQuerySet",
    "Task",
    "TaskSheet",
    "TaskStep",
]
