"""The PDF as a file to keep: PDF/A-2a, tagged, bookmarked, dated by the record, the same bytes twice."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from paper.pdf import pdf_available, write_pdf
from tests.support.archive import faults, objects_of, opened
from tests.support.paper_cases import CASES
from tests.support.paths import FONTS as FOLDER

LIT = pytest.importorskip("pdfminer.psparser", reason="reads PDFs back: script/bootstrap test installs pdfplumber").LIT
AVAILABLE, WHY = pdf_available(FOLDER)
pytestmark = pytest.mark.skipif(not AVAILABLE, reason=f"no PDF on this machine: {WHY}")


@pytest.fixture(scope="module")
def pdf(printed) -> Any:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser

    return PDFDocument(PDFParser(io.BytesIO(printed("medium")[1])))


def resolved(value: Any) -> Any:
    from pdfminer.pdftypes import resolve1

    return resolve1(value)


def tree(pdf: Any) -> list[tuple[int, str, dict[str, Any]]]:
    """(depth, tag, element) of the structure in its order."""
    found: list[tuple[int, str, dict[str, Any]]] = []

    def walk(element: Any, depth: int) -> None:
        element = resolved(element)
        if isinstance(element, dict) and "S" in element:
            found.append((depth, element["S"].name, element))
            kids = resolved(element.get("K", []))
            for kid in kids if isinstance(kids, list) else [kids]:
                walk(kid, depth + 1)

    for root in resolved(resolved(pdf.catalog["StructTreeRoot"])["K"]):
        walk(root, 0)
    return found


def content(pdf: Any) -> list[bytes]:
    from pdfminer.pdfpage import PDFPage

    return [b"".join(resolved(part).get_data() for part in page.contents) for page in PDFPage.create_pages(pdf)]


def test_it_says_that_it_is_pdf_a_and_brings_its_colours(pdf):
    metadata = resolved(pdf.catalog["Metadata"]).get_data().decode()
    assert 'pdfaid:part="2"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    [intent] = resolved(pdf.catalog["OutputIntents"])
    assert intent["S"].name == "GTS_PDFA1"
    assert len(resolved(intent["DestOutputProfile"]).get_data()) > 1000
    assert resolved(pdf.catalog["MarkInfo"])["Marked"]
    assert pdf.catalog["Lang"] == b"zh-Hans"


def test_its_dates_are_those_of_the_record(pdf):
    metadata = resolved(pdf.catalog["Metadata"]).get_data().decode()
    assert set(re.findall(r"<xmp:\w+Date>(.*?)</xmp", metadata)) == {"2026-11-11T01:30:00+00:00"}
    assert {pdf.info[0]["CreationDate"], pdf.info[0]["ModDate"]} == {b"D:20261111013000+00'00"}


def test_the_same_document_is_the_same_bytes(printed):
    assert write_pdf(CASES["short"](), FOLDER) == printed("short")[1]


def test_headings_paragraphs_and_tables_are_tagged_as_what_they_are(pdf):
    tags = [tag for _, tag, _ in tree(pdf)]
    assert tags.count("H1") == 1
    assert tags.count("H2") == 5  # three of the text, two annexes
    assert tags.count("H3") == 1
    assert tags.count("P") > 10
    assert tags.count("Table") == tags.count("THead") == 5  # one goes on for two pages
    assert tags.count("TH") == 3 * 9 + 2 * 6
    assert tags.count("TD") == 40 * 9 + 2 * 7 * 6
    figures = [element for _, tag, element in tree(pdf) if tag == "Figure"]
    assert len(figures) == 1  # the code to verify
    assert all(element.get("Alt") for element in figures)


def test_each_cell_names_its_head(pdf):
    heads = {element["ID"] for _, tag, element in tree(pdf) if tag == "TH"}
    for _, tag, element in tree(pdf):
        if tag == "TD":
            assert set(resolved(element["A"])["Headers"]) <= heads
            assert resolved(element["A"])["Headers"]


def test_all_that_is_drawn_is_in_the_tree_or_an_artifact(pdf):
    """Page numbers are artifacts: whoever listens to the text doesn't hear them."""
    marks: list[set[int]] = []
    for stream in content(pdf):
        depth = 0
        found = set()
        for line in stream.splitlines():
            if line.endswith((b"BDC", b"BMC")):
                depth += 1
            elif line == b"EMC":
                depth -= 1
            elif line.endswith((b" Tj", b" TJ")) or line in (b"f", b"S"):
                assert depth > 0, line[:60]
        found |= {int(mark) for mark in re.findall(rb"/MCID (\d+)", stream)}
        assert b"/Artifact\n<</Type /Pagination>>" in stream
        marks.append(found)
    told = sum(isinstance(kid, int) for _, _, element in tree(pdf) for kid in (resolved(element.get("K", [])) or []))
    assert told == sum(map(len, marks))


def test_bookmarks_lead_to_title_headings_and_annexes(pdf):
    assert [(level, title) for level, title, *_ in pdf.get_outlines()] == [
        (1, "关于2024年1—6月全区重点项目建设情况的通报"),
        (2, "一、总体情况"),
        (2, "二、责任单位进展"),
        (3, "（一）排名情况"),
        (2, "三、下步要求"),
        (2, "附件1 2024年6月滞后和应开未开项目清单"),
        (2, "附件2 2024年6月未入统项目清单"),
    ]


def test_fonts_are_embedded_as_subsets(pdf):
    from pdfminer.pdfpage import PDFPage

    fonts = {}
    for page in PDFPage.create_pages(pdf):
        for reference in resolved(page.resources["Font"]).values():
            font = resolved(reference)
            below = resolved(resolved(font["DescendantFonts"])[0])
            fonts[font["BaseFont"].name] = resolved(below["FontDescriptor"])
            assert "ToUnicode" in font
    assert len(fonts) >= 4
    for name, descriptor in fonts.items():
        assert re.match(r"[A-Z]{6}\+", name)
        assert any(key.startswith("FontFile") for key in descriptor)


@pytest.mark.parametrize("name", ["medium", "nasty", "letter"])
def test_nothing_is_in_it_that_the_standard_forbids(printed, name):
    assert faults(printed(name)[1]) == []


def spoiled(document: Any, what: str) -> None:
    """Does *what* to every object of the open file that it can be done to."""
    for _number, thing in objects_of(document):
        attributes = getattr(thing, "attrs", thing)
        if not isinstance(attributes, dict):
            continue
        if what in attributes:
            del attributes[what]
        if what == "TH" and attributes.get("S") is LIT("TH"):
            attributes["S"] = LIT("Head")
        if what == "font" and "FontBBox" in attributes:
            for key in [key for key in attributes if key.startswith("FontFile")]:
                del attributes[key]
    if what in document.catalog:
        del document.catalog[what]


SPOILED = {
    "OutputIntents": "6.2.3", "font": "6.2.11.4", "ToUnicode": "6.2.11.7",
    "MarkInfo": "6.7.2.2", "TH": "6.7.3.4", "Alt": "6.7.3", "Lang": "6.7.4",
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_looked_for_is_found(printed, what):
    whole = printed("medium")[1]
    document = opened(whole)
    spoiled(document, what)
    found = faults(whole, document)
    assert found
    assert all(fault.startswith(SPOILED[what]) for fault in found), found


def test_what_is_wrong_with_the_file_itself_is_found(printed):
    whole = printed("medium")[1]
    assert [fault[:5] for fault in faults(b"%PDF-2.0" + whole[8:] + b"more")] == ["6.1.2", "6.1.3"]
