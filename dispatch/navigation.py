from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from dispatch.home.counts import to_do
from dispatch.instructions.counts import sees_instructions
from dispatch.problems.counts import problems
from dispatch.slips.counts import sees_slips
from organization.people.models import ADMINISTRATION

ENTRIES = [
    Entry("home", _("To do"), "todo", "home", order=0, phone=1, count=to_do),
    Entry("week", _("This week"), "week", "dispatch:this_week", order=30, roles=("officer", "unit_head"),
          also=("dispatch:week",)),
    Entry("problems", _("Problems"), "prob", "dispatch:problems", group="dispatch", order=10, phone=4,
          count=problems,
          also=("dispatch:problem", "dispatch:problem_list", "dispatch:problem_new", "dispatch:problems_together",
                "dispatch:project_problems",
                "dispatch:squad_problems"),
          but=ADMINISTRATION),
    Entry("campaigns", _("Campaigns"), "tick", "dispatch:campaigns", group="dispatch", order=8,
          also=("dispatch:campaign", "dispatch:campaign_tasks", "dispatch:campaign_task", "dispatch:campaign_ours",
                "dispatch:campaign_new", "dispatch:campaign_change", "dispatch:campaign_end", "dispatch:task_new",
                "dispatch:campaign_table", "dispatch:campaign_sheet"),
          but=ADMINISTRATION),
    Entry("instructions", _("Leaders' instructions"), "doc", "dispatch:instructions", group="dispatch", order=15,
          also=("dispatch:instruction", "dispatch:silent", "dispatch:project_instructions",
                "dispatch:problem_instructions", "dispatch:project_instruct", "dispatch:problem_instruct"),
          but=ADMINISTRATION, may=sees_instructions),
    Entry("slips", _("Slips"), "doc", "dispatch:slips", group="dispatch", order=12,
          also=("dispatch:slip", "dispatch:slip_new", "dispatch:slips_overdue", "dispatch:project_slips",
                "dispatch:problem_slips"),
          but=ADMINISTRATION, may=sees_slips),
    Entry("rounds", _("Rounds"), "meet", "dispatch:rounds", group="dispatch", order=20,
          roles=("office", "admin", "supervision"), also=("dispatch:round",)),
    Entry("day_lists", _("Lists of the day"), "grid", "dispatch:day_lists", group="dispatch", order=22,
          roles=("office", "supervision"), also=("dispatch:day_list",)),
    Entry("calendar", _("Dispatch calendar"), "week", "dispatch:calendar_now", group="dispatch", order=25,
          also=("dispatch:calendar", "dispatch:calendar_act", "dispatch:calendar_days")),
    Entry("rankings", _("Rankings"), "rank", "dispatch:rankings", group="dispatch", order=30,
          also=("dispatch:ranking",)),
    Entry("bulletins", _("Bulletins"), "bull", "dispatch:bulletins", group="dispatch", order=40,
          also=("dispatch:bulletin", "dispatch:bulletin_replies", "dispatch:bulletin_ask", "dispatch:reply",
                "dispatch:bulletin_sheet", "dispatch:bulletin_readers")),
    Entry("numbers", _("Register of issued papers"), "doc", "dispatch:numbers", group="dispatch", order=45,
          roles=("office",), also=("dispatch:number_enter", "dispatch:number_void")),
    # a leader's menu: look, decide
    Entry("today", _("Today"), "todo", "home", order=0, phone=1, menu="leader", count=to_do),
    Entry("look_rankings", _("Rankings"), "rank", "dispatch:rankings", group="look", order=20, menu="leader", phone=3,
          also=("dispatch:ranking",)),
    Entry("look_bulletins", _("Bulletins"), "bull", "dispatch:bulletins", group="look", order=30, menu="leader",
          also=("dispatch:bulletin",)),
    Entry("look_calendar", _("Dispatch calendar"), "week", "dispatch:calendar_now", group="look", order=40,
          menu="leader", also=("dispatch:calendar", "dispatch:calendar_act")),
    Entry("look_campaigns", _("Campaigns"), "tick", "dispatch:campaigns", group="look", order=15, menu="leader",
          also=("dispatch:campaign", "dispatch:campaign_tasks", "dispatch:campaign_task")),
    Entry("decide_problems", _("Problems"), "prob", "dispatch:problems", group="decide", order=20, menu="leader",
          phone=4, count=problems, also=("dispatch:problem", "dispatch:problem_list",
                                                              "dispatch:problems_together")),
    Entry("decide_slips", _("Slips"), "doc", "dispatch:slips", group="decide", order=25, menu="leader",
          also=("dispatch:slip",), may=sees_slips),
    Entry("decide_instructions", _("Leaders' instructions"), "doc", "dispatch:instructions", group="decide", order=30,
          menu="leader", also=("dispatch:instruction", "dispatch:silent"), may=sees_instructions),
]  # fmt: skip
