"""Pages as pictures: what is seen beside the text is the PDF itself."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.conf import settings

from paper.pdf import pdf_available, write_pdf
from paper.pictures import DPI, look, pack
from tests.support.paper_sample import sample

pytestmark = pytest.mark.requirement("D15")
AVAILABLE, WHY = pdf_available(settings.DOC_FONT_DIR)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    if not AVAILABLE:
        pytest.skip(f"no PDF here: {WHY}")
    return write_pdf(sample(), settings.DOC_FONT_DIR)


def opened(packed: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(packed))


def test_each_page_is_a_picture_of_its_size_and_the_red_is_red(pdf):
    from PIL import Image

    with opened(pack(pdf)) as packed:
        held = look(packed)
        first = Image.open(packed.open("1.png")).convert("RGB")
    assert held.pages == len(held.sizes) > 1
    assert held.sizes[0] == first.size == (round(210 / 25.4 * DPI), round(297 / 25.4 * DPI))
    across = [size for size in held.sizes if size[0] > size[1]]
    assert across, "an annex that lies across is seen as it lies"
    counted: Any = first.getcolors(1 << 20)
    colours = {colour for _n, colour in counted}
    assert (255, 255, 255) in colours
    assert any(red > 180 and green < 90 and blue < 90 for red, green, blue in colours)


def test_a_long_paper_says_how_much_is_not_drawn_and_the_same_pdf_is_the_same_file(pdf):
    some = pack(pdf, most=1)
    with opened(some) as packed:
        held = look(packed)
    assert (len(held.sizes), held.pages > 1) == (1, True)
    assert some == pack(pdf, most=1)
