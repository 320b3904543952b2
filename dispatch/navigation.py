from django.utils.translation import gettext_lazy as _

from core.navigation import Entry

ENTRIES = [
    Entry("home", _("To do"), "todo", "home", order=0, phone=1, count="dispatch.counts.to_do"),
    Entry("week", _("This week"), "week", "dispatch:this_week", order=30, roles=("officer", "unit_head"),
          also=("dispatch:week",)),
    Entry("notices", _("Notices"), "bell", "dispatch:notices", order=40, count="dispatch.counts.notices",
          also=("dispatch:notice",)),
    Entry("problems", _("Problems"), "prob", "dispatch:problems", group="dispatch", order=10, phone=4,
          count="dispatch.counts.problems",
          also=("dispatch:problem", "dispatch:problem_list", "dispatch:problem_new", "dispatch:project_problems"),
          but=("admin",)),
    Entry("rounds", _("Rounds"), "meet", "dispatch:rounds", group="dispatch", order=20,
          roles=("office", "admin", "supervision"), also=("dispatch:round",)),
    Entry("rankings", _("Rankings"), "rank", "dispatch:rankings", group="dispatch", order=30,
          also=("dispatch:ranking",)),
    Entry("bulletins", _("Bulletins"), "bull", "dispatch:bulletins", group="dispatch", order=40,
          also=("dispatch:bulletin",)),
    Entry("jobs", _("Jobs and mail"), "mail", "dispatch:jobs", group="house", order=80, roles=("office", "admin"),
          also=("dispatch:outbox",)),
    # a leader's menu: look, decide
    Entry("today", _("Today"), "todo", "home", order=0, phone=1, menu="leader", count="dispatch.counts.to_do"),
    Entry("look_notices", _("Notices"), "bell", "dispatch:notices", order=10, menu="leader",
          count="dispatch.counts.notices", also=("dispatch:notice",)),
    Entry("look_rankings", _("Rankings"), "rank", "dispatch:rankings", group="look", order=20, menu="leader", phone=3,
          also=("dispatch:ranking",)),
    Entry("look_bulletins", _("Bulletins"), "bull", "dispatch:bulletins", group="look", order=30, menu="leader",
          also=("dispatch:bulletin",)),
    Entry("decide_problems", _("Problems"), "prob", "dispatch:problems", group="decide", order=20, menu="leader",
          phone=4, count="dispatch.counts.problems", also=("dispatch:problem", "dispatch:problem_list")),
]  # fmt: skip
