"""Pages as pictures: what is seen beside the text is the PDF itself."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from paper.document import plain
from paper.pdf import pdf_available, write_pdf
from paper.proofs.draw import proof
from paper.proofs.pictures import DPI, kept, look, pack, picture_of
from tests.support.paper_cases import CASES
from tests.support.paper_sample import sample

pytestmark = pytest.mark.requirement("D15")
AVAILABLE, WHY = pdf_available(settings.DOC_FONT_DIR)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    if not AVAILABLE:
        pytest.skip(f"no PDF here: {WHY}")
    return write_pdf(sample(), settings.DOC_FONT_DIR)


def test_each_page_is_a_picture_of_its_size_and_the_red_is_red(pdf):
    from PIL import Image

    packed = pack(pdf)
    held = look(io.BytesIO(packed))
    first, last = (picture_of(io.BytesIO(packed), number) for number in (1, held.pages))
    assert held.pages == len(held.sizes) > 1
    image = Image.open(io.BytesIO(first)).convert("RGB")
    assert held.sizes[0] == image.size == (round(210 / 25.4 * DPI), round(297 / 25.4 * DPI))
    assert Image.open(io.BytesIO(last)).size == held.sizes[-1]
    assert [size for size in held.sizes if size[0] > size[1]], "an annex that lies across is seen as it lies"
    colours: set[Any] = {image.getpixel((x, y)) for x in range(image.width) for y in range(250, 420)}
    assert (255, 255, 255) in colours
    assert any(red > 180 and green < 90 and blue < 90 for red, green, blue in colours)
    assert picture_of(io.BytesIO(packed), held.pages + 1) is None


def test_a_long_paper_says_how_much_is_not_drawn_and_the_same_pdf_is_the_same_file(pdf):
    some = pack(pdf, most=1)
    held = look(io.BytesIO(some))
    assert (len(held.sizes), held.pages > 1) == (1, True)
    assert some == pack(pdf, most=1)


@pytest.mark.skipif(not AVAILABLE, reason=f"no PDF on this machine: {WHY}")
def test_an_edit_draws_the_pages_that_say_something_else_and_each_is_that_of_the_pdf():
    before, folder = CASES["corrected"](), settings.DOC_FONT_DIR
    after = replace(before, blocks=(plain("另外一句话。"), *before.blocks[1:]))
    first = proof(before, folder)
    second = proof(after, folder, io.BytesIO(first))
    assert first == proof(before, folder, io.BytesIO(second)), "whatever was drawn before"
    have, drawn = kept(io.BytesIO(first)), kept(io.BytesIO(second))
    assert 0 < len(set(drawn) - set(have)) < len(drawn), "some pages are the same and aren't set again"
    whole = pack(write_pdf(after, folder))
    assert list(drawn.values()) == list_of(whole), "to the last point"
    assert proof(after, folder, io.BytesIO(whole)) == second, "a file that doesn't say what its pages are of"


def list_of(packed: bytes) -> list[bytes | None]:
    return [picture_of(io.BytesIO(packed), number + 1) for number in range(len(look(io.BytesIO(packed)).sizes))]
