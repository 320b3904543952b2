"""A county with one of everything, and the address of each page in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from core.days.periods import Period
from core.lists.files import sheet
from core.lists.listing import Listing
from core.models import Done, SavedView, StoredFile
from core.records.files import store
from dispatch.bulletins.services import draft_bulletin
from dispatch.models import (
    CalendarAct,
    DayList,
    Extension,
    Instruction,
    PaperNumber,
    Problem,
    ProblemStep,
    Reply,
    Round,
    RoundRow,
    Slip,
)
from dispatch.slips.services import issue_slip
from funding.models import Bid, Channel
from investment.models import Lead, Mode
from jobs.files.services import request_file
from organization.absences.models import Absence
from organization.accounts.services import Slip as AccountSlip
from organization.accounts.services import _keep
from organization.changes.models import UnitChange
from organization.handovers.models import PostChange
from organization.people.models import Post
from organization.units.models import Unit
from outbox.models import Delivery, GroupMessage, Notice, Pause
from projects.approvals.models import ApprovalItem
from projects.ledger import services as imports
from projects.list.lists import PROJECTS
from projects.models import (
    Effort,
    EntryProposal,
    GatheredFile,
    LeaderReport,
    LedgerPast,
    Member,
    Outline,
    PlatformImport,
    Project,
    ProjectCode,
    Roster,
    SupervisionNote,
    Visit,
)
from projects.platform.reading import Row
from projects.sponsorship.models import Kind, Part, Side
from projects.turn.models import Becomes, TurnAnswer, TurnLine, TurnOfYear
from tests.support.campaigns import make_campaign, make_task
from tests.support.factories import NOW, make_project, make_report, make_schedule, unit_of
from tests.support.people import People
from tests.support.pictures import on_file
from tests.support.squads import make_squad

PAST = [  # what was found in ledgers of past months
    {"file": "2025年3月重点项目台账.xlsx", "period": "2025-03", "problem": "", "rows": 40, "created": 2, "written": 38,
     "differ": 0, "warnings": [], "differences": []},
    {"file": "2025年4月重点项目台账.xlsx", "period": "2025-04", "problem": "", "rows": 40, "created": 0, "written": 0,
     "differ": 1, "warnings": ["“剩余投资”涉及资金，没认出是什么，这一列不用；请在列的含义里指明"], "differences": [
         {"month": "2025-04", "name": "水厂", "what": "全年累计完成投资", "on_file": "1,200", "ledger": "1,260"}]},
    {"file": "草稿.xlsx", "period": "", "problem": "标题和文件名都没写月份，请改名，如“2024年5月.xlsx”"},
]  # fmt: skip
SLIPS_AT = datetime(2099, 1, 1, tzinfo=UTC)  # whatever the clock: their hour isn't over
LEDGER = "序号,项目名称,责任单位,总投资（万元）\n1,堤防加固,西城镇,3000\n".encode()

# What a stranger may open, and why.


def world(county: Unit, people: People) -> SimpleNamespace:
    """One of each thing, all of them the unit Xicheng's."""
    project = make_project(county, stage="started", plan=30_000_000, sponsor="县领导01")
    report = make_report(project, "2026-05", works=1_000_000, status="submitted")
    opened = Round.objects.create(county=county, kind="weekly", period="2026-W24", opened_at=NOW, due_at=NOW)
    RoundRow.objects.create(round=opened, unit=project.lead_unit, project=project)
    more_days = Extension.objects.create(
        round=opened, unit=project.lead_unit, until=NOW.date(), why="下雨", by=people.officer, at=NOW
    )
    gathered = GatheredFile.objects.create(
        county=county, name="西城镇.xlsx", unit=project.lead_unit, month="2026-05", by=people.office, at=NOW,
        lines=[{"line": 4, "values": {"name": project.name, "works": "5", "progress": "一层"}, "odd": {}}],
        places={"name": 1, "works": 5, "progress": 6}, more=[["I3", "备注"]],
    )  # fmt: skip
    about_effort = {"unit": project.lead_unit, "form": "grid", "month": "2026-06", "fields": 2, "minutes": 1}
    Effort.objects.create(county=county, person=people.officer, last_at=NOW, **about_effort)
    day_list = DayList.objects.create(
        county=county, round=opened, kind="construction", on=NOW.date(), title="在建项目清单", closed_at=NOW, at=NOW,
        columns=[["项目", "text", ""], ["总投资", "wan", "万元"]], rows=[[project.name, 200_000_000]], count=1,
        file=store(b"xlsx", "list.xlsx", by=people.office, now=NOW),
    )  # fmt: skip
    notice = Notice.objects.create(
        person=people.officer, county=county, kind="x", key="x", subject="x", created_at=NOW
    )
    owner = project.lead_unit
    return SimpleNamespace(
        project=project,
        report=report,
        more_days=more_days,
        gathered=gathered,
        day_list=day_list,
        approval=project.approvals.first(),
        item=ApprovalItem.objects.create(project=project, kind="energy", track="file", needed_from=date(2026, 1, 1)),
        code=ProjectCode.objects.create(project=project, text="2506-1", key="25061"),
        view=SavedView.objects.create(list="projects", county=county.pk, owner=people.officer, name="我的"),
        slips=_keep(
            county,
            [AccountSlip("西城镇", "项目专员", "xicheng01", "abcd-ABCD-2345")],
            by=people.office,
            now=SLIPS_AT,
            site="https://example.gov.cn/",
        ),
        ledger=imports.preview(
            LEDGER, "台账.csv", county=county, options=imports.Options(), by=people.office, now=NOW
        ),
        past=LedgerPast.objects.create(county=county, by=people.office, at=NOW, result=PAST),
        platform=_platform(county, people),
        bid=Bid.objects.create(
            county=county, unit=owner, project=project, name="水厂", channel=Channel.SPECIAL_BOND, year=2026
        ),
        lead=Lead.objects.create(
            county=county,
            name="纤维厂",
            investor="某公司",
            mode=Mode.CHAIN,
            squad=unit_of(county, "gongxin"),
            found_on=date(2026, 3, 1),
        ),
        problem=(
            problem := Problem.objects.create(
                county=county,
                project=project,
                key="x",
                title="临时用电",
                category="utilities",
                raised_by=people.officer,
                raised_unit=owner,
                raised_on=date(2026, 6, 1),
                owner_unit=owner,
                due_on=date(2026, 6, 8),
            )
        ),
        proof=_proof(problem, people),
        instruction=Instruction.objects.create(
            county=county,
            project=project,
            text="请说明进度",
            post=people.leader.current_posts[0],
            by=people.leader,
            on=date(2026, 6, 8),
            asked_on=date(2026, 6, 8),
            due_on=date(2026, 6, 11),
        ),
        bulletin=(
            bulletin := draft_bulletin(county, "monthly", Period.month(2026, 5), now=NOW, unfinished="会议急用")
        ),
        visit=_visit(project, people),
        member=Member.objects.create(
            project=project, part=Part.SECRETARY, post=people.finance.current_posts[0], since=date(2026, 1, 1)
        ),
        sent=LeaderReport.objects.create(
            post=people.leader.current_posts[0], month="2026-05", sent_at=NOW, sent_by=people.office, facts=FACTS
        ),
        reply=Reply.objects.create(
            county=county,
            bulletin=bulletin,
            unit=owner,
            text="报送赶工计划",
            due_on=date(2026, 6, 20),
            asked_by=people.office,
            asked_at=NOW,
        ),
        slip=_slip(project, people),
        number=PaperNumber.objects.create(
            county=county,
            word="项目办通",
            year=2026,
            number=7,
            total=7,
            text="项目办通〔2026〕7号",
            title="关于召开调度会的通知",
            day=date(2026, 6, 8),
            outside=True,
            by=people.office,
            at=NOW,
        ),
        act=CalendarAct.objects.create(
            county=county,
            rule="meeting",
            named_on=date(2026, 6, 1),
            day=date(2026, 6, 1),
            does="meeting",
            label="县政府专题会议",
            due_at=NOW,
            at=NOW,
        ),
        round=opened,
        notice=notice,
        squad=(squad := make_squad(county, people)),
        task=make_task(make_campaign(county, people.office, squad=squad), people.office, project=project),
        delivery=Delivery.objects.create(notice=notice, channel="mail", not_before=NOW),
        group_message=GroupMessage.objects.create(
            county=county,
            group="towns",
            key="rights",
            subject="6月10日：1件事到期或逾期",
            lines=["1. 西城镇：填5月月报"],
            not_before=NOW,
            created_at=NOW,
        ),
        pause=Pause.objects.create(person=people.officer, kind="milestone", until=NOW.date(), at=NOW),
        proposal=EntryProposal.objects.create(
            project=project, on=date(2026, 6, 1), note="资料齐全", proposed_by=people.officer, proposed_at=NOW
        ),
        roster=Roster.objects.create(county=county, year=2026, code="key", name="县重点项目清单"),
        turn_answer=_turn_answer(county, people, project),
        milestone=make_schedule(project, people.office),
        note=SupervisionNote.objects.create(
            project=project,
            text="现场无人施工",
            on=date(2026, 6, 8),
            by=people.supervision,
            noted_at=NOW,
            answer_by=date(2026, 6, 20),
        ),
        photo=on_file(project, people.officer, caption="主体结构"),
        asked=request_file(
            sheet(Listing(PROJECTS, people.officer, QueryDict(), now=NOW), "csv"), 3214, by=people.officer, now=NOW
        ),
        done=Done.objects.create(
            key="projects_withdrawn",
            by=people.office,
            county=county.pk,
            words="取消 1 个项目",
            at=NOW - timedelta(hours=2),
            until=NOW + timedelta(hours=22),
            rows=[{"pk": 1, "name": "供水管网", "href": "/projects/1/", "was": "推进中", "will": "已取消", "seen": 1}],
        ),
        vacant=Post.objects.create(unit=owner, title="副镇长", role="unit_head"),
        post=people.reader.current_posts[0],
        outline=Outline.objects.create(county=county, rings=[], at=NOW),
        absence=Absence.objects.create(
            post=people.reader.current_posts[0],
            person=people.reader,
            since=date(2099, 1, 5),
            deputy=people.finance.current_posts[0],
            reason="学习",
            recorded_by=people.reader,
            recorded_at=NOW,
        ),
        leader=people.leader.current_posts[0],
        post_change=PostChange.objects.create(
            county=county,
            post=people.leader.current_posts[0],
            kind="rename",
            on=date(2026, 9, 1),
            new_title="县长",
            reason="改称",
            planned_by=people.admin,
            planned_at=NOW,
        ),
        unit_change=UnitChange.objects.create(
            county=county,
            unit=unit_of(county, "dongguan"),
            kind="rename",
            on=date(2026, 9, 1),
            new_name="东关镇",
            new_short_name="东关镇",
            reason="撤乡设镇",
            planned_by=people.admin,
            planned_at=NOW,
        ),
    )


def _proof(problem: Problem, people: People) -> StoredFile:
    """A photo came with a step of the problem."""
    step = ProblemStep.objects.create(
        problem=problem, kind="noted", level=0, on=NOW.date(), typed_at=NOW, note="已接电"
    )
    photo = store(b"\xff\xd8\xff\xe0" + b"1" * 64, "接电.jpg", by=people.officer, now=NOW)
    step.files.set([photo])
    return photo


def _slip(project: Project, people: People) -> Slip:
    """A slip to the project's unit, with a paper that came back."""
    told: dict[str, Any] = {
        "title": "赶上进度",
        "matter": "形象进度滞后",
        "ask": "报赶工计划",
        "due_on": date(2026, 6, 17),
    }
    made = issue_slip(
        project.county, kind="hint", unit=project.lead_unit, project=project, by=people.office, now=NOW, **told
    )
    made.paper = store(b"%PDF-1.4\n", "回执.pdf", by=people.office, now=NOW)
    made.save()
    return made


#: What a report to a leader said when it was sent.
FACTS: dict[str, Any] = {
    "leader": "县领导01", "county": "某县", "month": "2026-05", "count": 0, "red": 0, "done": 0, "added": 0, "plan": 0,
    "rate": "—", "pace": "41.7%", "leader_visits": 0, "head_visits": 0, "missed": 0, "rows": [],
}  # fmt: skip


def _platform(county: Unit, people: People) -> PlatformImport:
    """An export of the approval platform: a row that fills, one that differs, one that nobody can match."""
    done: dict[str, Any] = {"state": "obtained", "said": "办结", "approved": "2026-05-08"}
    done["document"] = "示范〔2026〕8号"
    rows = [
        Row(2, "2506-1", "粮食烘干中心", "固定资产投资项目节能审查", unit="县发展和改革局", **done),
        Row(3, "2506-1", "粮食烘干中心", "企业投资项目备案", unit="县发展和改革局", **done),
        Row(4, "2506-1", "粮食烘干中心", "洪水影响评价审批", unit="县水利局", **done),
        Row(5, "2506-9", "粮食烘干中心二期", "企业投资项目备案", unit="县发展和改革局", **done),
    ]
    return PlatformImport.objects.create(
        county=county, sha256="0" * 64, rows=[row.as_dict() for row in rows], by=people.office, at=NOW,
        file=store("项目代码,审批事项".encode(), "平台导出.csv", by=people.office, now=NOW),
    )  # fmt: skip


def _turn_answer(county: Unit, people: People, project: Project) -> TurnAnswer:
    """The turn into the year is sent round; the project's unit has sent its figures back."""
    told = {"county": county, "year": 2027, "state": TurnOfYear.State.SENT, "fill_by": date(2026, 6, 20)}
    turn = TurnOfYear.objects.create(**told, at=NOW, by=people.office)
    TurnLine.objects.create(turn=turn, project=project, becomes=Becomes.CONTINUED)
    unit = project.lead_unit
    return TurnAnswer.objects.create(turn=turn, unit=unit, sent_at=NOW, sent_by=people.officer, note="待批")


def _visit(project: Project, people: People) -> Visit:
    """The leader was there, with a photo."""
    told = {"post": people.leader.current_posts[0], "side": Side.LEADER, "kind": Kind.VISIT, "by": people.leader}
    visit = Visit.objects.create(project=project, on=date(2026, 6, 2), at=NOW, settled="本周送审", **told)
    visit.photos.set([store(b"\xff\xd8\xff\xe0" + b"0" * 64, "现场.jpg", by=people.leader, now=NOW)])
    return visit


def addresses(name: str, about: SimpleNamespace) -> str:
    """The address *name* with the things of *about* in it."""
    pk_of: dict[str, Any] = {
        "organization:open_account": about.vacant,
        "organization:account_slips": about.slips,
        "organization:reset_password": about.post,
        "organization:reset_second_factor": about.post,
        "organization:vacate": about.post,
        "projects:import_past": about.past,
        "projects:import": about.ledger,
        "projects:platform_": about.platform,
        "organization:post_withdraw": about.post_change,
        "organization:post": about.post,
        "organization:away_end": about.absence,
        "organization:unit_withdraw": about.unit_change,
        "organization:unit": about.project.lead_unit,
        "projects:entry_confirm": about.project,
        "projects:entry_day": about.project,
        "projects:entry_": about.proposal,
        "projects:approval_item": about.item,
        "projects:approval_act": about.item,
        "projects:supervision_answer": about.note,
        "projects:roster": about.roster,
        "projects:turn_again": about.turn_answer,
        "projects:milestone_remove": about.milestone,
        "projects:leader_report": about.leader,
        "projects:visit_new": about.project,
        "projects:visit_": about.visit,
        "projects:member_end": about.member,
        "projects:photos": about.project,
        "projects:photo": about.photo,
        "organization:portfolio": about.leader,
        "dispatch:brief": about.leader.holder,
        "lists:view_delete": about.view,
        "files:": about.asked,
        "organization:squad": about.squad,
        "projects:of_squad": about.squad,
        "projects:outline_restore": about.outline,
        "dispatch:squad_problems": about.squad,
        "dispatch:squad_standing": about.squad,
        "dispatch:squad_campaigns": about.squad,
        "dispatch:campaign_task": about.task,
        "dispatch:campaign_split": about.task,
        "dispatch:campaign_act": about.task,
        "dispatch:campaign": about.task.campaign,
        "funding:project_bids": about.project,
        "funding:": about.bid,
        "investment:project_lead": about.project,
        "investment:": about.lead,
        "dispatch:bulletin": about.bulletin,
        "dispatch:slip": about.slip,
        "dispatch:number_void": about.number,
        "dispatch:reply": about.reply,
        "undo": about.project,
        "did_rows": about.done,
        "outbox:notice": about.notice,
        "outbox:again": about.delivery,
        "outbox:group_again": about.group_message,
        "outbox:take_up": about.pause,
        "dispatch:problem_act": about.problem,
        "dispatch:problem": about.problem,
        "dispatch:round": about.round,
        "dispatch:day_list": about.day_list,
        "projects:gathering_settle": about.gathered,
        "dispatch:calendar_": about.act,
        "dispatch:project_": about.project,
        "dispatch:instruction": about.instruction,
        "projects:": about.project,
    }
    thing = pk_of.get(name) or next((pk_of[start] for start in pk_of if name.startswith(start)), None)
    block = next((block["key"] for block in about.bulletin.content), "overview")
    more: dict[str, Any] = {
        "month": "2026-05",
        "year": 2027 if name in ("projects:turn_back", "projects:turn_again") else 2026,
        "kind": {"organization:unit_change": "merge", "organization:post_change": "handover"}.get(name, "csv"),
        "approval_pk": about.approval.pk,
        "code": about.code.pk,
        "extension": about.more_days.pk,
        "to": "entered",
        "key": {"lists:view_save": "projects", "undo": "project_suspended"}.get(name, block),
        "suffix": {"dispatch:bulletin_paper": "docx"}.get(name, "json"),
        "action": {
            "dispatch:instruction_act": "answer",
            "dispatch:reply_act": "answer",
            "dispatch:slip_act": "answer",
            "dispatch:campaign_act": "report",
            "projects:approval_act": "facts",
        }.get(name, "note"),
        "act": "withdraw",
        "unit": 0,
        "size": "thumb",
        "stamp": "0123456789abcdef",
        "number": 1,
        "file_pk": about.proof.pk,
        "photo_pk": about.visit.photos.get().pk,
        "shape": "a3",
        "token": "nobodys",
        "period": "2026-W24" if name == "dispatch:week" else "2026-05",
    }
    wanted = PARAMETERS.get(name, ())
    known = {"pk": getattr(thing, "pk", None), **more}
    return reverse(name, kwargs={key: known[key] for key in wanted})


def _parameters() -> dict[str, tuple[str, ...]]:
    """What each address wants, read from the routes themselves."""
    from django.urls import URLResolver, get_resolver

    found: dict[str, tuple[str, ...]] = {}

    def walk(resolver: Any, space: str) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            else:
                found[space + pattern.name] = tuple(pattern.pattern.converters)

    walk(get_resolver(), "")
    return found


PARAMETERS = _parameters()
