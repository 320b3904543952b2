"""Pictures that people send are opened behind the fence: what is in them, and what is wrong with those that aren't."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from core.pictures import reader
from core.pictures.papers import check_paper
from core.pictures.reading import PictureError, apart, check_size, read_picture
from core.refusals import Refused
from tests.support.pictures import SITE, TAKEN, again, lying, pdf, photo, plain

pytestmark = pytest.mark.requirement("P09")


def read(content: bytes) -> dict:
    return reader.read(content)[0]


def test_what_the_phone_wrote_is_read_and_the_copies_carry_none_of_it() -> None:
    found = read_picture(photo(), "IMG.jpg")
    assert (found.width, found.height, found.taken_at) == (800, 600, TAKEN)
    assert (found.longitude, found.latitude) == pytest.approx(tuple(SITE), abs=1e-6)
    for copy, longest in ((found.shown, 1600), (found.thumb, 480)):
        small = Image.open(io.BytesIO(copy))
        assert small.format == "JPEG"
        assert max(small.size) <= longest
        assert not small.getexif()
        assert b"Exif" not in copy
        assert "icc_profile" not in small.info


def test_it_stands_upright() -> None:
    told, shown, _thumb = reader.read(lying())
    small = Image.open(io.BytesIO(shown)).convert("L")
    assert (told["width"], told["height"]) == small.size == (300, 400)
    assert small.getpixel((150, 40)) > 200 > 50 > small.getpixel((150, 360))  # type: ignore[operator]  # of grey ones a number


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [1, 0.5, 0.3])
def test_the_same_picture_scaled_or_packed_anew_is_near_and_another_one_is_not(share: float, kind: str) -> None:
    first, other = photo(1), photo(2)
    bits = read(first)["bits"]
    assert apart(bits, read(again(first, share=share, kind=kind))["bits"]) <= 6
    assert apart(bits, read(other)["bits"]) > 6


@pytest.mark.parametrize(
    ("content", "named", "sentence"),
    [
        (b"", "", "文件是空的"),
        ("会议纪要".encode(), "现场.jpg", "“现场.jpg”不是图片"),
        (photo()[:20_000], "断.jpg", "“断.jpg”已损坏"),
        (pdf(), "证.jpg", "PDF"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "IMG.HEIC", "HEIC"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 40, "v.mp4", "视频"),
        (plain(60, 40, "GIF"), "动.gif", "GIF"),
        (plain(10_000, 6_000, quality=10), "大.jpg", "最多 52 百万像素"),
        (plain(6_000, 5_000, "PNG", mode="L"), "大.png", "最多 26 百万像素"),
        (plain(8, 8), "点.jpg", "8 × 8"),
    ],
    ids=["empty", "text", "torn", "pdf", "heic", "film", "gif", "60 megapixels", "png", "dot"],
)
def test_what_is_no_photo_is_refused_with_a_sentence(content: bytes, named: str, sentence: str) -> None:
    with pytest.raises(PictureError, match=sentence):
        read_picture(content, named)


def test_25_megabytes_are_refused_before_anybody_reads_them() -> None:
    with pytest.raises(PictureError, match="25 MB，每张照片不超过 20 MB"):
        check_size(25 * 2**20, 20 * 2**20)


def test_what_claims_a_size_that_it_hasnt_is_stopped_by_the_fence() -> None:
    """A PNG of few bytes that unpacks to 26 megapixels is opened within the bounds; one beyond them isn't opened."""
    found = read_picture(plain(5_000, 5_000, "PNG", mode="P"), "平.png")
    assert (found.width, found.height) == (5_000, 5_000)


@pytest.mark.parametrize(
    "written", [{0x9003: b"\xff\xfe"}, {0x9003: "2026:13:45 99:99:99"}, {0x9003: "0000:00:00 00:00:00"}, {0x9003: 7}]
)
def test_a_time_that_is_none_is_no_time(written: dict) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(written)
    exif.get_ifd(0x8825).update({1: "N", 2: (200.0, 0.0, 0.0), 3: "E", 4: ()})
    room = io.BytesIO()
    Image.new("RGB", (64, 48)).save(room, "JPEG", exif=exif)
    found = read_picture(room.getvalue())
    assert (found.taken_at, found.longitude, found.latitude) == (None, None, None)


def _packed(inside: bytes) -> bytes:
    body = zlib.compress(b"1 0 2 30 <</Type /Catalog " + inside + b">>")
    return pdf() + b"9 0 obj\n<</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + body + b"\nendstream\nendobj\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pdf(b"/OpenAction <</S /JavaScript /JS (app.alert(1))>>"), "脚本"),
        (pdf(b"/OpenAction <</S /J#61vaScript>>"), "脚本"),
        (_packed(b"/AA <</O <</JS 5 0 R>>>>"), "脚本"),
        (pdf(b"/OpenAction <</S /Launch /F (cmd.exe)>>"), "启动程序"),
        (pdf(b"/Names 3 0 R /JSON 1"), ""),
        (pdf() + b"4 0 obj\n<</Length 9>>\nstream\n /JS /JS \nendstream\nendobj", ""),  # of a picture: any bytes
        (b"no PDF at all /JavaScript", ""),
    ],
)
def test_a_pdf_that_acts_by_itself_is_not_kept(content: bytes, sentence: str) -> None:
    if not sentence:
        check_paper(content, "批复.pdf")
        return
    with pytest.raises(Refused, match=f"“批复.pdf”.*{sentence}"):
        check_paper(content, "批复.pdf")
