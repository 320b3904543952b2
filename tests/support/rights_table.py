"""Who is let in where. One line an address: its name, who, by which method, with what in it."""

from __future__ import annotations

from tests.support.people import PEOPLE

ALL = frozenset(name for name, *_rest in PEOPLE)
OFFICE = frozenset({"office", "office_head"})
LEADERS = frozenset({"leader", "other_leader"})
UNIT = frozenset({"officer", "unit_head"})  # of the unit that leads the project
COUNTY = OFFICE | LEADERS | {"statistics", "supervision", "finance", "reader", "approver"}
SEE_PROJECT = COUNTY | UNIT
FILL = OFFICE | UNIT
FUNDS = SEE_PROJECT  # the bid is that unit's
FOLLOW = COUNTY | {"investment", "squad"}  # the lead is that squad's
NOBODY: frozenset[str] = frozenset()
OPEN = {
    "login": "this is where one signs in",
    "sign_in_code": "the second half of signing in",
    "logout": "only a POST, which ends the session if there is one",
    "set_language": "the sign-in page has it too",
    "verify": "who holds a printed paper asks whether it is in force: number, title, day, digest, state; unguessable",
    "health": "systemd and a watcher ask; a word each, nothing of the county",
}

RIGHTS: dict[str, tuple[frozenset[str] | set[str], str]] = {
    # everybody's own
    "home": (ALL, "get"),
    "account": (ALL, "get"),
    "second_factor": (ALL, "get"),
    "password_change": (ALL, "get"),
    "password_change_done": (ALL, "get"),
    # taking back: of what the person may see and do (the table tries a project that was suspended)
    "undo": (OFFICE | {"unit_head"}, "post"),
    "did": (ALL, "get"),
    "progress": (ALL, "get"),  # of their own acts
    "did_rows": (OFFICE, "get"),
    # views of lists: of those that the person may see
    "lists:view_save": (ALL, "post"),
    "lists:view_delete": ({"officer"}, "get"),
    # posts and accounts
    "organization:people": (OFFICE | {"admin", "security"}, "get"),
    "organization:people_export": (OFFICE | {"admin", "security"}, "get"),
    "organization:open_account": (OFFICE | {"admin"}, "get"),
    "organization:open_accounts": (OFFICE | {"admin"}, "get"),
    "organization:account_slips": ({"office"}, "get"),  # who opened the accounts, nobody else
    "organization:account_slips_file": ({"office"}, "get"),
    "organization:reset_password": (OFFICE | {"admin", "security"}, "get"),
    "organization:reset_second_factor": ({"admin", "security"}, "get"),
    "organization:vacate": (OFFICE | {"admin", "security"}, "get"),
    # the log
    "organization:audit": ({"admin", "security", "auditor"}, "get"),
    "organization:audit_export": ({"admin", "security", "auditor"}, "get"),
    # posts that change hands
    "organization:post": (OFFICE | {"admin", "security"}, "get"),
    "organization:post_change": (OFFICE | {"admin", "security"}, "get"),  # it asks to hand it over
    "organization:post_withdraw": (OFFICE | {"admin"}, "post"),
    # who is away: the own post (the table's is the reader's), or who gives posts
    "organization:post_away": (OFFICE | {"admin", "security", "reader"}, "get"),
    "organization:away_end": (OFFICE | {"admin", "security", "reader"}, "post"),
    # units that change
    "organization:units": (OFFICE | {"admin"}, "get"),
    "organization:units_export": (OFFICE | {"admin"}, "get"),
    "organization:unit": (OFFICE | {"admin"}, "get"),
    "organization:unit_change": ({"admin"}, "get"),
    "organization:unit_withdraw": ({"admin"}, "post"),
    # squads: the county knows them; their projects and problems each sees who may see them anyway
    "projects:squads": (ALL, "get"),
    "projects:squads_export": (ALL, "get"),
    "organization:squad": (ALL, "get"),
    "organization:squad_new": (OFFICE | {"admin"}, "get"),
    "organization:squad_edit": (OFFICE | {"admin"}, "get"),
    "organization:squad_end": (OFFICE | {"admin"}, "get"),
    "projects:of_squad": (ALL, "get"),
    "dispatch:squad_problems": (ALL, "get"),
    "dispatch:squad_standing": (ALL, "get"),
    "organization:portfolios": (OFFICE | {"admin", "leader", "other_leader"}, "get"),
    "organization:portfolios_export": (OFFICE | {"admin", "leader", "other_leader"}, "get"),
    "organization:portfolio": (OFFICE | {"admin", "leader", "other_leader"}, "get"),
    "organization:portfolio_change": (OFFICE | {"admin"}, "get"),
    # import
    "projects:imports": (OFFICE, "get"),
    "projects:import": (OFFICE, "get"),
    "projects:import_take_back": (OFFICE, "get"),
    "projects:import_store": (OFFICE, "post"),
    "projects:import_file": (OFFICE, "get"),
    "projects:import_past": (OFFICE, "get"),
    "projects:import_past_store": (OFFICE, "post"),
    "projects:import_problems": (OFFICE, "get"),
    "projects:registry_ledger": (OFFICE, "get"),
    # monthly reports
    "projects:reports": (ALL, "get"),
    "projects:grid": (FILL | {"other_officer"}, "get"),
    "projects:grid_table": (FILL | {"other_officer"}, "get"),
    "projects:report": (SEE_PROJECT, "get"),
    "projects:report_return": (OFFICE | {"leader"}, "get"),
    "projects:report_accept": (OFFICE, "post"),
    "projects:report_approve": ({"leader"}, "post"),
    "projects:review": (OFFICE | LEADERS, "get"),
    "projects:month_close": (OFFICE, "get"),
    "projects:month_reopen": (OFFICE, "get"),
    # registry
    "projects:list": (ALL, "get"),
    "projects:map": (ALL, "get"),
    "projects:outline": (OFFICE, "get"),
    "projects:outline_restore": (OFFICE, "post"),
    "projects:place": (FILL, "get"),
    "projects:place_picture": (SEE_PROJECT, "get"),
    "projects:export": (ALL, "get"),
    "projects:act": (OFFICE, "get"),
    "projects:month_changes": (ALL, "get"),
    "projects:month_changes_export": (ALL, "get"),
    "projects:new": (OFFICE | UNIT | {"other_officer"}, "get"),
    "projects:page": (SEE_PROJECT, "get"),
    "projects:edit": (FILL, "get"),
    "projects:plan": (FILL, "get"),
    "projects:turn": (OFFICE, "get"),
    "projects:plans": (OFFICE | UNIT | {"other_officer"}, "get"),
    "projects:project_plans": (SEE_PROJECT, "get"),
    "projects:fixed": (ALL, "get"),
    "projects:fixed_export": (ALL, "get"),
    "projects:approval": (FILL, "get"),
    "projects:approval_remove": (FILL, "get"),
    "projects:sponsors": (OFFICE, "get"),
    "projects:history": (SEE_PROJECT, "get"),
    "projects:correct_months": (OFFICE, "get"),
    "projects:move": (FILL | {"statistics"}, "get"),
    "projects:back": (OFFICE, "get"),
    "projects:suspend": (OFFICE | {"unit_head"}, "get"),
    "projects:resume": (OFFICE | {"unit_head"}, "get"),
    "projects:withdraw": (OFFICE, "get"),
    # lists of the year: everybody of the county sees them, with the projects that they may see
    "projects:rosters": (ALL, "get"),
    "projects:roster": (ALL, "get"),
    "projects:roster_export": (ALL, "get"),
    "projects:roster_new": (OFFICE, "get"),
    "projects:roster_edit": (OFFICE, "get"),
    "projects:roster_close": (OFFICE, "get"),
    "projects:project_rosters": (SEE_PROJECT, "get"),
    # the desks: approvals (the default county names no unit that gives them), entries, supervision
    "projects:approvals": (OFFICE | {"approver"}, "get"),
    "projects:approvals_export": (OFFICE | {"approver"}, "get"),
    "projects:approvals_work": (OFFICE | {"approver"}, "post"),
    "projects:approvals_rates": (OFFICE | {"approver"}, "get"),
    "projects:approvals_guide": (ALL, "get"),
    "projects:approval_item": (SEE_PROJECT, "get"),
    "projects:approval_act": (FILL, "post"),
    "projects:checklist": (SEE_PROJECT, "get"),
    "projects:checklist_draw": (FILL, "get"),
    "projects:checklist_add": (FILL, "get"),
    "projects:entries": (OFFICE | {"statistics", "supervision"}, "get"),
    "projects:entry_day": ({"statistics"}, "get"),
    "projects:entry_list": (OFFICE | {"statistics", "supervision"}, "get"),
    "projects:entry_list_export": (OFFICE | {"statistics", "supervision"}, "get"),
    "projects:entry_accept": ({"statistics"}, "get"),
    "projects:entry_return": ({"statistics"}, "get"),
    "projects:entry_take_back": (FILL, "post"),
    "projects:entry_confirm": ({"statistics"}, "post"),
    "projects:enter": (FILL | {"statistics"}, "get"),
    "projects:project_entry": (SEE_PROJECT, "get"),
    "projects:photo_list": (OFFICE | {"supervision"}, "get"),
    "projects:photo_list_export": (OFFICE | {"supervision"}, "get"),
    "projects:photo_sheet": (ALL, "get"),
    "projects:photo_remove": (OFFICE | {"officer"}, "get"),
    "projects:photo_restore": (OFFICE | {"officer"}, "post"),
    "projects:photo": (SEE_PROJECT, "get"),
    "projects:project_photos": (SEE_PROJECT, "get"),
    "projects:photos": (SEE_PROJECT, "get"),
    "projects:supervision": (OFFICE | {"supervision"}, "get"),
    "projects:supervision_export": (OFFICE | {"supervision"}, "get"),
    "projects:supervision_new": ({"supervision"}, "get"),
    "projects:supervision_answer": (UNIT, "get"),
    "projects:project_supervision": (SEE_PROJECT, "get"),
    # schedules
    "projects:wall": (ALL, "get"),
    "projects:milestones": (ALL, "get"),
    "projects:milestones_export": (ALL, "get"),
    "projects:schedule": (SEE_PROJECT, "get"),
    "projects:schedule_new": (FILL, "get"),
    "projects:milestone_add": (FILL, "get"),
    "projects:milestone_remove": (FILL, "post"),
    # sponsorship: who goes, who works on it, who looks after it; a leader's own page, and what is reported there by
    # the secretary, who is of finance here
    "projects:sponsorship": (OFFICE | LEADERS | UNIT | {"supervision", "other_officer"}, "get"),
    "projects:sponsorship_export": (OFFICE | LEADERS | UNIT | {"supervision", "other_officer"}, "get"),
    "projects:sponsored": (LEADERS, "get"),
    "projects:leader_reports": (ALL, "get"),
    "projects:leader_report": (OFFICE | {"leader", "supervision", "finance"}, "get"),
    "projects:leader_report_recall": (OFFICE | {"finance"}, "get"),
    "projects:leader_report_paper": (OFFICE | {"leader", "supervision", "finance"}, "post"),
    "projects:leader_report_file": (OFFICE | {"leader", "supervision", "finance"}, "get"),
    "projects:project_sponsorship": (SEE_PROJECT, "get"),
    "projects:visit_new": (OFFICE | {"leader", "unit_head", "finance"}, "get"),
    "projects:visit_withdraw": (OFFICE | {"leader"}, "get"),
    "projects:visit_photo": (SEE_PROJECT, "get"),
    "projects:member_new": (FILL, "get"),
    "projects:member_end": (FILL, "get"),
    "projects:signboard": (FILL, "get"),
    "projects:signboard_paper": (FILL, "post"),
    "projects:signboard_file": (FILL, "get"),
    "dispatch:instructions_said": (OFFICE | LEADERS, "get"),
    "projects:resumptions": (SEE_PROJECT, "get"),
    "projects:resumption": (FILL, "get"),
    "projects:contacts": (SEE_PROJECT, "get"),
    "projects:contacts_open": (FILL | {"leader"}, "post"),
    "projects:contact_new": (FILL, "get"),
    "projects:codes": (SEE_PROJECT, "get"),
    "projects:code_new": (FILL, "get"),
    "projects:code_edit": (FILL, "get"),
    # money from above
    "funding:list": (ALL, "get"),
    "funding:export": (ALL, "get"),
    "funding:new": (OFFICE | UNIT | {"other_officer", "finance"}, "get"),
    "funding:project_bids": (SEE_PROJECT, "get"),
    "funding:page": (FUNDS, "get"),
    "funding:edit": (FILL | {"finance"}, "get"),
    "funding:step": (FILL | {"finance"}, "post"),
    "funding:send_back": (FILL | {"finance"}, "get"),
    "funding:fail": (FILL | {"finance"}, "get"),
    "funding:resume": (FILL | {"finance"}, "get"),
    # investors
    "investment:list": (ALL, "get"),
    "investment:export": (ALL, "get"),
    "investment:new": (OFFICE | UNIT | {"other_officer", "investment", "squad"}, "get"),
    "investment:project_lead": (SEE_PROJECT, "get"),
    "investment:page": (FOLLOW, "get"),
    "investment:edit": (OFFICE | {"investment", "squad"}, "get"),
    "investment:step": (OFFICE | {"investment", "squad"}, "post"),
    "investment:lose": (OFFICE | {"investment", "squad"}, "get"),
    "investment:resume": (OFFICE | {"investment", "squad"}, "get"),
    "investment:land": (OFFICE | {"investment", "squad"}, "post"),
    # what is red, what changed, the sheet before a meeting
    "dispatch:reds": (ALL, "get"),
    "dispatch:since": (ALL, "get"),
    "dispatch:since_seen": (ALL, "post"),
    "dispatch:briefs": (OFFICE | LEADERS, "get"),
    "dispatch:brief": (OFFICE | {"leader"}, "get"),
    # bulletins: a draft is the office's and those of who signs
    "dispatch:bulletins": (ALL, "get"),
    "dispatch:bulletin_draft": (OFFICE, "post"),
    "dispatch:bulletin": (OFFICE | LEADERS, "get"),
    "dispatch:bulletin_edit": (OFFICE, "post"),
    "dispatch:bulletin_restore": (OFFICE, "post"),
    "dispatch:bulletin_refresh": (OFFICE, "post"),
    "dispatch:bulletin_submit": (OFFICE, "post"),
    "dispatch:bulletin_sign": (OFFICE | LEADERS, "post"),  # who is told that it isn't what he saw
    "dispatch:bulletin_recall": (OFFICE, "post"),  # who is told that it isn't what he saw
    "dispatch:bulletin_redirect": (NOBODY, "get"),  # it doesn't wait for a signature yet
    "dispatch:bulletin_return": (NOBODY, "post"),  # it is not sent for sign-off yet
    "dispatch:bulletin_delete": (OFFICE, "get"),
    "dispatch:bulletin_correct": (NOBODY, "get"),  # it isn't published yet
    "dispatch:numbers": (OFFICE | LEADERS, "get"),
    "dispatch:numbers_export": (OFFICE | LEADERS, "get"),
    "dispatch:number_enter": (OFFICE, "get"),
    "dispatch:number_void": (OFFICE, "get"),
    "dispatch:bulletin_withdraw": (NOBODY, "get"),  # it isn't published yet
    "dispatch:bulletin_readers": (NOBODY, "get"),  # it isn't published yet
    "dispatch:bulletin_remind": (NOBODY, "post"),  # it isn't published yet
    "dispatch:bulletin_replies": (OFFICE | LEADERS, "get"),
    "dispatch:bulletin_ask": (OFFICE, "get"),
    "dispatch:reply": (OFFICE | LEADERS, "get"),  # the bulletin is a draft
    "dispatch:reply_act": (NOBODY, "post"),  # a draft asks nobody yet
    "dispatch:bulletin_sheet": (OFFICE | LEADERS, "get"),
    "dispatch:bulletin_sheet_file": (OFFICE | LEADERS, "get"),
    "dispatch:reply_file": (NOBODY, "get"),  # none has sent one
    "dispatch:bulletin_changes": (OFFICE | LEADERS, "get"),
    "dispatch:bulletin_paper": (OFFICE | LEADERS, "post"),
    "dispatch:bulletin_pages": (OFFICE | LEADERS, "post"),
    "dispatch:bulletin_picture": (NOBODY, "get"),  # nothing is drawn yet
    "dispatch:bulletin_turn": (OFFICE, "post"),
    "dispatch:bulletin_take_over": (OFFICE, "get"),
    "dispatch:bulletin_layout": (OFFICE, "post"),
    "dispatch:bulletin_file": (OFFICE | LEADERS, "get"),
    # notices and jobs
    "outbox:notices": (ALL, "get"),
    "outbox:read": (ALL, "post"),
    "outbox:notice": ({"officer"}, "get"),
    "jobs:page": (OFFICE | {"admin"}, "get"),
    "outbox:list": (OFFICE | {"admin"}, "get"),
    "files:page": ({"officer"}, "get"),
    "files:download": ({"officer"}, "get"),
    "outbox:export": (OFFICE | {"admin"}, "get"),
    "outbox:again": (OFFICE | {"admin"}, "post"),
    # problems
    "dispatch:problems": (ALL, "get"),
    "dispatch:problem_list": (ALL, "get"),
    "dispatch:problem_list_export": (ALL, "get"),
    "dispatch:problem_new": (ALL, "get"),
    "dispatch:problem": (SEE_PROJECT, "get"),
    "dispatch:problem_act": (FILL | LEADERS, "post"),
    "dispatch:project_problems": (SEE_PROJECT, "get"),
    # leaders' instructions: the unit answers, the leader whose it is settles it
    "dispatch:instructions": (ALL, "get"),
    "dispatch:instructions_export": (ALL, "get"),
    "dispatch:silent": (ALL, "get"),
    "dispatch:silent_export": (ALL, "get"),
    "dispatch:instruction": (SEE_PROJECT, "get"),
    "dispatch:instruction_act": (UNIT, "post"),
    "dispatch:project_instructions": (SEE_PROJECT, "get"),
    "dispatch:project_instruct": (OFFICE | LEADERS, "get"),
    "dispatch:problem_instructions": (SEE_PROJECT, "get"),
    "dispatch:problem_instruct": (OFFICE | LEADERS, "get"),
    # rankings: the county knows them
    "dispatch:loop": (ALL, "get"),  # each of the projects that they see
    "dispatch:loop_export": (ALL, "get"),
    "dispatch:rankings": (ALL, "get"),
    "dispatch:ranking": (ALL, "get"),
    "dispatch:ranking_export": (ALL, "get"),
    "dispatch:ranking_trend": (ALL, "get"),
    "dispatch:ranking_publish": (OFFICE, "post"),
    "dispatch:ranking_withdraw": (NOBODY, "get"),  # it isn't published yet
    "dispatch:ranking_correct": (NOBODY, "get"),  # it isn't published yet
    # rounds
    "dispatch:rounds": (ALL, "get"),
    "dispatch:rounds_export": (ALL, "get"),
    "dispatch:round": (ALL, "get"),
    "dispatch:round_of_month": (ALL, "get"),
    "dispatch:round_chase": (OFFICE, "post"),
    "dispatch:round_enter": (OFFICE | UNIT | {"other_officer"}, "post"),  # of projects that they lead
    "dispatch:rounds_outside": (ALL, "get"),
    "dispatch:project_rounds": (SEE_PROJECT, "get"),
    "dispatch:round_close": (OFFICE, "post"),
    "dispatch:round_leave_out": (OFFICE, "post"),
    "dispatch:this_week": (ALL, "get"),
    "dispatch:week": (FILL, "get"),
}
