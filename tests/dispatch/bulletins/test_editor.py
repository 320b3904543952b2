"""Editing beside the page: its pictures, one editor at a time, the make of a bulletin, what changed between two
moments, what the signer reads beside a figure."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from datetime import timedelta

import openpyxl
import pytest

from core.days.periods import Period
from core.refusals import NotAllowed, Stale, Wrong
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.editor import pictures, structure
from dispatch.bulletins.editor import services as editing
from dispatch.bulletins.editor.pages import layout
from dispatch.bulletins.editor.progress import Drafting, drafting, what_helps
from dispatch.bulletins.editor.sitting import LAPSES, Taken, sitting_of
from dispatch.bulletins.editor.versions import bits, compared, parts_of
from dispatch.bulletins.letter import letter
from dispatch.models import Bulletin, BulletinEdit, Moment
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from paper.document import Document, Heading, Paragraph, Table
from tests.support.bulletin_steps import block, edit, said

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D15")]
PDF, PACKED = b"%PDF", b"PK"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn: each PDF, and each packed file of pictures; a picture is the text that it is of."""
    made: list[str] = []

    def pack(pdf: bytes) -> bytes:
        made.append(pdf.decode())
        head = {"pages": 3, "pictures": [[794, 1123, len(pdf)]] * 2}
        return json.dumps(head).encode() + b"\n" + pdf + pdf

    def proof(document: Document, _folder: str, _before: object) -> bytes:
        texts = ["".join(run.text for run in part.runs) for part in document.blocks if isinstance(part, Paragraph)]
        return pack(next((text for text in texts if len(text) == 2), texts[0]).encode())

    monkeypatch.setattr(pictures, "pack", pack)
    monkeypatch.setattr("paper.proofs.draw.proof", proof)
    return made


def address(bulletin, rest=""):
    return f"/dispatch/bulletins/{bulletin.pk}/{rest}"


def seen(response):
    return html.unescape(re.sub(r"<[^>]+>", "", response.content.decode()))


def reshaped(bulletin, change, people, now, **more):
    more = {"by": people.office, "version": bulletin.version, **more}
    return editing.reshape_bulletin(bulletin, change(bulletin.shape), now=now, **more)


def headings(bulletin):
    return [block.get("heading", block.get("title", "")) for block in structure.printed(bulletin.content)]


# pictures -----------------------------------------------------------------------------------------------------------


def test_the_newest_change_wins_and_what_is_older_is_not_drawn(bulletin, people, now, drawn):
    for text in ("甲。", "乙。"):
        bulletin = edit(bulletin, "overview", text, people, now)
        pictures.request_pages(bulletin, now=now)
    runs = list(JobRun.objects.filter(job=pictures.JOB).order_by("pk"))
    assert len(runs) == 2
    for run in runs:
        pictures.make_pages(run.pk, now=now)
    assert drawn == ["乙。"], "the older one is passed over"
    bulletin.refresh_from_db()
    assert pictures.seen(bulletin, now=now).state == State("ready")
    assert bulletin.pdf is None, "which is made when it is wanted"


def test_what_is_published_is_drawn_anew_of_its_own_pdf(signing, people, now, drawn, sign_in):
    pictures.request_pages(signing, now=now)
    pictures.make_pages(JobRun.objects.get(job=pictures.JOB).pk, now=now)
    signing.refresh_from_db()
    signed = bulletins.sign_bulletin(signing, version=signing.version, by=people.leader, now=now)
    assert pictures.seen(signed, now=now).old, "the draft's pages have no number"
    bulletin_files.keep_paper(signed, "pdf", "签发件".encode(), of=bulletin_files.stamp(signed), now=now)
    reader = sign_in(people.officer)
    assert 'hx-trigger="load, submit"' in reader.get(address(signed)).content.decode()
    assert "every 1s" in reader.post(address(signed, "pages/"), headers={"HX-Request": "true"}).content.decode()
    pictures.make_pages(JobRun.objects.filter(job=pictures.JOB).first().pk, now=now)
    signed.refresh_from_db()
    assert (drawn[-1], pictures.seen(signed, now=now).state) == ("签发件", State("ready"))


def test_old_pictures_stay_until_the_new_ones_are_there_and_each_has_an_address_of_its_own(
    bulletin, people, now, drawn, sign_in
):
    pictures.request_pages(bulletin, now=now)
    pictures.make_pages(JobRun.objects.get(job=pictures.JOB).pk, now=now)
    client = sign_in(people.office)
    page = client.get(address(bulletin)).content.decode()
    [first, _second] = re.findall(r'<img[^>]* src="([^"]+)"\s+width="794" height="1123"\s+alt="([^"]+)"', page)
    assert "第1页，共3页" in first[1]
    picture = client.get(first[0])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert "no-store" in picture["Cache-Control"], "no browser keeps a draft"
    answer = client.post(
        address(bulletin, "block/overview/"), {"version": 1, "text": "乙。"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "row-x cap old" in answer
    assert "<img" not in answer
    assert first[0] in client.get(address(bulletin)).content.decode(), "dimmed, but there"
    run = JobRun.objects.filter(job=pictures.JOB).first()
    pictures.make_pages(run.pk, now=now)
    moved = client.get(first[0])
    assert (moved.status_code, client.get(moved.url).status_code) == (302, 200), "an old page leads to the newer one"
    have = first[0].split("/")[-2]
    poll = client.get(address(bulletin, f"pages/?have={have}"), headers={"HX-Request": "true"}).content.decode()
    assert 'id="sheet" hx-swap-oob="innerHTML"' in poll
    assert "every 1s" not in poll
    newest = re.findall(r'<img[^>]* src="([^"]+)"', poll)[0]
    assert moved.url == newest
    assert sign_in(people.officer).get(newest).status_code == 404, "who doesn't read drafts"


def test_a_page_without_pictures_says_why_and_shows_the_text(bulletin, people, now, sign_in, monkeypatch):
    from paper.pdf import PdfUnavailable

    def nothing(*_about):
        raise PdfUnavailable("libpango-1.0-0")

    monkeypatch.setattr("paper.proofs.draw.proof", nothing)
    pictures.request_pages(bulletin, now=now)
    pictures.make_pages(JobRun.objects.get(job=pictures.JOB).pk, now=now)
    page = sign_in(people.office).get(address(bulletin))
    assert "缺少libpango-1.0-0" in seen(page)
    assert '<details class="plain" lang="zh-Hans" open>' in page.content.decode()
    assert "粮食烘干中心" in seen(page) or "城北路改造" in seen(page)


# one editor ---------------------------------------------------------------------------------------------------------


def test_one_edits_at_a_time_and_another_takes_over_without_loss(bulletin, people, now, sign_in):
    people.office.phone = "0435-8220001"
    people.office.save()
    bulletin = edit(bulletin, "overview", "甲写的。", people, now)
    told = {"by": people.office_head, "now": now + timedelta(minutes=2), "version": 1}
    with pytest.raises(Taken) as taken:
        bulletins.edit_block(bulletin, "problems", "乙写的。", **told)
    assert "0435-8220001" in taken.value.why
    assert taken.value.mine == "乙写的。"
    assert editing.keep_turn(bulletin, by=people.office_head, now=told["now"]) is None

    with pytest.raises(Stale):
        editing.take_over(bulletin, by=people.office_head, now=told["now"], version=bulletin.version + 1)
    editing.take_over(bulletin, by=people.office_head, now=told["now"], version=bulletin.version)
    assert BulletinEdit.objects.filter(block="taken_over", old=str(people.office)).exists()
    assert Moment.objects.get(what="taken_over").parts
    with pytest.raises(Taken) as pushed:
        edit(bulletin, "overview", "甲再写的。", people, told["now"], version=2)
    assert str(people.office_head) in pushed.value.why
    assert "接手" in pushed.value.why
    assert pushed.value.mine == "甲再写的。"
    bulletin = bulletins.edit_block(bulletin, "problems", "乙写的。", **told)
    assert (said(bulletin, "overview"), said(bulletin, "problems")) == ("甲写的。", "乙写的。")


@pytest.mark.parametrize(("after", "free"), [(LAPSES - timedelta(seconds=1), False), (LAPSES, True)])
def test_who_shows_no_sign_of_life_edits_no_more(bulletin, people, now, after, free):
    editing.keep_turn(bulletin, by=people.office, now=now)
    sitting = editing.keep_turn(bulletin, by=people.office_head, now=now + after)
    assert (sitting is not None) is free
    assert sitting_of(bulletin, now=now + after).by == (people.office_head if free else people.office)
    with pytest.raises(NotAllowed):
        editing.keep_turn(bulletin, by=people.leader, now=now)


def test_the_second_one_reads_and_is_offered_to_take_over(bulletin, people, now, sign_in):
    sign_in(people.office).post(address(bulletin, "turn/"), headers={"HX-Request": "true"})
    client = sign_in(people.office_head)
    page = client.get(address(bulletin)).content.decode()
    assert str(people.office) in page
    assert "<textarea" not in page
    assert address(bulletin, "submit/") not in page
    typed = client.post(address(bulletin, "block/overview/"), {"version": 1, "text": "乙写的。"})
    assert typed.status_code == 409
    assert "乙写的。</textarea>" in typed.content.decode(), "what was typed is kept on the page"
    assert client.get(address(bulletin, "take-over/") + f"?version={bulletin.version}").status_code == 200
    client.post(address(bulletin, "take-over/"), {"version": bulletin.version})
    assert "<textarea" in client.get(address(bulletin)).content.decode()
    told = sign_in(people.office).post(address(bulletin, "turn/"), headers={"HX-Request": "true"})
    assert str(people.office_head) in seen(told)
    assert "hx-post" not in told.content.decode()


# the make -----------------------------------------------------------------------------------------------------------


def test_the_make_is_changed_kept_through_newer_figures_and_undone(bulletin, people, now):
    was, title, content = headings(bulletin), bulletin.title, bulletin.content
    for change in (
        lambda shape: structure.framed(shape, "addressee", "各责任单位：", ""),
        lambda shape: structure.framed(shape, "title_lines", ["关于五月份", "重点项目的通报"], []),
        lambda shape: structure.named(shape, "units", "责任单位进展", "各责任单位进展情况"),
        lambda shape: structure.left_out(shape, "lagging", True),
        lambda shape: structure.added(shape, "entries", "要素保障"),
        lambda shape: structure.moved(shape, content, "next", -1),
    ):
        bulletin = reshaped(bulletin, change, people, now)
    expected = ["", "总体情况", "分类进展情况", "责任单位进展", was[4], was[5], "入库纳统情况", "要素保障"]
    expected += ["问题协调办理情况", "下一步工作要求"]
    assert headings(bulletin)[: len(expected)] == expected
    assert bulletin.title == "关于五月份重点项目的通报"
    assert letter(bulletin).addressee == "各责任单位："
    bulletin = edit(bulletin, "own1", "一是用地。", people, now)
    text = "".join(getattr(part, "text", "") for part in bulletin_files.document(bulletin).blocks)
    assert "四、要素保障一是用地。" in text
    assert "存在的主要问题" not in text
    bulletin = bulletins.refresh_bulletin(bulletin, by=people.office, now=now, version=bulletin.version)
    assert headings(bulletin)[: len(expected)] == expected, "newer figures keep it"
    assert (said(bulletin, "own1"), bulletin.title) == ("一是用地。", "关于五月份重点项目的通报")
    kept = set(BulletinEdit.objects.values_list("old", "new"))
    assert ("各责任单位进展情况", "责任单位进展") in kept
    assert ("存在的主要问题", "存在的主要问题（不印）") in kept
    assert ("", "要素保障") in kept
    assert any("问题协调办理情况、下一步工作要求" in new for _old, new in kept)
    bulletin = reshaped(bulletin, lambda shape: {}, people, now)
    assert (headings(bulletin), bulletin.title) == (was, title)


def test_columns_are_left_out_added_and_ordered(bulletin, people, now, sign_in):
    client = sign_in(people.office)

    def press(do, **more):
        bulletin.refresh_from_db()
        sent = {"version": bulletin.version, "do": do, **more}
        assert client.post(address(bulletin, "layout/"), sent).status_code == 303
        bulletin.refresh_from_db()
        return [column["label"] for column in block(bulletin, "annex.behind")["columns"]]

    before = [column["label"] for column in block(bulletin, "annex.behind")["columns"]]
    assert press("column-out:annex.behind:plan") == [label for label in before if label != "年度计划"]
    assert press("column-in:annex.behind", **{"more:annex.behind": "plan"})[-1] == "年度计划"
    press("column-left:annex.behind:plan")  # past the causes, which nobody has given: empty columns aren't printed
    assert press("column-left:annex.behind:plan")[-2] == "年度计划"
    rows = block(bulletin, "annex.behind")["rows"]
    assert {len(row) for row in rows} == {len(before)}
    bulletin = bulletins.refresh_bulletin(bulletin, by=people.office, now=now, version=bulletin.version)
    assert [column["label"] for column in block(bulletin, "annex.behind")["columns"]][-2] == "年度计划"


def test_a_column_has_another_heading_on_every_paper_and_in_the_comparison(bulletin, people, now, sign_in):
    client, table = sign_in(people.office), "annex.behind"

    def heads():
        bulletin.refresh_from_db()
        return [structure.flat(column["label"]) for column in block(bulletin, table)["columns"]]

    def save(**typed):
        sent = {
            "version": bulletin.version,
            "do": "save",
            **{f"column:{table}:{key}": head for key, head in typed.items()},
        }
        assert client.post(address(bulletin, "layout/"), sent).status_code == 303
        return heads()

    before = heads()
    at = before.index("年度计划")
    renamed = save(plan=" 全年  计划数 ", name="项目名称")
    assert renamed == [*before[:at], "全年 计划数", *before[at + 1 :]]
    assert 'value="全年 计划数"' in client.get(address(bulletin)).content.decode()
    tables = [part for annex in bulletin_files.document(bulletin).annexes for part in annex.blocks]
    assert "全年 计划数" in [column.label for part in tables if isinstance(part, Table) for column in part.columns]
    word = zipfile.ZipFile(io.BytesIO(bulletin_files.docx(bulletin))).read("word/document.xml").decode()
    sheets = openpyxl.load_workbook(io.BytesIO(bulletin_files.xlsx(bulletin)))
    said = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert "全年 计划数" in word
    assert "全年 计划数" in said
    parts = client.get(address(bulletin, "changes/")).context["parts"]
    lines = [line for part in parts for line in part.lines]
    was, now_said = ("".join(bit.text for bit in lines[0] if bit.kind != kind) for kind in ("in", "out"))
    assert ("年度计划" in was, "全年 计划数" in now_said) == (True, True), lines
    assert BulletinEdit.objects.filter(block=table, old__contains="年度计划", new__contains="全年 计划数").exists()
    bulletin = bulletins.refresh_bulletin(bulletin, by=people.office, now=now, version=bulletin.version)
    assert heads() == renamed, "newer figures keep it"
    assert save(plan="") == before
    assert bulletin.shape.get("columns", {}) == {}, "as generated: nothing is kept"


def test_the_list_of_parts_numbers_sections_as_the_page_does(bulletin):
    bulletin.content[0]["heading"] = ""  # an opening sentence has none
    parts = layout(bulletin).parts
    assert (parts[0].label, parts[0].name) == ("", f"{said(bulletin, bulletin.content[0]['key'])[:12]}…")
    numbered = [f"{part.label}{part.heading}" for part in parts if part.label.endswith("、")]
    printed = [part.text for part in bulletin_files.document(bulletin).blocks if isinstance(part, Heading)]
    assert numbered == printed


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"do": "add", "new": " ", "after": "overview"}, "请写新增一节的标题"),
        ({"do": "save", "title_lines": "一\n二\n三\n四\n五"}, "标题为1至4行"),
        ({"do": "save", "heading:overview": "长" * 61}, "小标题不超过60个字"),
        ({"do": "save", "addressee": "长" * 301}, "不超过300个字"),
        ({"do": "save", "column:annex.behind:plan": "长" * 21}, "表头不超过20个字"),
    ],
)
def test_what_cant_be_printed_is_refused_with_what_was_typed(bulletin, people, sign_in, sent, field):
    answer = sign_in(people.office).post(
        address(bulletin, "layout/"), {"copies": "存档", "version": bulletin.version, **sent}
    )
    assert answer.status_code == 422
    assert field in seen(answer)
    assert 'value="存档"' in answer.content.decode()
    bulletin.refresh_from_db()
    assert bulletin.shape == {}


def test_the_make_is_changed_by_who_edits_and_as_it_was_seen(bulletin, people, now):
    def out(shape):
        return structure.left_out(shape, "lagging", True)

    with pytest.raises(NotAllowed):
        reshaped(bulletin, out, people, now, by=people.leader)
    with pytest.raises(Stale):
        reshaped(bulletin, out, people, now, version=bulletin.version + 1)
    editing.keep_turn(bulletin, by=people.office_head, now=now)
    with pytest.raises(Taken):
        reshaped(bulletin, out, people, now)
    with pytest.raises(Wrong):
        structure.with_columns({}, "annex.behind", [], [])


# versions -----------------------------------------------------------------------------------------------------------


def test_two_moments_are_compared_with_what_differs_marked(ready, people, now, sign_in):
    bulletin = bulletins.submit_bulletin(ready, by=people.office, now=now, version=ready.version)
    bulletin = bulletins.give_back(bulletin, by=people.leader, now=now, reason="写明时限", version=bulletin.version)
    bulletin = edit(bulletin, "next", "各单位6月25日前赶上序时进度。", people, now)
    sent = Moment.objects.get(what="sent")
    page = sign_in(people.office).get(address(bulletin, f"changes/?from={sent.pk}&to=now")).content.decode()
    assert re.search(r"<del><span[^>]*>删：</span>底</del><ins\s*><span[^>]*>增：</span>25日</ins>前", page)
    assert page.count("<del>") == 1, "the section that is the same isn't shown"
    everything = sign_in(people.office).get(address(bulletin, "changes/")).content.decode()
    assert "<ins" in everything, "from the generated draft to now"


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("完成45.0亿元", "完成46.2亿元", [("same", "完成"), ("out", "45.0"), ("in", "46.2"), ("same", "亿元")]),
        ("", "新的", [("in", "新的")]),
        ("旧的", "", [("out", "旧的")]),
        ("116.3", "16.3", [("out", "116.3"), ("in", "16.3")]),
    ],
)
def test_figures_are_compared_whole(old, new, kinds):
    assert [(bit.kind, bit.text) for bit in bits(old, new)] == kinds


def test_parts_that_came_or_went_are_told(bulletin):
    parts = parts_of(bulletin.content, letter(bulletin).as_json())
    [gone] = compared(parts, parts[:2] + parts[3:])
    assert all(bit.kind == "out" for line in gone.lines for bit in line)
    assert compared(parts, parts) == []


# who signs ----------------------------------------------------------------------------------------------------------


def test_the_signer_reads_old_value_and_reason_beside_the_figure_and_signs_that_version(ready, people, now, sign_in):
    text = said(ready, "overview").replace("26.96个百分点", "27个百分点")
    bulletin = edit(
        ready, "overview", text, people, now, reasons={"gap": "会议已按整数通报", "lag_change": "按公布数计"}
    )
    bulletin = bulletins.submit_bulletin(bulletin, by=people.office, now=now, version=bulletin.version)
    client = sign_in(people.leader)
    page = client.get(address(bulletin)).content.decode()
    assert re.search(r'>27</a><small\s+class="was">（数据为26.96；会议已按整数通报）</small>', page)
    assert 'class="see-page"' in page
    shown = re.search(r"sign/\?version=(\d+)", page)[1]
    bulletin = bulletins.recall_bulletin(bulletin, by=people.office, now=now, version=bulletin.version)
    bulletin = edit(bulletin, "next", "换了一句。", people, now)
    bulletin = bulletins.submit_bulletin(bulletin, by=people.office, now=now, version=bulletin.version)
    assert client.post(address(bulletin, "sign/"), {"version": shown}).status_code == 409
    assert Bulletin.objects.get().status == "signing"
    now_shown = re.search(r"sign/\?version=(\d+)", client.get(address(bulletin)).content.decode())[1]
    client.post(address(bulletin, "sign/"), {"version": now_shown})
    assert Bulletin.objects.get().status == "published"


# drafting -----------------------------------------------------------------------------------------------------------


def test_a_draft_says_how_far_it_is(county, people, now):
    run = asked.ask("bulletin_draft", f"{county.pk}:monthly:2026-05", now=now)
    assert drafting(county, now=now) == Drafting("2026-05", State("waiting"))
    run.status, run.result = JobRun.Status.RUNNING, {"step": [2, 3, "writing the text"]}
    run.save()
    found = drafting(county, now=now)
    assert found is not None
    assert found.state.how_far == "进度 2/3：生成正文"


@pytest.mark.parametrize(
    ("error", "help"),
    [
        ("", "没有后台进程接手"),
        ("NotDraftable: weekly", "请管理员补上"),
        ("WordingError: {x}", "读不了（{x}）"),
        ("Refused: 这个月还没开始。", "这个月还没开始。改好后再重新起草"),
        ("KeyError: 'x'", "告诉管理员：KeyError: 'x'"),
    ],
)
def test_a_failure_says_what_to_do(error, help):
    assert help in what_helps(error)


def test_a_draft_that_failed_says_so_on_the_list(county, people, now, sign_in):
    run = asked.ask("bulletin_draft", f"{county.pk}:monthly:2026-05", now=now)
    JobRun.objects.filter(pk=run.pk).update(status="failed", error="NotDraftable: monthly")
    page = sign_in(people.office).get("/dispatch/bulletins/")
    assert "请管理员补上" in seen(page)
    assert Period.month(2026, 5) is not None
