"""A bulletin's way: drafted, edited, sent for sign-off, given back, signed, numbered, frozen, corrected."""

from __future__ import annotations

import json
from datetime import timedelta
from inspect import signature
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.days.periods import Period
from core.due import due_items
from core.models import StoredFile
from core.refusals import NotAllowed, Refused
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.editor.progress import Drafting, drafting
from dispatch.bulletins.editor.sitting import LAPSES, Conflict
from dispatch.bulletins.facts import without_facts
from dispatch.bulletins.services import Unseen
from dispatch.models import Bulletin, BulletinEdit, RankingSnapshot
from dispatch.prose.hand import changed
from jobs.asked import State
from jobs.models import JobRun
from outbox.models import Notice
from tests.support.bulletin_steps import MAY, block, confirm, edit, said
from tests.support.factories import WAN, make_project, make_report
from tests.support.months import finish_month, publish_ranking

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def test_it_is_drafted_from_the_figures_of_the_month(bulletin):
    assert bulletin.title == "关于2026年1—5月示范县重点项目建设情况的通报"
    # 15,000 of 102,000 = 14.71%; pace 41.67%
    assert said(bulletin, "overview").startswith(
        "2026年，全县安排重点项目3个，总投资6.00亿元，年度计划投资10.20亿元。"
        "截至5月底，累计完成投资1.50亿元，占年度计划的14.71%，低于序时进度26.96个百分点，差距较4月底扩大8.04个百分点。"
        "其中，5月当月完成投资0.03亿元。"
    )
    assert block(bulletin, "ranking.township")["rows"][1][1]["text"] == "西城镇"
    assert bulletin.status == Bulletin.Status.DRAFT


def test_drafting_again_changes_nothing(bulletin, county, people, now):
    edit(bulletin, "overview", "改过的话。", people, now)
    again = bulletins.draft_bulletin(county, "monthly", MAY, now=now + timedelta(hours=1))
    assert again.pk == bulletin.pk
    assert said(again, "overview") == "改过的话。"
    assert Bulletin.objects.count() == 1


def test_only_the_office_drafts_and_edits(bulletin, county, people, now):
    for person in (people.officer, people.leader, people.reader, people.admin, people.unit_head):
        with pytest.raises(NotAllowed):
            bulletins.draft_bulletin(county, "monthly", Period.month(2026, 4), now=now, by=person)
        with pytest.raises(NotAllowed):
            bulletins.edit_block(bulletin, "overview", "话", by=person, now=now, version=1)


def test_a_changed_figure_waits_for_a_reason_and_what_was_written_is_kept(bulletin, people, now):
    text = said(bulletin, "overview").replace("26.96个百分点", "27个百分点")
    bulletin = edit(bulletin, "overview", text, people, now)
    (hand,) = changed(block(bulletin, "overview")["paragraphs"])
    assert (hand["text"], hand["was"], hand["reason"]) == ("27", "26.96", "")
    bulletin = edit(bulletin, "next", "加快。", people, now)
    with pytest.raises(Unseen) as refusal:
        bulletins.submit_bulletin(bulletin, version=bulletin.version, by=people.office, now=now)
    [hand_item, hanging] = refusal.value.items  # the lag and what it changed by
    assert (hand_item.block, hand_item.run["text"]) == ("overview", "27")
    assert (hanging.run["key"], [run["was"] for run in hanging.of]) == ("lag_change", ["26.96"]), "hangs on it"
    reasons = {hand["key"]: "会议已按整数通报"}
    bulletin = edit(bulletin, "overview", text, people, now, reasons=reasons)
    with pytest.raises(Unseen):
        bulletins.submit_bulletin(bulletin, version=bulletin.version, by=people.office, now=now)
    bulletin = edit(bulletin, "overview", text, people, now, reasons={"lag_change": "按准确数计算"})
    assert (
        bulletins.submit_bulletin(bulletin, version=bulletin.version, by=people.office, now=now).status
        == Bulletin.Status.SIGNING
    )
    newest = BulletinEdit.objects.filter(block="overview").order_by("-pk")[0]
    assert newest.reason == "26.96 → 27: 会议已按整数通报; 8.04: 按准确数计算"


def test_what_a_person_has_to_write_may_not_stay_empty(bulletin, people, now):
    with pytest.raises(Unseen) as refusal:
        bulletins.submit_bulletin(bulletin, version=bulletin.version, by=people.office, now=now)
    assert [item.heading for item in refusal.value.items] == ["存在的主要问题", "下一步工作要求"]


def test_two_people_in_one_section_lose_nothing(bulletin, people, now):
    edit(bulletin, "overview", "甲写的。", people, now)
    with pytest.raises(Conflict) as conflict:
        bulletins.edit_block(bulletin, "overview", "乙写的。", by=people.office_head, now=now + LAPSES, version=1)
    assert (conflict.value.theirs, conflict.value.mine) == ("甲写的。", "乙写的。")
    bulletin.refresh_from_db()
    assert said(bulletin, "overview") == "甲写的。"


def test_two_people_in_two_sections_follow_each_other(bulletin, people, now):
    edit(bulletin, "overview", "甲写的。", people, now)
    later = now + LAPSES
    changed_one = bulletins.edit_block(bulletin, "problems", "乙写的。", by=people.office_head, now=later, version=1)
    assert (said(changed_one, "overview"), said(changed_one, "problems")) == ("甲写的。", "乙写的。")


def test_the_generated_text_can_be_brought_back(bulletin, people, now):
    before = said(bulletin, "overview")
    bulletin = edit(bulletin, "overview", "改过的话。", people, now)
    assert block(bulletin, "overview")["edited"]
    bulletin = bulletins.restore_block(bulletin, "overview", by=people.office, now=now, version=2)
    assert said(bulletin, "overview") == before
    assert not block(bulletin, "overview")["edited"]
    assert list(BulletinEdit.objects.values_list("old", "new").order_by("pk"))[-1] == ("改过的话。", before)


def test_a_draft_follows_the_data_until_it_is_sent(bulletin, ledger, people, now):
    text = said(bulletin, "overview").replace("全县", "我县")
    bulletin = edit(bulletin, "overview", text, people, now)
    report = ledger[0].reports.get(month="2026-05")
    report.works_ytd += 3_000 * WAN
    report.works += 3_000 * WAN
    report.save()
    bulletin = bulletins.refresh_bulletin(bulletin, version=bulletin.version, by=people.office, now=now)
    assert said(bulletin, "overview").startswith("2026年，我县安排重点项目3个")
    assert "累计完成投资1.80亿元，占年度计划的17.65%" in said(bulletin, "overview")
    assert bulletin.figures["totals"]["done"] == 18_000 * WAN


def test_nothing_changes_while_it_waits_for_sign_off(signing, people, now):
    with pytest.raises(NotAllowed):
        edit(signing, "overview", "话", people, now)
    with pytest.raises(NotAllowed):
        bulletins.refresh_bulletin(signing, version=signing.version, by=people.office, now=now)
    told = set(Notice.objects.filter(kind="bulletin_signing").values_list("person__username", flat=True))
    assert told == {"leader"}, "who was chosen, and nobody else who could sign"


def test_who_may_sign_it_finds_it_among_what_is_to_be_done(signing, people, now):
    def waits(person):
        return [item.about for item in due_items(signing.county, now, person=person) if item.kind == "bulletin_sign"]

    assert waits(people.leader) == [signing.title]
    for other in (people.officer, people.other_leader, people.office_head, signing.submitted_by):
        assert waits(other) == []


def test_who_sent_it_does_not_sign_it(signing, people, now):
    for person in (people.office, people.officer, people.reader, people.other_leader, people.office_head):
        with pytest.raises(NotAllowed):
            bulletins.sign_bulletin(signing, version=signing.version, by=person, now=now)


def test_it_is_given_back_with_a_reason(signing, people, now):
    with pytest.raises(Refused):
        bulletins.give_back(signing, version=signing.version, by=people.leader, now=now, reason=" ")
    back = bulletins.give_back(signing, version=signing.version, by=people.leader, now=now, reason="第三部分要写到人")
    assert (back.status, back.return_reason) == (Bulletin.Status.DRAFT, "第三部分要写到人")
    assert Notice.objects.filter(kind="bulletin_returned", person=people.office).count() == 1
    assert edit(back, "overview", "改。", people, now)


def test_signing_numbers_and_freezes_it_and_the_ranking(signed, people, now):
    assert (signed.status, signed.number, signed.year) == (Bulletin.Status.PUBLISHED, 1, 2026)
    ranking = RankingSnapshot.objects.get()
    assert signed.ranking == ranking
    assert ranking.data == without_facts(signed.figures)
    with pytest.raises(NotAllowed):
        edit(signed, "overview", "话", people, now)
    with pytest.raises(NotAllowed):
        bulletins.sign_bulletin(signed, version=signed.version, by=people.leader, now=now)


def test_numbers_follow_one_another_within_a_county_and_year(signed, county, people, now):
    finish_month(county, "2026-04")
    april = bulletins.draft_bulletin(county, "monthly", Period.month(2026, 4), now=now)
    april = edit(april, "next", "加快。", people, now)
    april = bulletins.submit_bulletin(april, version=april.version, by=people.office, now=now)
    assert bulletins.sign_bulletin(april, version=april.version, by=people.leader, now=now).number == 2


def test_a_ranking_published_meanwhile_with_other_figures_stops_it(ready, county, ledger, people, now):
    report = ledger[0].reports.get(month="2026-05")
    report.works_ytd += 3_000 * WAN
    report.works += 3_000 * WAN
    report.save()
    publish_ranking(county, MAY, by=people.office, now=now)
    with pytest.raises(Refused):
        bulletins.submit_bulletin(ready, version=ready.version, by=people.office, now=now)
    fresh = bulletins.refresh_bulletin(ready, version=ready.version, by=people.office, now=now)
    fresh = confirm(fresh, people, now)
    assert bulletins.submit_bulletin(fresh, version=fresh.version, by=people.office, now=now).ranking is not None


def test_a_ranking_published_while_it_waits_for_its_signature_stops_it_too(signing, county, people, now):
    late = make_project(county, name="新开工的项目", plan=500 * WAN, stage="started")
    make_report(late, "2026-05", works=400 * WAN)
    publish_ranking(county, MAY, by=people.office, now=now)
    seen = {"version": signing.version} if "version" in signature(bulletins.sign_bulletin).parameters else {}
    with pytest.raises(Refused):
        bulletins.sign_bulletin(signing, by=people.office_head, now=now, **seen)
    signing.refresh_from_db()
    assert (signing.status, signing.number) == (Bulletin.Status.SIGNING, None)


def test_published_ones_are_everybodys_and_drafts_the_offices(bulletin, people, now):
    sees = {name for name, person in people.all().items() if Bulletin.objects.visible_to(person).exists()}
    assert sees == {"office", "office_head", "leader", "other_leader"}
    Bulletin.objects.filter(pk=bulletin.pk).update(status=Bulletin.Status.PUBLISHED)
    assert all(Bulletin.objects.visible_to(person).exists() for person in people.all().values())


# papers -------------------------------------------------------------------------------------------------------------


PDF = papers.PAPERS["pdf"]
HEADS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "zip": b"PK"}


@pytest.mark.parametrize("suffix", bulletin_files.KEPT[:3])
def test_a_paper_is_made_by_a_worker_kept_and_thrown_away_when_the_text_changes(
    bulletin, people, now, django_capture_on_commit_callbacks, settings, monkeypatch, suffix
):
    if suffix == "pdf":
        skip_without_pdf(settings)
    paper = papers.PAPERS[suffix]
    assert papers.paper_state(bulletin, paper, now=now).kind == "none"
    run = papers.request_paper(bulletin, paper, now=now)
    assert papers.request_paper(bulletin, paper, now=now).pk == run.pk
    assert papers.paper_state(bulletin, paper, now=now).kind == "waiting"
    assert papers.paper_of(bulletin, paper) is None
    papers.make_paper(run.pk, now=now)
    papers.make_paper(run.pk, now=now)  # delivered twice by a broker: done once
    bulletin = Bulletin.objects.get(pk=bulletin.pk)
    assert papers.paper_state(bulletin, paper, now=now).kind == "ready"
    assert papers.request_paper(bulletin, paper, now=now) is None
    file = papers.paper_of(bulletin, paper)
    assert file.content.read().startswith(HEADS[suffix])
    path = Path(file.content.path)
    with django_capture_on_commit_callbacks(execute=True):
        bulletin = edit(bulletin, "overview", "改过的话。", people, now)
    assert papers.paper_state(bulletin, paper, now=now).kind == "none"
    assert not path.exists()


@pytest.mark.parametrize("suffix", bulletin_files.KEPT[:3])
@pytest.mark.parametrize("changed", [False, True])
def test_a_paper_of_a_text_that_was_changed_meanwhile_is_not_kept(bulletin, people, now, changed, suffix):
    of = bulletin_files.stamp(bulletin)
    if changed:
        edit(bulletin, "overview", "改过的话。", people, now)
    assert bulletin_files.keep_paper(bulletin, suffix, b"paper", of=of, now=now) is not changed
    bulletin.refresh_from_db()
    assert (getattr(bulletin, suffix) is None) is changed
    if not changed:
        edit(bulletin, "overview", "改过的话。", people, now)
        bulletin.refresh_from_db()
        assert (getattr(bulletin, suffix), bulletin.stamps) == (None, {})
        assert not StoredFile.objects.exists()


def test_a_paper_of_what_the_letter_said_before_is_not_given_and_made_anew(bulletin, now):
    """The letter of a draft is the county's, which may be written otherwise without a word to the draft."""
    word = papers.PAPERS["docx"]
    assert bulletin_files.keep_paper(bulletin, "docx", b"old", of=bulletin_files.stamp(bulletin), now=now)
    bulletin = Bulletin.objects.get(pk=bulletin.pk)
    assert papers.paper_of(bulletin, word) is not None
    Bulletin.objects.filter(pk=bulletin.pk).update(year=bulletin.year - 1)
    bulletin = Bulletin.objects.get(pk=bulletin.pk)
    assert papers.paper_of(bulletin, word) is None
    papers.make_paper(papers.request_paper(bulletin, word, now=now).pk, now=now)
    assert papers.paper_of(Bulletin.objects.get(pk=bulletin.pk), word).content.read().startswith(b"PK")
    assert StoredFile.objects.count() == 1


def skip_without_pdf(settings):
    from paper.pdf import pdf_available

    available, why = pdf_available(settings.DOC_FONT_DIR)
    if not available:
        pytest.skip(f"no PDF on this machine: {why}")


def test_a_machine_without_the_libraries_says_so(bulletin, now, monkeypatch):
    from paper.pdf import PdfUnavailable

    def fail(bulletin):
        raise PdfUnavailable("libpango-1.0-0")

    monkeypatch.setitem(bulletin_files.WRITERS, "pdf", fail)
    run = papers.request_paper(bulletin, PDF, now=now)
    papers.make_paper(run.pk, now=now)
    state = papers.paper_state(bulletin, PDF, now=now)
    assert (state.kind, state.why) == ("unavailable", "libpango-1.0-0")


def test_a_run_that_a_dead_worker_left_can_be_asked_for_again(bulletin, now):
    run = papers.request_paper(bulletin, PDF, now=now)
    JobRun.objects.filter(pk=run.pk).update(status=JobRun.Status.RUNNING)
    later = now + timedelta(minutes=11)
    assert papers.paper_state(bulletin, PDF, now=later).kind == "failed"
    assert papers.request_paper(bulletin, PDF, now=later).pk != run.pk


def test_a_month_is_drafted_by_a_worker(county, ledger, people, now):
    run = papers.request_draft(county, "monthly", MAY, by=people.office, now=now)
    assert drafting(county, now=now) == Drafting("2026-05", State("waiting"))
    papers.make_draft(run.pk, now=now)
    assert Bulletin.objects.get().period == "2026-05"
    assert drafting(county, now=now) is None


def test_the_command_writes_four_files(county, ledger, tmp_path, settings):
    skip_without_pdf(settings)
    call_command("bulletin", "monthly", "2026-05", out=tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    name = "（送审稿）关于2026年1—5月示范县重点项目建设情况的通报"
    assert names == [f"{name}.{suffix}" for suffix in ("docx", "json", "pdf", "xlsx")]
    data = json.loads((tmp_path / "out" / f"{name}.json").read_text())
    assert data["figures"]["totals"]["done"] == 15_000 * WAN


@pytest.mark.parametrize(("kind", "period"), [("yearly", "2026-05"), ("monthly", "2026-13"), ("monthly", "五月")])
def test_the_command_says_what_is_wrong(county, tmp_path, kind, period):
    with pytest.raises(CommandError):
        call_command("bulletin", kind, period, out=tmp_path)


def test_a_draft_made_before_the_last_reports_were_in_is_not_sent(county, bulletin, people, now):
    bulletin = edit(bulletin, "next", "抓紧施工。", people, now)
    late = make_project(county, name="后报的项目", plan=1_000 * WAN, stage="started")
    make_report(late, "2026-05", works=200 * WAN)
    with pytest.raises(Refused, match="取最新的数"):
        bulletins.submit_bulletin(bulletin, version=bulletin.version, by=people.office, now=now)
    bulletin = bulletins.refresh_bulletin(bulletin, version=bulletin.version, by=people.office, now=now)
    assert said(bulletin, "next") == "抓紧施工。"
    bulletin = confirm(bulletin, people, now)
    assert bulletins.submit_bulletin(bulletin, version=bulletin.version, by=people.office, now=now).status == "signing"
