"""A row of each list, the n-th other than its neighbours in every column; the most queries that a page may take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from core.records.files import keep
from dispatch.campaigns.giving.services import drop_task
from dispatch.daylists.models import Kind
from dispatch.models import DayList, Problem, Round, RoundRow
from dispatch.problems import services as problems
from dispatch.slips.services import issue_slip, withdraw_slip
from funding.models import Channel
from investment.models import Mode
from organization.people.models import Post, Role
from organization.portfolios.models import Portfolio
from organization.units.models import Unit, UnitKind
from outbox.models import Delivery, GroupMessage, Notice
from projects.approvals.models import ApprovalItem
from projects.choices import Level, Nature, Stage
from projects.effort.models import Effort, Form
from projects.entries.models import EntryProposal
from projects.models import Approval, Milestone, Project, ProjectMonth
from projects.sponsorship.models import Kind as VisitKind
from projects.sponsorship.models import Side, Visit
from projects.supervision.models import SupervisionNote
from tests.funding.bids.test_bids import make_bid
from tests.investment.leads.test_leads import make_lead
from tests.support.asked import instruction, red
from tests.support.campaigns import make_campaign, make_part, make_task
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.listed import audit_entry, month_change, number, photo
from tests.support.people import People
from tests.support.squads import make_squad

ON = date(2026, 6, 10)


def approval_item(county: Unit, people: People, n: int) -> None:
    unit = ("xicheng", "dongguan")[n % 2]
    made = make_project(
        county, name=f"{county.code}手续项目{n:02}", lead_unit=unit, planned_start=date(2025 + n % 2, 5, n + 1)
    )
    state = ("open", "refused", "open", "open", "tolerated", "not_needed", "argued", "resubmitted")[n % 8]
    kind = ("site", "energy")[n % 2]
    ApprovalItem.objects.create(
        project=made,
        kind=kind,
        track="file",
        state=state,
        why=f"缺材料{n}" if state == "refused" else "",
        leader=f"领导{n % 3}",
        handler=f"岗{n % 3}",
        measures=f"措施{n}",
        deadline=(None, NOW.date() + timedelta(days=n), date(2025, 6, n + 1))[n % 3],
        joint_on=ON - timedelta(days=n) if n % 2 else None,
        tolerated_until=ON if state == "tolerated" else None,
        left_out_on=ON if state in ("not_needed", "merged") else None,
        needed_from=ON,
    )
    made.approvals.filter(kind=kind).delete()
    if n in (0, 2):
        Approval.objects.create(
            project=made, kind=kind, obtained_on=ON - timedelta(days=n), document_number=f"{n}号",
            valid_until=ON - timedelta(days=1) if n else date(2030, 1, 1),
        )  # fmt: skip


def project(county: Unit, people: People, n: int) -> None:
    made = make_project(
        county,
        name=f"{county.code}项目{n:02}",
        stage=(Stage.STARTED, Stage.RESERVE)[n % 2],
        lead_unit=("xicheng", "dongguan")[n % 2],
        level=(Level.CITY, Level.COUNTY)[n % 2],
        nature=(Nature.NEW, Nature.EXTENDED)[n % 2],
        investment_kind=("government", "enterprise")[n % 2],
        plan=(1200 * WAN, None)[n % 2],
        sponsor=("县领导01", None)[n % 2],
        total_investment=(n + 1) * 7000 * WAN,
        state="suspended" if n % 5 == 4 else "withdrawn" if n % 7 == 6 else "active",
        state_reason="资金" if n % 5 == 4 or n % 7 == 6 else "",
    )
    if n % 2 == 0:
        make_report(made, "2026-05", works=100 * (n + 1) * WAN)
    if n % 5 == 3:
        Project.objects.filter(pk=made.pk).update(completed_on=ON, entered_on=None)
    if n == 7:  # a package, which the list leaves out unless it is asked for
        Project.objects.filter(pk=made.pk).update(package=made)
        ProjectMonth.objects.filter(project=made).update(package=made, packs=True)


def bid(county: Unit, people: People, n: int) -> None:
    made = make_bid(
        county,
        people,
        name=f"{county.code}申报{n:02}",
        channel=Channel.values[n % 3],
        year=2025 + n % 2,
        unit=unit_of(county, ("xicheng", "dongguan")[n % 2]),
        asked=(n + 1) * 12_345,
    )
    made.stage, made.state = ("planned", "proposal")[n % 2], ("active", "sent_back", "failed")[n % 3]
    made.save()


def lead(county: Unit, people: People, n: int) -> None:
    made = make_lead(
        county,
        people.office,
        name=f"{county.code}线索{n:02}",
        investor=f"投资方{n}",
        mode=Mode.values[n % 3],
        squad=unit_of(county, ("gongxin", "kaifaqu")[n % 2]),
        investment=(n + 1) * WAN,
    )
    made.stage, made.state = ("lead", "talks")[n % 2], ("active", "lost")[n % 2]
    made.save()


def problem(county: Unit, people: People, n: int) -> None:
    made = problems.raise_problem(
        make_project(county, name=f"{county.code}难题项目{n}"),
        title=f"{county.code}问题{n:02}",
        category=("land", "money")[n % 2],
        owner_unit=unit_of(county, ("zhujian", "gongxin")[n % 2]),
        by=people.officer,
        on=ON - timedelta(days=40 * (n % 2)),
        now=NOW,
    )
    status = ("open", "answered", "open", "closed")[n % 4]
    Problem.objects.filter(pk=made.pk).update(status=status, level=n % 3, closed_on=ON if status == "closed" else None)


def round_(county: Unit, people: People, n: int) -> None:
    kind, period = (("weekly", f"2026-W{n + 10}"), ("monthly", f"20{n + 10}-05"))[n % 2]
    due = NOW - timedelta(days=7 * n)
    made = Round.objects.create(
        county=county, kind=kind, period=period, opened_at=due, due_at=due, closed_at=(None, due)[n % 2]
    )
    one = make_project(county, name=f"{county.code}周报项目{n}")
    RoundRow.objects.create(round=made, unit=one.lead_unit, project=one, submitted_at=(None, NOW)[n % 4 == 2])


def post(county: Unit, people: People, n: int) -> None:
    unit = unit_of(county, ("xicheng", "dongguan")[n % 2])
    Post.objects.create(unit=unit, title=f"{county.code}岗位{n:02}", role=Role.values[n % 3], position=n)


def squad(county: Unit, people: People, n: int) -> None:
    make_squad(
        county,
        people,
        f"{county.code}专班{n:02}",
        lead=("gongxin", "xicheng")[n % 2],
        members=[unit_of(county, code) for code in ("zhujian", "tongji")[: n % 3]],
        heads=((people.leader, people.other_leader)[n % 2]).current_posts,
        since=ON + timedelta(days=n - 5),
        until=(None, ON + timedelta(days=n - 3))[n % 2],
    )


def delivery(county: Unit, people: People, n: int) -> None:
    notice = Notice.objects.create(
        person=people.officer,
        county=county,
        kind="x",
        key=f"{county.code}{n}",
        subject=f"{county.code}通知{n:02}",
        created_at=NOW,
    )
    status = Delivery.Status.values[n % 4]
    Delivery.objects.create(
        notice=notice, channel="mail", status=status, not_before=NOW - timedelta(hours=n), error="拒收" * (n % 2)
    )


def group_message(county: Unit, people: People, n: int) -> None:
    GroupMessage.objects.create(
        county=county,
        group=("towns", "works")[n % 2],
        key=f"{county.code}{n}",
        subject=f"{county.code}群消息{n:02}",
        lines=[f"{n}. 西城镇：填报5月月报"],
        status=("waiting", "sending", "sent", "failed")[n % 4],
        not_before=NOW - timedelta(hours=n),
        attempts=n % 3,
        error="连不上" * (n % 2),
        created_at=NOW - timedelta(hours=n),
    )


def unit(county: Unit, people: People, n: int) -> None:
    Unit(
        code=f"{county.code}-{n}",
        name=f"{county.code}单位{n:02}",
        short_name=f"单位{n:02}",
        kind=(UnitKind.TOWNSHIP, UnitKind.DEPARTMENT)[n % 2],
        parent=county,
        position=100 + n,
        since=(date(2026, 1, 1), None)[n % 2],
        until=(None, date(2026, 5, n + 1))[n % 2] if n < 20 else None,
        active=n % 2 == 0,
    ).save()


def portfolio(county: Unit, people: People, n: int) -> None:
    unit = unit_of(county, "lingdao")
    post = Post.objects.create(unit=unit, title=f"{county.code}领导{n:02}", role=Role.LEADER, position=20 + n)
    if n % 3:
        row = Portfolio.objects.create(
            post=post, sectors=["工业"] * (n % 2), at=NOW, since=(None, date(2026, 1, 1))[n % 2]
        )
        row.units.set([unit_of(county, ("xicheng", "dongguan")[n % 2])])


def note(county: Unit, people: People, n: int) -> None:
    unit = ("xicheng", "dongguan")[n % 2]
    SupervisionNote.objects.create(
        project=make_project(county, name=f"{county.code}督查项目{n:02}", lead_unit=unit),
        text=f"裸土未覆盖{n}",
        on=ON - timedelta(days=n),
        by=people.supervision,
        noted_at=NOW - timedelta(days=n),
        answer_by=(None, NOW.date() + timedelta(days=n), date(2025, 6, n + 1), ON)[n % 4],
        answer="已整改" if n % 4 == 3 else "",
        answered_by=(people.officer, people.unit_head)[n % 8 == 7] if n % 4 == 3 else None,
        answered_at=NOW + timedelta(hours=n) if n % 4 == 3 else None,
    )


def visited(county: Unit, people: People, n: int) -> None:
    project = make_project(
        county, name=f"{county.code}包联项目{n:02}", lead_unit=("xicheng", "dongguan")[n % 2],
        sponsor=("县领导01", "县领导02")[n % 2] if n % 5 else None,
    )  # fmt: skip
    if n % 3:
        side, who = (Side.LEADER, people.leader) if n % 2 else (Side.HEAD, people.unit_head)
        told = {"post": who.current_posts[0], "side": side, "kind": VisitKind.values[n % 3], "by": who, "at": NOW}
        Visit.objects.create(project=project, on=ON - timedelta(days=n), **told)


def proposal(county: Unit, people: People, n: int) -> None:
    answered = n % 4 > 0
    EntryProposal.objects.create(
        project=make_project(
            county, name=f"{county.code}入统项目{n:02}", stage=Stage.STARTED, lead_unit=("xicheng", "dongguan")[n % 2]
        ),
        on=ON - timedelta(days=n),
        statistics_start_on=(None, ON)[n % 2],
        note=f"说明{n}",
        status=EntryProposal.Status.values[n % 4],
        proposed_by=(people.officer, people.office)[n % 2],
        proposed_at=NOW - timedelta(days=n),
        answered_by=people.statistics if answered else None,
        answered_at=NOW + timedelta(hours=n) if answered else None,
        reason="缺施工合同" if n % 4 == 2 else "",
    )


def milestone(county: Unit, people: People, n: int) -> None:
    project = make_project(
        county, name=f"{county.code}倒排项目{n:02}", stage=Stage.PREWORK, lead_unit=("xicheng", "dongguan")[n % 2]
    )
    Milestone.objects.create(
        county=county, project=project, code="site", label=f"节点{n:02}", label_en=f"Milestone {n}",
        stage=Stage.values[n % 6], planned_on=ON + timedelta(days=n - 5), first_on=ON,
        forecast_on=(None, ON + timedelta(days=n))[n % 2], done_on=(None, ON)[n % 3 == 0],
    )  # fmt: skip


def day_list(county: Unit, people: People, n: int) -> None:
    opened = Round.objects.create(
        county=county,
        kind=Round.Kind.values[n % 2],
        period=f"2026-W{n + 10}",
        opened_at=NOW,
        due_at=NOW,
        closed_at=NOW,
    )
    DayList.objects.create(
        county=county, round=opened, kind=Kind.values[n % 5], on=ON + timedelta(days=n),
        title=f"{county.code}清单{n:02}",
        columns=[["项目", "text", ""]], rows=[["水厂"]] * n, count=n, closed_at=NOW, at=NOW + timedelta(hours=n),
        file=keep(b"x", f"{county.code}{n}.xlsx", "application/zip", now=NOW),
    )  # fmt: skip


def slip(county: Unit, people: People, n: int) -> None:
    """Of two kinds, to two units: some wait, one is late, one asks for nothing, one is withdrawn."""
    told: dict[str, Any] = {"title": f"事项{n}", "matter": "进度滞后", "ask": "报赶工计划"}
    due = None if n % 4 == 3 else NOW.date() + timedelta(days=n + 1)
    made = issue_slip(
        county, kind=("hint", "supervision")[n % 2], unit=unit_of(county, ("xicheng", "dongguan")[n % 2]),
        project=make_project(county, name=f"工程{n}"), due_on=due, by=people.office, now=NOW, **told,
    )  # fmt: skip
    if n % 4 == 2:
        withdraw_slip(made, reason="发错", by=people.office, now=NOW)


def effort(county: Unit, people: People, n: int) -> None:
    who = (people.officer, people.office, people.unit_head)[n % 3]
    Effort.objects.create(
        county=county, person=who, unit=unit_of(county, ("xicheng", "dongguan")[n % 2]), form=Form.values[n % 3],
        month=f"2026-{n + 1:02}", fields=n * 3, seconds=n * 60, minutes=n, last_at=NOW + timedelta(hours=n),
    )  # fmt: skip


def campaign(county: Unit, people: People, n: int) -> None:
    made = make_campaign(county, people.office, name=f"攻坚{n}", lead=unit_of(county, "zhihuibu"))
    make_task(made, people.office)


def campaign_task(county: Unit, people: People, n: int) -> None:
    made = make_campaign(county, people.office, name=f"攻坚{n}")
    task = make_task(made, people.office, title=f"任务{n}", kind=f"工作线{n}", target=n + 1, measure="个")
    if n == 0:
        drop_task(make_task(made, people.office, title="不再推进的"), reason="并入", by=people.office, now=NOW)
        make_part(task, people.office)


MAKE: dict[str, tuple[Callable[[Unit, People, int], None], int]] = {  # what makes a row; the most queries of a page
    "projects": (project, 16),
    "bids": (bid, 9),
    "leads": (lead, 9),
    "problems": (problem, 15),
    "rounds": (round_, 8),
    "day_lists": (day_list, 8),
    "effort": (effort, 9),
    "people": (post, 9),
    "outbox": (delivery, 7),
    "group_messages": (group_message, 7),
    "units": (unit, 8),
    "squads": (squad, 10),
    "portfolios": (portfolio, 10),
    "supervision": (note, 9),
    "sponsorship": (visited, 14),
    "photos": (photo, 10),
    "fixed": (project, 10),
    "milestones": (milestone, 12),
    "approvals": (approval_item, 12),
    "instructions": (instruction, 10),
    "slips": (slip, 11),
    "silent": (red, 10),
    "campaigns": (campaign, 8),
    "campaign_tasks": (campaign_task, 12),
    "numbers": (number, 9),
    "entries": (proposal, 8),
    "month_changes": (month_change, 11),
    "audit": (audit_entry, 11),
}
