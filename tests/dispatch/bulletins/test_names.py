"""What the files of a bulletin are called, and all of them in one ZIP."""

import io
import zipfile

import pytest

from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.names import LONGEST, name_of
from paper.pdf import PdfUnavailable

pytestmark = pytest.mark.requirement("D15")

TITLE = "关于2026年1—10月全县重点项目建设情况的通报"


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"number": "辉项专办〔2026〕10号"}, f"辉项专办〔2026〕10号 {TITLE}.docx"),
        ({}, f"（送审稿）{TITLE}.docx"),
        ({"withdrawn": True, "number": "辉项专办〔2026〕10号"}, f"辉项专办〔2026〕10号 {TITLE}（已撤回）.docx"),
    ],
)
def test_a_file_is_called_by_number_and_title(more, name):
    assert name_of(TITLE, "docx", **more) == name


def test_no_name_is_one_that_a_disk_refuses():
    assert name_of('a/b\\c:d*e?"<>|\n', "pdf", number="甲〔2026〕1号") == "甲〔2026〕1号 abcde.pdf"
    long = name_of("长" * 200, "docx", number="甲〔2026〕1号", withdrawn=True)
    assert long.endswith("…（已撤回）.docx")
    assert len(long) == LONGEST + 5
    assert len(long.encode()) <= 255


def names_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert all(entry.flag_bits & 0x800 for entry in parts.infolist())  # its name is UTF-8
        return {entry.filename: parts.read(entry) for entry in parts.infolist()}


@pytest.mark.django_db
def test_all_files_are_one_zip_of_those_that_are_kept_and_of_the_others_made(bulletin, monkeypatch, now):
    def missing(_bulletin):
        raise PdfUnavailable("libpango")

    bulletin_files.keep_paper(bulletin, "docx", b"kept", of=bulletin_files.stamp(bulletin), now=now)
    bulletin.refresh_from_db()
    monkeypatch.setitem(bulletin_files.WRITERS, "pdf", lambda _bulletin: b"made")
    data = bulletin_files.WRITERS["zip"](bulletin)
    assert bulletin_files.WRITERS["zip"](bulletin) == data
    title = f"（送审稿）{bulletin.title}"
    found = names_in(data)
    assert list(found) == [f"{title}.{suffix}" for suffix in ("pdf", "docx", "xlsx", "json")]
    assert (found[f"{title}.pdf"], found[f"{title}.docx"]) == (b"made", b"kept")
    assert found[f"{title}.json"] == bulletin_files.as_json(bulletin)
    monkeypatch.setitem(bulletin_files.WRITERS, "pdf", missing)
    assert list(names_in(bulletin_files.WRITERS["zip"](bulletin))) == list(found)[1:]


@pytest.mark.django_db
def test_what_is_signed_is_called_by_its_number(signing, people, now):
    paper = bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version)
    number = paper.letter["number"]
    assert "1" in number
    assert bulletin_files.download_name(paper, "docx") == f"{number} {paper.title}.docx"
