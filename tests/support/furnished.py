"""A small county with one of each thing and of each state, so that a page has something to show."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from core.days.periods import Period
from dispatch.bulletins import services as bulletins
from dispatch.models import Bulletin
from dispatch.problems import services as problems
from dispatch.standings.services import correct_ranking
from funding.models import Bid, Channel
from investment.models import Lead, Mode
from jobs import heartbeat
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.ledger import services as imports
from projects.models import Project
from projects.reports.closing import close_month
from tests.support.bulletin_steps import confirm
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.months import open_round, publish_ranking
from tests.support.people import People
from tests.support.rights_world import world

LONG = "城乡供水一体化及老旧管网改造工程（含西城、东关两处加压泵站和三十六公里输配水管线）项目"
TODAY = date(2026, 6, 10)
LEDGER = (
    "2026年重点项目台账（截至5月底）\n序号,项目名称,责任单位,总投资（万元）,年度计划投资（万元）,累计完成投资（万元）,开工时间\n"
    "1,粮食烘干中心,西城镇,20000,3000,100,2026.3\n2,堤防加固,西城镇,3000,1200,约三成,2026年4月\n"
    "3,水厂扩建,北山乡,5000,1000,200,明年春天\n4,,西城镇,100,,,\n合计,,,28100,5200,300,\n"
).encode()


def furnished(county: Unit, people: People) -> SimpleNamespace:
    """What `world` has, and more of it: projects in each light, reports in each status, papers in each state."""
    about = world(county, people)
    _projects(county, about)
    _problems(people, about)
    _money(county, about)
    about.ledger = imports.preview(
        LEDGER, "六月台账.csv", county=county, options=imports.Options(), by=people.office, now=NOW
    )
    about.stored = imports.preview(
        LEDGER, "五月台账.csv", county=county, options=imports.Options(create_units=True), by=people.office, now=NOW
    )
    imports.store_preview(about.stored, by=people.office, now=NOW)
    heartbeat.tick(NOW)
    _papers(county, people, about)
    close_month(county, Period.month(2026, 4), by=people.office, now=NOW)
    about.month_round = open_round(county, "2026-04")  # closed with reports that nobody accepted
    about.projects = Project.objects.filter(county=county)
    return about


def _projects(county: Unit, about: SimpleNamespace) -> None:
    states = (ReportStatus.DRAFT, ReportStatus.RETURNED, ReportStatus.APPROVED, ReportStatus.ACCEPTED)
    kinds = (("prework", 5_000), ("started", 52_000), ("entered", 12_000), ("completed", 800), ("planned", None))
    made = []
    for number, (stage, plan) in enumerate(kinds):
        for unit in ("xicheng", "dongguan", "gongxin"):
            short = f"{unit_of(county, unit).short_name}工程{number}"
            name = LONG if (stage, unit) == ("started", "xicheng") else short
            project = make_project(
                county, lead_unit=unit, name=name, stage=stage, plan=plan and plan * WAN, sponsor="县领导01"
            )
            made.append(project)
            if stage in ("started", "entered", "completed"):
                for month in ("2026-02", "2026-03", "2026-04"):
                    make_report(project, month, works=(number + 1) * 130 * WAN, progress="二标段封顶，三标段基础施工")
    for project, status in zip(made[3:7], states, strict=True):
        facts = {"return_reason": "请写到部位"} if status == ReportStatus.RETURNED else {}
        make_report(project, "2026-05", works=455 * WAN + 5_000, status=status, **facts)
    about.suspended = make_project(county, name="停建的项目", stage="started", plan=900 * WAN)
    Project.objects.filter(pk=about.suspended.pk).update(state="suspended", state_reason="资金没有着落")


def _problems(people: People, about: SimpleNamespace) -> None:
    def raised(title: str, days: int) -> Any:
        then = NOW - timedelta(days=days)
        return problems.raise_problem(
            about.project, title=title, detail="请县供电公司协调", category="utilities", owner_unit=None,
            by=people.officer, on=then.date(), now=then, key=title,
        )  # fmt: skip

    raised("弃土场用地没有批下来，土方外运每天只能跑四十车", 30)
    about.answered = problems.answer(
        raised("施工便道被挖断", 4), result="六月八日恢复通行", by=people.officer, on=TODAY, now=NOW
    )
    problems.close(raised("塔吊备案", 6), by=people.officer, on=TODAY, now=NOW, note="已备案")


def _money(county: Unit, about: SimpleNamespace) -> None:
    owner = about.project.lead_unit
    shared = {"county": county, "unit": owner, "channel": Channel.SPECIAL_BOND, "year": 2026}
    about.failed_bid = Bid.objects.create(**shared, name="污水处理厂", asked=9_000 * WAN, state="failed")
    Bid.objects.create(
        **shared, name="灌区节水改造", asked=8_000 * WAN, approved=6_000 * WAN, received=3_000 * WAN, stage="issued"
    )
    about.lost_lead = Lead.objects.create(
        county=county, name="玻璃厂", investor="某公司", mode=Mode.CHAIN, squad=unit_of(county, "gongxin"),
        found_on=date(2026, 2, 1), state="lost", investment=50_000 * WAN,
    )  # fmt: skip


def _papers(county: Unit, people: People, about: SimpleNamespace) -> None:
    """February's bulletin is published, March's waits for its signature, April's ranking, of before English was kept,
    carries a correction."""
    found: dict[int, Any] = {}
    late: dict[str, Any] = {"unfinished": "二、三月的报告在启用前已交"}
    for number in (2, 3):
        paper = bulletins.draft_bulletin(county, "monthly", Period.month(2026, number), now=NOW, **late)
        said: dict[str, Any] = {"by": people.office, "now": NOW, "version": _next(paper)}
        paper = confirm(bulletins.edit_block(paper, "next", "各单位月底前补报。", **said), people, NOW)
        said |= {"version": paper.version, "signer": people.office_head.main_post}
        found[number] = bulletins.submit_bulletin(paper, **said, **late)
    version = found[2].version
    about.published = bulletins.sign_bulletin(found[2], by=people.office_head, now=NOW, version=version, **late)
    about.signing = found[3]
    april = publish_ranking(county, Period.month(2026, 4), by=people.office, now=NOW)
    april.data.pop("english")  # as those are that were published before it was kept
    april.save(update_fields=["data"])
    correct_ranking(april, by=people.office, now=NOW, note="东关乡四月少计一个项目。", version=april.version)


def _next(paper: Bulletin) -> int:
    return next(block["version"] for block in paper.content if block["key"] == "next")
