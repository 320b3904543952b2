"""The signing sheet says who drafted, checked and signed a paper, and what becomes of it outside."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.utils import translation

from core.models import StoredFile
from dispatch.bulletins import services as bulletins
from dispatch.models import SigningSheet
from dispatch.numbers.sending import Sending
from dispatch.sheet import services as sheets
from dispatch.sheet.form import slip
from dispatch.sheet.kept import JOB, kept_sheet
from dispatch.sheet.pages import Hand, sheet
from jobs.models import JobRun
from paper.document import Imprint
from paper.pdf import pdf_available
from paper.proofs.pictures import pages_of
from paper.slip import write_slip
from tests.support.archive import faults
from tests.support.bulletin_steps import edit, said
from tests.support.paths import FONTS

pdfplumber = pytest.importorskip("pdfplumber", reason="reads PDFs back: script/bootstrap test installs pdfplumber")
AVAILABLE, WHY = pdf_available(FONTS)

pytestmark = pytest.mark.django_db


def test_each_hand_stands_there_with_its_moment(ready, people, now):
    row = edit(ready, "overview", said(ready, "overview") + "另行通知。", people, now)
    draft = sheet(row)
    assert ([hand.who for hand in draft.drafted], draft.checked.who, draft.signed.who) == (["综合岗"], "", "")
    assert draft.paper.number == "项目办通〔2026〕\u3000号"
    sending = Sending(disclosure="closed", why="涉企", copies=30, joint=("县发展和改革局",))
    sent = bulletins.submit_bulletin(row, by=people.office, now=now, version=row.version, sending=sending)
    waits = sheet(sent)
    assert (waits.checked.who, waits.checked.at) == ("综合岗", now)
    assert (waits.to_sign.startswith("县领导01"), waits.signed.who) == (True, "")
    signed = bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)
    done = sheet(signed)
    assert (done.signed.who, done.signed.at, done.to_sign) == (str(people.leader), now, "")
    assert (done.paper.number, done.sending.copies, done.sending.why) == ("项目办通〔2026〕1号", 30, "涉企")


def test_the_page_is_the_offices_and_of_those_who_sign(signed, people, sign_in):
    page = sign_in(people.office).get(f"/dispatch/bulletins/{signed.pk}/sheet/").content.decode()
    for told in (signed.entry.text, signed.title, "各乡镇人民政府", str(people.leader)):
        assert told in page
    assert sign_in(people.leader).get(f"/dispatch/bulletins/{signed.pk}/sheet/").status_code == 200
    assert sign_in(people.officer).get(f"/dispatch/bulletins/{signed.pk}/sheet/").status_code == 403


def made(row, now):
    sheets.request_sheet(row, now=now)
    assert len(JobRun.objects.filter(job=JOB, status="waiting")) == 1
    sheets.request_sheet(row, now=now)
    run = JobRun.objects.get(job=JOB, status="waiting")
    sheets.make_sheet(run.pk, now=now)
    return JobRun.objects.get(pk=run.pk)


def test_the_pdf_is_made_by_a_worker_and_anew_when_another_hand_was_put_to_it(
    signing, people, now, sign_in, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr("paper.slip.write_slip", lambda slip, fonts: repr(slip).encode())
    client, address = sign_in(people.office), f"/dispatch/bulletins/{signing.pk}/sheet/"
    assert client.get(f"{address}file/").status_code == 303, "it has to be made first"
    assert "every 2s" in client.post(address, headers={"HX-Request": "true"}).content.decode()
    first = made(signing, now)
    assert (first.status, first.result["kept"]) == ("done", True)
    with translation.override("en"):
        assert kept_sheet(signing) is not None, "whoever's language asks"
    paper = client.get(f"{address}file/?inline")
    assert (paper["Content-Type"], b"".join(paper.streaming_content).decode().count("送县领导01")) == (
        "application/pdf",
        1,
    )
    assert f"{address}file/" in client.get(address).content.decode()
    row = bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version)
    assert kept_sheet(row) is None
    made(row, now)
    assert "1号" in kept_sheet(row).content.read().decode()
    assert (SigningSheet.objects.count(), StoredFile.objects.count()) == (1, 1), "the older one is thrown away"
    assert sign_in(people.officer).get(f"{address}file/").status_code == 403


LONG = "某某自治县沿江生态修复和城乡供水一体化工程建设协调指挥部办公室"
FILLED = {"empty": 0, "usual": 1, "full": 8}


@pytest.mark.skipif(not AVAILABLE, reason=f"no PDF on this machine: {WHY}")
@pytest.mark.parametrize("much", FILLED.values(), ids=FILLED)
def test_it_is_one_sheet_of_a4_however_much_is_filled_in(signed, now, much):
    whole = sheet(signed)
    paper = replace(
        whole.paper, title=LONG * min(much, 5), addressee=LONG * much, attachments=(LONG * 2,) * much,
        imprint=Imprint(LONG * much, LONG, ""), signature=LONG[:9] if much < 8 else LONG,
    )  # fmt: skip
    sending = Sending(why=LONG * min(much, 6), joint=(LONG,) * much, copies=30)
    found = replace(whole, paper=paper, sending=sending, drafted=(Hand(LONG, now),) * much)
    pdf = write_slip(slip(found), FONTS)
    assert pages_of(pdf) == 1
    assert faults(pdf) == []
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        (page,) = opened.pages
        assert (round(page.width), round(page.height)) == (595, 842)
        text, inked = page.extract_text(), [char for char in page.chars if char["text"].strip()]
    assert all(
        label in text for label in ("签发：", "会签：", "核稿：", "拟稿：", "标题：", "主送：", "抄送：", "附件：")
    )
    assert "发文稿纸" in text
    edges = min(c["x0"] for c in inked), max(c["x1"] for c in inked), max(c["bottom"] for c in inked)
    assert (edges[0] >= 62, edges[1] <= 533.5, edges[2] <= 797) == (True, True, True), edges
    if much:
        assert text.replace("\n", "").count(LONG[:9]) >= much
