"""What a bulletin is from sign-off on: its letter kept, signed by version, of a finished month or with a reason."""

from __future__ import annotations

import inspect
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.days.periods import Period
from core.refusals import NeedsReason, NotAllowed, Refused, Stale
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.permissions import can_withdraw_bulletin
from dispatch.models import Bulletin, RankingSnapshot, Round
from dispatch.prose.wording import text_of
from dispatch.standings.services import withdraw_ranking
from organization.people.models import Post, Role
from organization.profiles.loader import digest, read
from organization.profiles.models import CountyProfile
from outbox.models import Notice
from projects.models import AnnualPlan, MonthlyReport, Project, ReportingMonth
from tests.support.bulletin_steps import MAY, block, confirm, edit, said
from tests.support.factories import NOW, unit_of
from tests.support.months import finish_month, publish_ranking

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]


# frozen -------------------------------------------------------------------------------------------------------------


def all_of(bulletin):
    """What people read of it, whatever file they open; links aside."""
    made = bulletin_files.document(bulletin)
    return made, json.loads(bulletin_files.as_json(bulletin)), bulletin_files.stamp(bulletin)


@pytest.mark.parametrize("sent", [True, False], ids=["signed", "waiting for sign-off"])
def test_a_paper_keeps_its_letter_whatever_the_county_is_called_later(sent, signing, county, people, now):
    paper = signing
    if sent:
        paper = bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version)
    paper = Bulletin.objects.select_related("county").get(pk=paper.pk)
    before = all_of(paper)
    rename_everything(county)
    paper = Bulletin.objects.select_related("county").get(pk=paper.pk)
    assert all_of(paper) == before
    if not sent:
        paper = bulletins.sign_bulletin(paper, by=people.leader, now=now, version=paper.version)
        assert (paper.letter["number"], paper.letter["date"]) == ("项目办通〔2026〕1号", "2026年6月10日")
        assert paper.letter["masthead"] == before[1]["letter"]["masthead"]


def rename_everything(county):
    county.short_name = "新名县"
    county.save()
    words = {"number": "新字{number}号", "date": "{year}.{month}.{day}", "addressee": "各位：", "copies": "某局"}
    words |= {"title": "{year}年新标题", "unfinished": "新说明"}
    data = read("default")
    data["county"] |= {"name": "新名县", "mark": "新报头", "office": "新办公室", "document_word": "新字"}
    data["bulletin"]["monthly"] |= words
    data = json.loads(json.dumps(data, default=str))
    CountyProfile.objects.create(county=county, key="new", version=9, digest=digest(data), data=data, loaded_at=NOW)


def test_a_draft_follows_the_county_and_one_given_back_does_again(signing, county, people, now):
    back = bulletins.give_back(signing, version=signing.version, by=people.leader, now=now, reason="改报头")
    rename_everything(county)
    back = Bulletin.objects.select_related("county").get(pk=back.pk)
    assert bulletin_files.document(back).masthead == "新报头"


# versions -----------------------------------------------------------------------------------------------------------


def test_every_verb_on_a_bulletin_takes_the_version_that_was_seen():
    verbs = {
        name: inspect.signature(verb).parameters
        for name, verb in inspect.getmembers(bulletins, inspect.isfunction)
        if verb.__module__ == bulletins.__name__ and not name.startswith("_")
    }
    of_a_bulletin = {name for name, takes in verbs.items() if "bulletin" in takes and "by" in takes} - {"mark_read"}
    assert len(of_a_bulletin) >= 8
    for name in of_a_bulletin:
        version = verbs[name]["version"]
        assert (version.kind, version.default) == (version.KEYWORD_ONLY, version.empty), name


def test_nobody_signs_sends_or_gives_back_what_he_has_not_seen(ready, people, now):
    seen = ready.version
    edit(ready, "overview", "后来改的话。", people, now)
    for verb in (bulletins.submit_bulletin, bulletins.refresh_bulletin):
        with pytest.raises(Stale):
            verb(ready, by=people.office, now=now, version=seen)
    ready.refresh_from_db()
    sent = bulletins.submit_bulletin(ready, by=people.office, now=now, version=ready.version)
    for act, more in ((bulletins.sign_bulletin, {}), (bulletins.give_back, {"reason": "改"})):
        with pytest.raises(Stale) as refusal:
            act(sent, by=people.leader, now=now, version=seen, **more)
        assert refusal.value.record.version == sent.version


# months -------------------------------------------------------------------------------------------------------------


def unfinish(county, how):
    """Something that May lacks, and what is said about it."""
    match how:
        case "open":
            ReportingMonth.objects.update(closed_at=None)
        case "waiting":
            MonthlyReport.objects.filter(project__name="第三小学", month="2026-05").update(status="submitted")
        case "no round":
            Round.objects.all().delete()
        case "no plan":
            AnnualPlan.objects.update(investment=0)


HOWS = ("open", "waiting", "no round", "no plan")


@pytest.mark.parametrize("how", HOWS)
def test_an_unfinished_month_is_spoken_of_only_with_a_reason(how, county, ledger, people, now, tmp_path):
    unfinish(county, how)
    with pytest.raises(NeedsReason):
        bulletins.draft_bulletin(county, "monthly", MAY, now=now)
    with pytest.raises(NeedsReason):
        papers.request_draft(county, "monthly", MAY, by=people.office, now=now)
    with pytest.raises(NeedsReason):
        publish_ranking(county, MAY, by=people.office, now=now, unfinished=" ")
    with pytest.raises(CommandError, match="--unfinished"):
        call_command("bulletin", "monthly", "2026-05", out=tmp_path)
    assert not Bulletin.objects.exists()
    assert not RankingSnapshot.objects.exists()
    assert publish_ranking(county, MAY, by=people.office, now=now, unfinished="急用").unfinished == "急用"
    draft = bulletins.draft_bulletin(county, "monthly", MAY, now=now, unfinished="会议急用")
    head: Any = bulletin_files.document(draft).blocks[0]
    said = "".join(run.text for run in head.runs)
    counts = {"open": "应报3个、已报3个、已审3个", "waiting": "应报3个、已报3个、已审2个", "no round": "尚未办结。"}
    assert counts.get(how, "应报3个、已报3个、已审3个") in said
    assert said.endswith("原因：会议急用。")


@pytest.mark.parametrize("how", HOWS)
def test_sending_and_signing_ask_again(how, ready, county, people, now):
    if how == "no plan":  # its figures change with it
        AnnualPlan.objects.update(investment=0)
        fresh = bulletins.refresh_bulletin(ready, by=people.office, now=now, version=ready.version)
        ready = confirm(fresh, people, now)
    elif how == "waiting":
        unfinish(county, how)
        fresh = bulletins.refresh_bulletin(ready, by=people.office, now=now, version=ready.version)
        ready = confirm(fresh, people, now)
    else:
        unfinish(county, how)
    with pytest.raises(NeedsReason):
        bulletins.submit_bulletin(ready, by=people.office, now=now, version=ready.version)
    sent = bulletins.submit_bulletin(ready, by=people.office, now=now, version=ready.version, unfinished="急用")
    with pytest.raises(NeedsReason):
        bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)
    signed = bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version, unfinished="同意先发")
    assert "原因：急用。" in signed.letter["remark"]
    assert signed.ranking.unfinished == "急用"
    assert set(signed.edits.filter(block="unfinished").values_list("new", "by__username")) == {
        ("急用", "office"),
        ("同意先发", "leader"),
    }


def test_a_month_that_was_opened_again_after_sending_says_so_on_the_paper(signing, people, now):
    ReportingMonth.objects.update(closed_at=None)
    signed = bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version, unfinished="先发")
    assert signed.letter["remark"].endswith("原因：先发。")


def test_a_month_to_come_is_refused_whatever_the_reason(county, ledger, people, now):
    july = Period.month(2026, 7)
    for ask in (bulletins.draft_bulletin, papers.request_draft):
        with pytest.raises(Refused, match="7月"):
            ask(county, "monthly", july, by=people.office, now=now, unfinished="提前")


def test_without_a_plan_no_rate_is_printed(county, ledger, now):
    AnnualPlan.objects.update(investment=0)
    draft = bulletins.draft_bulletin(county, "monthly", MAY, now=now, unfinished="计划还没下")
    assert said(draft, "overview").startswith(
        "2026年，全县安排重点项目3个，总投资6.00亿元。截至5月底，累计完成投资1.50亿元。"
    )
    whole = text_of([runs for one in draft.content for runs in one.get("paragraphs", ())])
    assert not any(word in whole for word in ("完成率", "年度计划", "序时", "滞后"))


def test_what_the_county_has_not_recorded_is_not_a_zero(county, ledger, now):
    Project.objects.update(entered_on=None)
    MonthlyReport.objects.filter(project__name="第三小学").delete()
    finish_month(county, "2026-05")
    draft = bulletins.draft_bulletin(county, "monthly", MAY, now=now)
    assert said(draft, "overview").split("\n")[1].endswith("入统、问题办理情况未统计。")
    assert "入统项目" not in text_of([runs for one in draft.content for runs in one.get("paragraphs", ())])
    assert [one["key"] for one in draft.content if one["key"] == "annex.not_entered"] == []
    _total, row, _county = block(draft, "ranking.department")["rows"]
    assert [row[at]["text"] for at in (4, 5, 6)] == ["未统计", "未统计", "—"]


def test_who_signed_withdraws_it_and_the_month_is_drafted_anew(signing, county, people, now, sign_in):
    paper = bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version)
    before = all_of(paper)
    address = f"/dispatch/bulletins/{paper.pk}/"
    for person in (people.office, people.office_head):
        assert sign_in(person).get(f"{address}withdraw/").status_code == 403
    client = sign_in(people.leader)
    assert client.post(f"{address}withdraw/", {"version": paper.version, "reason": ""}).status_code == 422
    assert client.post(f"{address}withdraw/", {"version": 1, "reason": "五月数据有误"}).status_code == 409
    assert client.post(f"{address}withdraw/", {"version": paper.version, "reason": "五月数据有误"}).status_code == 303
    paper.refresh_from_db()
    assert (paper.status, paper.number, paper.ranking.withdrawn_why) == ("withdrawn", 1, "五月数据有误")
    assert bulletin_files.document(paper) == before[0]
    assert bulletin_files.file_name(paper, "docx") == f"bulletin-monthly-2026-05-withdrawn-{paper.pk}.docx"
    seen = sign_in(people.reader).get(address).text
    assert "五月数据有误" in seen
    assert "已撤回" in sign_in(people.reader).get("/dispatch/bulletins/").text
    assert Notice.objects.filter(subject__startswith="已撤回", person=people.officer).count() == 1
    with pytest.raises(NotAllowed):
        bulletins.withdraw_bulletin(paper, by=people.leader, now=now, reason="又一次", version=paper.version)
    new = bulletins.draft_bulletin(county, "monthly", MAY, by=people.office, now=now, unfinished="重发")
    assert (new.pk != paper.pk, new.status, new.ranking) == (True, "draft", None)


def test_what_was_signed_by_somebody_who_signs_no_more_is_withdrawn_by_another(signing, county, people, now):
    paper = bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version)
    Post.objects.filter(holder=people.leader).update(unit=unit_of(county, "xicheng"), role=Role.OFFICER)
    paper = Bulletin.objects.get(pk=paper.pk)
    assert not can_withdraw_bulletin(paper.signed_by, paper)
    gone = bulletins.withdraw_bulletin(paper, by=people.office_head, now=now, reason="有误", version=paper.version)
    assert gone.status == "withdrawn"


@pytest.mark.parametrize(
    ("month", "first"),
    [(MAY, True), (MAY, False), (MAY.previous(), True)],
    ids=["its own", "published beside it", "the one before"],
)
def test_figures_of_a_ranking_withdrawn_meanwhile_are_not_signed(month, first, county, ledger, people, now):
    ranking = publish_ranking(county, month, by=people.office, now=now) if first else None
    paper = bulletins.draft_bulletin(county, "monthly", MAY, by=people.office, now=now)
    ranking = ranking or publish_ranking(county, month, by=people.office, now=now + timedelta(minutes=1))
    paper = edit(paper, "next", "各单位6月底前赶上序时进度。", people, now)
    paper = bulletins.submit_bulletin(paper, by=people.office, now=now, version=paper.version)
    later = now + timedelta(hours=1)
    withdraw_ranking(ranking, by=people.office, now=later, reason="有误", version=ranking.version)
    with pytest.raises(Refused, match="撤回"):
        bulletins.sign_bulletin(paper, by=people.leader, now=later, version=paper.version)
    back = bulletins.give_back(paper, by=people.leader, now=later, reason="重取", version=paper.version)
    with pytest.raises(Refused, match="撤回"):
        bulletins.submit_bulletin(back, by=people.office, now=later, version=back.version)
    fresh = bulletins.refresh_bulletin(back, by=people.office, now=later, version=back.version)
    fresh = confirm(fresh, people, later)
    assert bulletins.submit_bulletin(fresh, by=people.office, now=later, version=fresh.version).status == "signing"


def test_a_ranking_on_which_a_bulletin_stands_goes_with_the_bulletin(signing, people, now, sign_in):
    paper = bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version)
    with pytest.raises(Refused, match="通报"):
        withdraw_ranking(paper.ranking, by=people.leader, now=now, reason="有误", version=paper.ranking.version)
    assert (
        "/withdraw/" not in sign_in(people.leader).get("/dispatch/rankings/2026-05/").text
    )  # no form that is refused
