"""Kinds of bulletins: each of its own span, drafted on its own day, in its own structure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from core.days.periods import Period
from core.refusals import Refused
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.files import document
from dispatch.bulletins.letter import kinds_of, period_for
from dispatch.bulletins.tick import STEPS
from dispatch.models import Bulletin, RankingSnapshot
from jobs.models import JobRun
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from organization.profiles.rules import rules_of
from outbox.models import Notice
from paper.document import Paragraph
from tests.support.bulletin_steps import block, confirm, edit, said
from tests.support.factories import WAN, make_project, make_report
from tests.support.months import finish_month

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]
JULY = datetime(2026, 7, 10, 2, 0, tzinfo=UTC)


def profile(county, **bulletin):
    data = {"bulletin": bulletin}
    CountyProfile.objects.update_or_create(
        county=county, defaults={"key": "test", "data": data, "digest": digest(data), "loaded_at": JULY}
    )


@pytest.fixture
def june(county, people):
    project = make_project(county, plan=10_000 * WAN, stage="started", level="county", sponsor="县领导02")
    make_report(project, "2026-05", works=1_000 * WAN)
    make_report(project, "2026-06", works=500 * WAN, progress="主体三层", problem="用地手续未办结。")
    finish_month(county, "2026-06")
    return project


def tick(county, now):
    return STEPS[0].run(county, now, rules_of(county), {})


def test_each_kind_is_drafted_on_its_own_working_day(county, june):
    profile(county, half={"draft": 8})
    assert tick(county, datetime(2026, 7, 9, 2, 0, tzinfo=UTC)) == 1
    assert tick(county, JULY) == 1, "10 July is the eighth working day"
    assert {(row.kind, row.period) for row in Bulletin.objects.all()} == {("monthly", "2026-06"), ("half", "2026-H1")}
    assert tick(county, JULY) == 0


@pytest.mark.parametrize(
    ("words", "on", "wanted"),
    [
        ({"half": {"draft": 8}, "annual": {"draft": 8}}, "2027-01-14", {("annual", "2026")}),
        ({"half": {"draft": 8}}, "2027-01-14", {("half", "2026-H2")}),
        (
            {"annual": {"draft": 3}, "briefing": {"draft": 2}},
            "2027-01-14",
            {("annual", "2026"), ("briefing", "2026-12")},
        ),
        ({"annual": {"draft": 30}}, "2027-01-14", set()),
    ],
)
def test_a_year_ends_with_the_papers_that_the_county_has(county, june, people, words, on, wanted):
    make_report(june, "2026-12", works=500 * WAN)
    finish_month(county, "2026-12")
    profile(county, monthly={"draft": 60}, **words)
    now = datetime.fromisoformat(f"{on}T02:00:00+00:00")
    tick(county, now)
    made = set(Bulletin.objects.filter(drafted_at=now).values_list("kind", "period"))
    assert {one for one in made if one[1] != "2026-06" and one[1] != "2026-H1"} == wanted
    assert tick(county, now) == 0


def test_one_kind_that_cannot_be_drafted_keeps_no_other_back_and_says_what_helps(county, june, people, sign_in):
    profile(county, half={"draft": 1, "title": "{nobody}"})
    assert tick(county, JULY) == 1
    assert Bulletin.objects.get().kind == "monthly"
    assert tick(county, JULY) == 0
    (run,) = JobRun.objects.filter(job="bulletin_draft")
    assert run.status == JobRun.Status.FAILED
    (notice,) = Notice.objects.filter(kind="bulletin_undrafted", person=people.office)
    assert notice.subject == "2026年上半年的半年总结未能起草"
    assert "请管理员改好" in notice.body
    page = sign_in(people.office).get("/dispatch/bulletins/").text
    assert "2026年上半年" in page.split("say red")[1]
    profile(county, half={"draft": 1})
    assert tick(county, JULY) == 1, "put right, it is drafted at the next tick"
    assert Notice.objects.filter(kind="bulletin_kind_drafted", person=people.office).count() == 1
    assert "say red" not in sign_in(people.office).get("/dispatch/bulletins/").text


def test_a_half_year_has_a_page_of_its_own(county, june, people, sign_in):
    half = bulletins.draft_bulletin(county, "half", Period.parse("2026-H1"), now=JULY)
    page = sign_in(people.office).get(f"/dispatch/bulletins/{half.pk}/").text
    assert "2026年上半年" in page
    assert half.title in page
    assert "送签" in page


def test_a_month_has_as_many_letters_as_it_needs_and_one_bulletin(county, june, people, sign_in):
    client = sign_in(people.office)
    sent = {"kind": "letter", "period": "2026-06"}
    for addressee in ("县自然资源局：", "县供电公司："):
        assert client.post("/dispatch/bulletins/draft/", sent).status_code == 303
        run = JobRun.objects.filter(job="bulletin_draft").first()
        papers.make_draft(run.pk, now=JULY)
        papers.make_draft(run.pk, now=JULY)  # a message that came twice
        row = Bulletin.objects.filter(kind="letter").order_by("-pk").first()
        Bulletin.objects.filter(pk=row.pk).update(shape={"letter": {"addressee": addressee}})
    letters = Bulletin.objects.filter(kind="letter")
    assert [row.serial for row in letters.order_by("pk")] == [1, 2]
    page = client.get("/dispatch/bulletins/").text
    assert ">县自然资源局<" in page
    assert ">县供电公司<" in page
    for _n in range(2):
        bulletins.draft_bulletin(county, "monthly", Period.parse("2026-06"), now=JULY)
    assert Bulletin.objects.filter(kind="monthly").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.create(
            county=county, kind="monthly", period="2026-06", year=2026, title="又一份", drafted_at=JULY
        )


def test_a_half_year_speaks_of_the_half_and_of_no_month_alone(county, june, now):
    half = bulletins.draft_bulletin(county, "half", Period.parse("2026-H1"), now=JULY)
    assert half.title.startswith("关于2026年上半年")
    assert half.figures["period"] == "2026-06"
    assert "当月" not in said(half, "overview")
    monthly = bulletins.draft_bulletin(county, "monthly", Period.parse("2026-06"), now=JULY)
    assert "其中，6月当月完成投资0.05亿元" in said(monthly, "overview")


def test_a_half_year_that_is_signed_publishes_the_ranking_of_its_month(county, june, people):
    half = bulletins.draft_bulletin(county, "half", Period.parse("2026-H1"), now=JULY)
    half = confirm(half, people, JULY)
    sent = bulletins.submit_bulletin(half, by=people.office, now=JULY, version=half.version)
    bulletins.sign_bulletin(sent, by=people.leader, now=JULY, version=sent.version)
    ranking = RankingSnapshot.objects.get()
    assert ranking.period == "2026-06"
    assert "facts" not in ranking.data


def test_what_lags_is_named_with_leader_and_cause_and_stands_in_its_annex(county, june):
    monthly = bulletins.draft_bulletin(county, "monthly", Period.parse("2026-06"), now=JULY)
    text = said(monthly, "lagging")
    assert f"项目1个：{june.name}（西城镇，包联领导县领导02，低35.00个百分点；用地手续未办结）。" in text
    rows = block(monthly, "annex.behind")["rows"]
    assert {"主体三层", "用地手续未办结。"} <= {cell["text"] for cell in rows[0]}


def test_a_proposal_waits_until_a_person_confirms_it(county, june, people, sign_in):
    monthly = bulletins.draft_bulletin(county, "monthly", Period.parse("2026-06"), now=JULY)
    proposal = said(monthly, "next")
    assert proposal.startswith(
        "（一）倒排工期赶进度。附件1所列项目的责任单位于7月22日前将赶工计划报送县项目攻坚指挥部办公室"
    )
    with pytest.raises(bulletins.Unseen) as refusal:
        bulletins.submit_bulletin(monthly, by=people.office, now=JULY, version=monthly.version)
    assert [(item.block, item.proposed) for item in refusal.value.items] == [("lagging", True), ("next", True)]
    page = sign_in(people.office).get(f"/dispatch/bulletins/{monthly.pk}/").text
    assert "“存在的主要问题”是建议稿" in page
    monthly = edit(monthly, "lagging", said(monthly, "lagging"), people, JULY)
    with pytest.raises(bulletins.Unseen):
        bulletins.submit_bulletin(monthly, by=people.office, now=JULY, version=monthly.version)
    monthly = edit(monthly, "next", proposal, people, JULY)
    assert bulletins.submit_bulletin(monthly, by=people.office, now=JULY, version=monthly.version).status == "signing"


def test_a_briefing_has_a_head_of_its_own_and_run_in_heads_are_kai(county, june):
    row = bulletins.draft_bulletin(county, "briefing", Period.parse("2026-06"), now=JULY)
    paper = document(row)
    assert (paper.head, paper.issuer) == ("briefing", paper.signature)
    heads = [part.runs[0] for part in paper.blocks if isinstance(part, Paragraph) and part.text.startswith("（一）")]
    assert heads
    assert all(run.style == "kai" and run.text.endswith("。") for run in heads)


@pytest.mark.parametrize(("kind", "month"), [("half", "2026-05"), ("half", "2026-12"), ("annual", "2026-06")])
def test_a_kind_is_asked_for_by_the_month_that_it_ends_with(county, june, people, sign_in, kind, month):
    if (kind, month) == ("half", "2026-12"):
        assert str(period_for(county, kind, Period.parse(month))) == "2026-H2"
        return
    with pytest.raises(Refused):
        period_for(county, kind, Period.parse(month))
    sent = {"kind": kind, "period": month}
    assert sign_in(people.office).post("/dispatch/bulletins/draft/", sent).status_code == 422


def test_the_list_offers_the_kinds_that_the_county_has_words_for(county, june, people, sign_in):
    labels = [label for _kind, label in kinds_of(county)]
    assert labels == ["月度通报", "简报", "半年总结", "年度总结", "函"]
    page = sign_in(people.office).get("/dispatch/bulletins/").text
    assert all(f">{label}</option>" in page for label in labels)
