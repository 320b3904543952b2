"""A published bulletin is put right by a paper of its own; it stays as it was, and says where it is corrected."""

from __future__ import annotations

import pytest

from core.refusals import NeedsReason, NotAllowed, Stale, Wrong
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import papers
from dispatch.bulletins import services as bulletins
from dispatch.corrections.places import places
from dispatch.corrections.services import draft_correction
from dispatch.models import Bulletin, RankingSnapshot
from jobs.models import JobRun
from paper.document import Paragraph

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def text(heading, *paragraphs):
    return {"kind": "text", "heading": heading, "paragraphs": [[{"text": one}] for one in paragraphs]}


def table(kind, title, *cells):
    return {"kind": kind, "title": title, "rows": [[{"text": one}] for one in cells]}


BLOCKS = [
    text("总体情况", "完成45.0亿元。", "开工53个。"), text("空"), text("进展", "西城镇45.0亿元。"),
    table("table", "各乡镇", "一", "二"), table("annex", "滞后项目", "甲"), table("annex", "应开未开", "乙"),
]  # fmt: skip
PLACES: tuple[tuple[str, list[str]], ...] = (
    ("完成45.0亿元", ["第一部分第一段"]), ("45.0亿元", ["第一部分第一段", "第二部分第一段"]),
    ("53个", ["第一部分第二段"]),
    ("二", ["“各乡镇”表第2行"]), ("乙", ["附件2第1行"]), ("通报", ["标题"]), ("没有", []),
)  # fmt: skip


@pytest.mark.parametrize(("stood", "expected"), PLACES)
def test_a_correction_names_the_place(stood, expected):
    assert places(BLOCKS, "关于某事的通报", stood) == expected


RIGHT = {"stood": "累计完成投资1.50亿元", "right": "累计完成投资1.60亿元", "why": "一个项目漏计"}


def drafted(row, people, now, **more):
    return draft_correction(row, **{"by": people.office, "now": now, "version": row.version, **RIGHT, **more})


def published(row, people, now):
    sent = bulletins.submit_bulletin(row, by=people.office, now=now, version=row.version)
    return bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)


WRONG = (
    ({"stood": "西城镇"}, Wrong), ({"stood": "从来没有说过"}, Wrong), ({"stood": ""}, Wrong), ({"right": ""}, Wrong),
    ({"right": RIGHT["stood"]}, Wrong), ({"why": " "}, NeedsReason), ({"version": 0}, Stale),
)  # fmt: skip


@pytest.mark.parametrize(("more", "refused"), WRONG)
def test_a_correction_says_one_thing_that_stood_there_and_why(signed, people, now, more, refused):
    with pytest.raises(refused):
        drafted(signed, people, now, **more)
    assert not Bulletin.objects.filter(corrects=signed).exists()


def test_only_the_office_corrects_and_only_what_is_published(signed, people, now):
    for person in (people.officer, people.leader):
        with pytest.raises(NotAllowed):
            drafted(signed, people, now, by=person)
    correction = published(drafted(signed, people, now), people, now)
    with pytest.raises(NotAllowed):  # of a correction: the bulletin is corrected once more
        drafted(correction, people, now, stood="更正原因")


def test_a_correction_is_a_paper_and_what_it_corrects_stays_as_it_was(signed, people, now):
    of = bulletin_files.stamp(signed)
    bulletin_files.keep_paper(signed, "pdf", b"the paper", of=of, now=now)
    signed.refresh_from_db()
    before, figures = bulletin_files.as_json(signed), RankingSnapshot.objects.get().data
    correction = drafted(signed, people, now)
    blocks = bulletin_files.document(correction).blocks
    paragraph, reason = ["".join(run.text for run in block.runs) for block in blocks if isinstance(block, Paragraph)]
    assert paragraph == (
        "《关于2026年1—5月示范县重点项目建设情况的通报》（项目办通〔2026〕1号）第一部分第一段"
        "“累计完成投资1.50亿元”更正为“累计完成投资1.60亿元”。"
    )
    assert reason == "更正原因：一个项目漏计。其他内容不变。"
    assert bulletin_files.corrected_by(signed) == "", "not before it is signed"
    with pytest.raises(NotAllowed):
        bulletins.refresh_bulletin(correction, by=people.office, now=now, version=correction.version)
    correction = published(correction, people, now)
    again = published(drafted(signed, people, now, stood="10.20亿元", right="10.30亿元"), people, now)
    assert (correction.number, correction.letter["number"], correction.ranking) == (2, "项目办通〔2026〕2号", None)
    assert correction.title == "关于更正《关于2026年1—5月示范县重点项目建设情况的通报》的通知"
    assert bulletin_files.corrected_by(signed) == "已更正，见项目办通〔2026〕2号、项目办通〔2026〕3号"
    signed.refresh_from_db()
    assert (bulletin_files.as_json(signed), RankingSnapshot.objects.get().data) == (before, figures)
    assert papers.paper_of(signed, papers.PAPERS["pdf"]).content.read() == b"the paper"
    bulletins.withdraw_bulletin(again, by=people.leader, now=now, reason="不必再改", version=again.version)
    assert bulletin_files.corrected_by(signed) == "已更正，见项目办通〔2026〕2号"


def test_a_correction_is_made_as_the_office_wants_like_any_paper(signed, people, now, sign_in):
    row = drafted(signed, people, now)
    client, address = sign_in(people.office), f"/dispatch/bulletins/{row.pk}/"

    def press(do="save", **typed):
        row.refresh_from_db()
        assert client.post(f"{address}layout/", {"version": row.version, "do": do, **typed}).status_code == 303
        row.refresh_from_db()
        return bulletin_files.document(row)

    assert bulletin_files.document(row).addressee == signed.letter["addressee"], "who was told the wrong thing"
    paper = press(
        title_lines="关于更正\n五月份通报的通知",
        addressee="有关单位：",
        copies="存档",
        **{"heading:correction": "更正内容"},
    )
    assert (paper.title_lines, row.title) == (("关于更正", "五月份通报的通知"), "关于更正五月份通报的通知")
    assert (paper.addressee, paper.imprint.copies, paper.blocks[0].text) == ("有关单位：", "存档", "一、更正内容")
    press("add", new="有关要求", after="correction")
    press("up:own1")
    press("column-out:annex.behind:plan", **{"column:annex.behind:plan": "改"})  # it has no tables
    row = bulletins.edit_block(row, "own1", "请各单位替换原表。", by=people.office, now=now, version=1)
    assert [block["heading"] for block in row.content] == ["有关要求", "更正内容"]
    page = client.get(f"{address}changes/").content.decode()
    assert "有关要求" in page
    press(title_lines="", **{"heading:correction": ""})
    assert row.title == "关于更正《关于2026年1—5月示范县重点项目建设情况的通报》的通知"
    done = published(row, people, now)
    assert (done.letter["addressee"], done.entry.text) == ("有关单位：", "项目办通〔2026〕2号")
    assert bulletin_files.corrected_by(signed) == "已更正，见项目办通〔2026〕2号"


def test_the_marked_copy_is_made_anew_when_another_paper_corrects_it(signed, people, now, monkeypatch):
    copy = papers.PAPERS["corrected"]
    assert papers.request_paper(signed, copy, now=now) is None, "there is none of a paper that isn't corrected"
    for number in (2, 3):
        correction = published(
            drafted(signed, people, now, **({"stood": "10.20亿元", "right": "10.30亿元"} if number == 3 else {})),
            people,
            now,
        )
        assert papers.paper_of(signed, copy) is None
        papers.request_papers(correction, now=now)
        run = JobRun.objects.filter(job=copy.job).order_by("-pk").first()
        seen: list[str] = []
        monkeypatch.setitem(
            bulletin_files.COPIES,
            "corrected",
            lambda row, seen=seen: seen.append(bulletin_files.corrected_by(row)) or b"%PDF",
        )
        monkeypatch.setattr("paper.pdf.pdf_available", lambda folder: (True, ""))
        papers.make_paper(run.pk, now=now)
        assert seen[0].endswith(f"{number}号")
        signed.refresh_from_db()
        assert papers.paper_of(signed, copy).content.read() == b"%PDF"


def test_from_the_form_to_the_mark_wherever_it_is_offered(signed, people, sign_in, now):
    client, address = sign_in(people.office), f"/dispatch/bulletins/{signed.pk}/"
    assert f"{address}correct/?version={signed.version}" in client.get(address).content.decode()
    form = {"version": signed.version, **RIGHT}
    assert client.post(f"{address}correct/", form | {"stood": "没有的话"}).status_code == 422
    made = client.post(f"{address}correct/", form)
    correction = Bulletin.objects.get(corrects=signed)
    assert made.headers["Location"] == f"/dispatch/bulletins/{correction.pk}/"
    assert client.get(made.headers["Location"]).status_code == 200
    sent = client.post(f"{made.headers['Location']}submit/", {"version": correction.version})
    assert sent.status_code == 303
    correction.refresh_from_db()
    signer = sign_in(people.leader)
    signer.post(f"{made.headers['Location']}sign/", {"version": correction.version})
    correction.refresh_from_db()
    assert correction.status == "published"
    reader = sign_in(people.officer)
    page = reader.get(address).content.decode()
    assert correction.entry.text in page
    assert made.headers["Location"] in page
    assert "papers/corrected/" in page
    assert signed.entry.text in reader.get(made.headers["Location"]).content.decode()
    listed = reader.get("/dispatch/bulletins/").context["page"]
    assert {row.pk: row.corrections_out for row in listed} == {signed.pk: True, correction.pk: False}
