"""Nothing that can't be taken back happens by one press: every address that changes something says why it may."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from core.undo import undos

# What is typed or chosen on a page before; the same page puts it right, and the history has what stood there.
TYPED = [
    "organization:post_away",
    "dispatch:problem_new", "dispatch:week", "funding:edit", "funding:new", "investment:edit", "investment:new",
    "dispatch:calendar_days", "dispatch:round_rows", "dispatch:round_ask", "dispatch:round_more_days",
    "lists:view_save", "organization:open_account", "organization:squad_edit", "organization:squad_new",
    "projects:approval", "projects:approval_act", "projects:approvals_work", "projects:checklist_add",
    "projects:checklist_draw", "projects:edit", "projects:entry_day", "projects:grid_table", "projects:new",
    "projects:photos", "projects:plan", "projects:sponsors", "projects:milestone_add",
    "projects:supervision_new", "projects:supervision_answer", "projects:enter", "projects:place", "projects:outline",
    "projects:package_put", "projects:package_out",
    "projects:contact_new", "projects:resumption", "projects:code_new", "projects:code_edit",
    "dispatch:bulletin_edit", "dispatch:bulletin_correct", "dispatch:number_enter",
    "dispatch:bulletin_ask", "dispatch:reply_act", "dispatch:slip_new", "dispatch:slip_act",
    "password_change", "second_factor",
    "projects:roster_new", "projects:roster_edit",
    "sign_in_code", "login", "dispatch:instruction_act", "dispatch:problem_instruct",
    "dispatch:project_instruct", "projects:visit_new", "projects:member_new", "projects:leader_report",
    "dispatch:campaign_table",
]  # fmt: skip

# A page of its own, or what is shown between typing and doing, says what follows and asks.
ASKS = [
    "dispatch:bulletin_delete", "dispatch:bulletin_take_over", "dispatch:bulletin_redirect",
    "dispatch:bulletin_return",
    "dispatch:bulletin_sign", "dispatch:bulletin_withdraw", "dispatch:ranking_correct",
    "dispatch:number_void", "dispatch:ranking_publish", "dispatch:ranking_withdraw", "funding:fail", "funding:resume",
    "funding:send_back", "investment:lose", "investment:resume", "lists:view_delete",
    "organization:portfolio_change", "organization:post_change", "organization:reset_password",
    "organization:reset_second_factor", "organization:squad_end", "organization:unit_change",
    "organization:vacate", "projects:approval_remove", "projects:back", "projects:correct_months",
    "projects:entry_accept", "projects:entry_return", "projects:import", "projects:import_take_back",
    "projects:imports", "projects:gathering", "projects:platform", "projects:month_close", "projects:month_reopen",
    "projects:act",
    "organization:open_accounts", "projects:move", "projects:report_return", "projects:resume",
    "projects:suspend", "projects:withdraw", "projects:visit_withdraw", "projects:member_end",
    "projects:leader_report_recall", "projects:photo_remove", "projects:turn_again",
]  # fmt: skip

# The sentence after it carries the button that takes it back.
UNDO = {
    "projects:report": "report_submitted",
    "projects:grid": "reports_submitted",
    "projects:import_store": "ledger_stored",
    "projects:platform_write": "platform_written",
    "projects:schedule": "schedule_changed",
    "projects:schedule_new": "schedule_changed",
    "projects:milestone_remove": "schedule_changed",
    "projects:plans": "plans_filled",
    "projects:turn": "turn_in_force",
    "dispatch:bulletin_submit": "bulletin_submitted",
    "dispatch:problem_act": "problem_closed",
    "dispatch:campaign_new": "campaign",
    "dispatch:campaign_change": "campaign",
    "dispatch:campaign_end": "campaign",
    "dispatch:campaign_give": "campaign_task",
    "dispatch:campaign_split": "campaign_task",
    "dispatch:campaign_act": "campaign_task",
    "dispatch:round_close": "round_closed",
    "projects:gathering_all": "gathered",
    "projects:gathering_settle": "gathered",
    "projects:roster_close": "roster_closed",
    "dispatch:round_leave_out": "rows_left_out",
    "organization:post_withdraw": "post_plan_withdrawn",
    "organization:away_end": "absence_ended",
    "organization:unit_withdraw": "unit_plan_withdrawn",
}

# Another act takes it back, on the page where one comes out.
BACK = {
    "projects:turn_back": "projects:turn_again",
    "projects:report_accept": "projects:report_return",
    "projects:report_approve": "projects:report_return",
    "projects:photo_restore": "projects:photo_remove",
    "projects:review": "projects:report_return",
    "funding:step": "funding:send_back",
    "investment:step": "investment:lose",
    "projects:entry_take_back": "projects:enter",
    "projects:entry_confirm": "projects:entry_day",
    "dispatch:bulletin_draft": "dispatch:bulletin_delete",
    "dispatch:bulletin_restore": "dispatch:bulletin_edit",
    "dispatch:bulletin_refresh": "dispatch:bulletin_edit",
}

NOTHING_IS_LOST = {
    "account": "who is signed out of a device signs in there again",
    "logout": "signs in again",
    "projects:outline_restore": "the outline drawn until now stays on the same page, which puts it back",
    "projects:contacts_open": "shows what is on file; the log keeps who looked",
    "dispatch:campaign_sheet": "makes a paper of what stands there",
    "set_language": "switches back",
    "password_change_done": "only says so",
    "undo": "it is the taking back",
    "dispatch:calendar_done": "says that a matter of the day was seen to; what was told and sent on stays as it is",
    "dispatch:calendar_renew": "another one is made in the same place",
    "dispatch:calendar_day_back": "the day is entered again on the same page, which the log knows",
    "outbox:read": "the notices stay where they are",
    "outbox:again": "a mail that went once goes once more",
    "outbox:group_again": "a message that went once goes once more",
    "outbox:put_off": "stays on the list of things to do; the same page takes it up again",
    "outbox:take_up": "the same page puts it off again",
    "dispatch:bulletin_recall": "it is a draft again, with all that stood there: it is sent anew",
    "dispatch:since_seen": "what has changed stays where it stands",
    "dispatch:round_enter": "one that comes in by mistake is left out with a reason",
    "dispatch:bulletin_remind": "tells those who have not read it, once a day at most",
    "dispatch:round_chase": "asks for what is owed, once an hour at most",
    "dispatch:bulletin_paper": "makes a paper anew",
    "dispatch:bulletin_sheet": "makes a paper anew",
    "dispatch:slip_pdf": "makes a paper, once",
    "dispatch:round_picture": "makes a picture anew",
    "projects:leader_report_paper": "makes a paper anew",
    "projects:signboard_paper": "makes a paper anew",
    "dispatch:bulletin_pages": "draws the pages anew",
    "dispatch:bulletin_turn": "says that somebody is there",
    "dispatch:bulletin_layout": "what is left out is kept on the same page, which puts back and renames",
    "projects:import_past_store": "looked at first; only months without any report get one",
    "investment:land": "the page says that it is once, asks for name and day, and shows what is like it",
}


def methods(view: Any) -> tuple[str, ...] | None:
    """What `require_http_methods` lets through; None where a class decides."""
    while view is not None:
        nonlocals = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in nonlocals:
            return tuple(nonlocals["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return None


def acts(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """The addresses that take a POST, each with all that it takes."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from acts(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            taken = methods(pattern.callback)
            if taken is None or "POST" in taken:
                yield f"{prefix}{pattern.name}", taken or ("GET", "POST")


def test_every_act_is_in_one_of_the_tables() -> None:
    said = [*TYPED, *ASKS, *UNDO, *BACK, *NOTHING_IS_LOST]
    assert len(said) == len(set(said))
    assert {name for name, _methods in acts()} == set(said)


def test_what_asks_has_a_page_that_asks() -> None:
    taken = dict(acts())
    assert [name for name in ASKS if "GET" not in taken[name]] == []


def test_what_takes_back_is_there() -> None:
    assert set(UNDO.values()) <= set(undos())
    assert set(BACK.values()) <= {*TYPED, *ASKS}
