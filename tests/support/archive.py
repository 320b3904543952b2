"""What of ISO 19005-2, level A, can be read off a PDF without a validator. There is none in Python or in Debian: those
on offer call veraPDF, which wants Java. Each clause that is looked at stands beside its check."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

#: Of ISO 32000-1, 14.8.4; others would have to be mapped.
STANDARD = frozenset(
    [
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "TOC",
        "TOCI",
        "Index",
        "NonStruct",
        "Private",
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Span",
        "Quote",
        "Note",
        "Reference",
        "BibEntry",
        "Code",
        "Link",
        "Annot",
        "Ruby",
        "RB",
        "RT",
        "RP",
        "Warichu",
        "WT",
        "WP",
        "Figure",
        "Formula",
        "Form",
    ]
)
BLENDS = {"Normal", "Compatible", "Multiply", "Screen", "Overlay", "Darken", "Lighten"}
ACTIONS = {"GoTo", "URI", "Named"}
PRINT, INVISIBLE, HIDDEN, NO_VIEW = 4, 1, 2, 32
LIMITS = {"integer": 2**31 - 1, "string": 32_767, "name": 127, "nesting": 28}


def opened(pdf: bytes) -> Any:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser

    return PDFDocument(PDFParser(io.BytesIO(pdf)))


def faults(pdf: bytes, document: Any = None) -> list[str]:
    """What the standard forbids, clause by clause; nothing where all that is looked at is right. *document* is the
    file as it was opened, where something was done to it."""
    document = document or opened(pdf)
    return [
        *_file(pdf, document),
        *(fault for number, thing in objects_of(document) for fault in _object(number, thing)),
        *_catalog(document),
        *(fault for page in _pages(document) for fault in _page(page)),
    ]


def plain(value: Any) -> Any:
    from pdfminer.pdftypes import resolve1

    return resolve1(value)


def name_of(value: Any) -> str:
    return str(getattr(plain(value), "name", ""))


def objects_of(document: Any) -> Iterator[tuple[int, Any]]:
    for number in sorted({number for xref in document.xrefs for number in xref.get_objids()}):
        yield number, document.getobj(number)


def _pages(document: Any) -> Iterator[Any]:
    from pdfminer.pdfpage import PDFPage

    yield from PDFPage.create_pages(document)


def _file(pdf: bytes, document: Any) -> Iterator[str]:
    head, mark = pdf.split(b"\n", 2)[:2]
    if not re.fullmatch(rb"%PDF-1\.[0-7]", head):
        yield f"6.1.2 header {head!r}"
    if not (mark.startswith(b"%") and len(mark) >= 5 and all(byte > 127 for byte in mark[1:5])):
        yield "6.1.2 no binary mark in the second line"
    trailer = document.xrefs[0].get_trailer()
    if "ID" not in trailer:
        yield "6.1.3 no ID"
    if any("Encrypt" in xref.get_trailer() for xref in document.xrefs):
        yield "6.1.3 encrypted"
    if not re.search(rb"%%EOF\r?\n?\Z", pdf):
        yield "6.1.3 something after the end"


def _object(number: int, thing: Any) -> Iterator[str]:
    at = f"object {number}"
    attributes = getattr(thing, "attrs", thing)
    if isinstance(attributes, dict):
        if attributes is not thing:  # a stream
            if {"F", "FFilter", "FDecodeParams"} & set(attributes):
                yield f"6.1.7.1 {at}: content from outside"
            filters = plain(attributes.get("Filter", []))
            if "LZWDecode" in {name_of(one) for one in (filters if isinstance(filters, list) else [filters])}:
                yield f"6.1.7.2 {at}: LZW"
        kind, sort = name_of(attributes.get("Type")), name_of(attributes.get("Subtype"))
        yield from _graphics(at, kind, sort, attributes)
        if "S" in attributes and kind == "Action" and name_of(attributes["S"]) not in ACTIONS:
            yield f"6.5.1 {at}: action {name_of(attributes['S'])}"
        if "AA" in attributes:
            yield f"6.5.2 {at}: additional actions"
        if kind == "Filespec" or "EF" in attributes:
            yield f"6.8 {at}: a file in the file"
        if kind == "OCG":
            yield f"6.9 {at}: optional content"
    yield from _limits(at, attributes)


def _graphics(at: str, kind: str, sort: str, attributes: dict[str, Any]) -> Iterator[str]:
    if sort == "Image" and ({"Alternates", "OPI"} & set(attributes) or plain(attributes.get("Interpolate"))):
        yield f"6.2.8 {at}: image with alternates or interpolation"
    if sort == "PS" or (sort == "Form" and {"OPI", "Ref", "PS"} & set(attributes)):
        yield f"6.2.9 {at}: PostScript or a reference"
    if kind == "ExtGState":
        if {"TR", "HTP"} & set(attributes) or name_of(attributes.get("TR2", "")) not in ("", "Default"):
            yield f"6.2.5 {at}: transfer function"
        if (blend := name_of(attributes.get("BM"))) and blend not in BLENDS:
            yield f"6.2.10 {at}: blend mode {blend}"
    if kind == "Font":
        yield from _font(at, sort, attributes)


def _font(at: str, sort: str, font: dict[str, Any]) -> Iterator[str]:
    if sort == "Type0":
        below = plain(plain(font["DescendantFonts"])[0])
        descriptor = plain(below["FontDescriptor"])
        if name_of(font["Encoding"]) not in ("Identity-H", "Identity-V"):
            yield f"6.2.11.3 {at}: another encoding than identity"
        if name_of(below["Subtype"]) == "CIDFontType2" and "CIDToGIDMap" not in below:
            yield f"6.2.11.3 {at}: no way from characters to glyphs"
        if not any(key in descriptor for key in ("FontFile", "FontFile2", "FontFile3")):
            yield f"6.2.11.4 {at}: not embedded"
        if not re.match(r"[A-Z]{6}\+", name_of(font["BaseFont"])):
            yield f"6.2.11.4 {at}: no mark of a subset"
        if "ToUnicode" not in font:
            yield f"6.2.11.7 {at}: no text"
        else:
            said = plain(font["ToUnicode"]).get_data()
            if re.search(rb"<[0-9a-fA-F]+>\s*<(0000|feff|fffe)>", said, re.IGNORECASE):
                yield f"6.2.11.7 {at}: a glyph without text"
    elif sort not in ("CIDFontType0", "CIDFontType2"):
        yield f"6.2.11 {at}: a font of the kind {sort}"


def _limits(at: str, thing: Any) -> Iterator[str]:
    """6.1.13."""
    below = [thing]
    while below:
        one = below.pop()
        if isinstance(one, bool):
            continue
        if isinstance(one, dict):
            below += [*one.values(), *one]
        elif isinstance(one, list):
            below += one
        elif isinstance(one, int) and abs(one) > LIMITS["integer"]:
            yield f"6.1.13 {at}: {one}"
        elif isinstance(one, bytes) and len(one) > LIMITS["string"]:
            yield f"6.1.13 {at}: a string of {len(one)}"
        elif hasattr(one, "name") and len(str(one.name).encode()) > LIMITS["name"]:
            yield f"6.1.13 {at}: a name of {len(one.name)}"


def _catalog(document: Any) -> Iterator[str]:
    catalog = document.catalog
    metadata = plain(catalog["Metadata"]).get_data().decode()
    if re.search(r"<\?xpacket begin[^>]*(bytes|encoding)=", metadata):
        yield "6.6.2.1 a packet that says its size or encoding"
    for want in ('pdfaid:part="2"', 'pdfaid:conformance="A"'):
        if want not in metadata:
            yield f"6.6.4 not {want}"
    info = document.info[0]
    for key, tag in (("Title", "dc:title"), ("Author", "dc:creator")):
        if key in info and _text(info[key]) not in re.sub(r"<[^>]+>", "", _inside(metadata, tag)):
            yield f"6.6.3 {key} is another in the metadata"
    for key, tag in (("CreationDate", "xmp:CreateDate"), ("ModDate", "xmp:ModifyDate")):
        if key in info and re.sub(r"\D", "", _inside(metadata, tag))[:14] != re.sub(r"\D", "", _text(info[key]))[:14]:
            yield f"6.6.3 {key} is another in the metadata"
    intents = plain(catalog.get("OutputIntents", []))
    profiles = [plain(one["DestOutputProfile"]) for one in map(plain, intents) if name_of(one["S"]) == "GTS_PDFA1"]
    if len(profiles) != 1:
        yield "6.2.3 not one output intent"
    for profile in profiles:
        data = profile.get_data()
        if profile.attrs["N"] != 3 or data[16:20] != b"RGB " or data[36:40] != b"acsp" or data[8] > 4:
            yield "6.2.3 no RGB profile of version 4 or older"
    for key in ("AA", "OCProperties", "Requirements", "NeedsRendering"):
        if key in catalog:
            yield f"6.5, 6.9, 6.11 catalog with {key}"
    if not plain(catalog.get("MarkInfo", {})).get("Marked"):
        yield "6.7.2.2 not marked"
    if not catalog.get("Lang"):
        yield "6.7.4 no language"
    yield from _tree(plain(catalog["StructTreeRoot"]))


def _tree(root: dict[str, Any]) -> Iterator[str]:
    roles = {key: name_of(value) for key, value in plain(root.get("RoleMap", {})).items()}
    below = [root["K"]]
    while below:
        one = plain(below.pop())
        if isinstance(one, list):
            below += one
        elif isinstance(one, dict) and "S" in one:
            tag = name_of(one["S"])
            if roles.get(tag, tag) not in STANDARD:
                yield f"6.7.3.4 the tag {tag}"
            if tag == "Figure" and not one.get("Alt"):
                yield "6.7.3 a figure without words"
            below.append(one.get("K", []))


def _page(page: Any) -> Iterator[str]:
    at = f"page {page.pageid}"
    resources = plain(page.resources)
    stream = b"\n".join(plain(part).get_data() for part in page.contents)
    if "Group" in page.attrs and name_of(plain(page.attrs["Group"]).get("CS", "")) not in ("", "DeviceRGB"):
        yield f"6.2.10 {at}: transparency in other colours"
    if "AA" in page.attrs or "PresSteps" in page.attrs:
        yield f"6.5.2, 6.10 {at}: it does something"
    if re.search(rb"(?m)^[\d. ]+ [kK]$", stream):
        yield f"6.2.4.3 {at}: four colours without a profile"
    depth = most = 0
    for line in stream.splitlines():
        depth += (line == b"q") - (line == b"Q")
        most = max(most, depth)
    if depth or most > LIMITS["nesting"]:
        yield f"6.1.13 {at}: states {most} deep, {depth} left open"
    for shown in re.findall(rb"<([0-9a-fA-F]+)>", b"".join(re.findall(rb"\[[^\]]*\]\s*TJ|<[^>]*>\s*Tj", stream))):
        if any(shown[n : n + 4] == b"0000" for n in range(0, len(shown), 4)):
            yield f"6.2.11.8 {at}: a glyph that no font has"
    for key in re.findall(rb"/(\S+) [\d.]+ Tf", stream):
        if key.decode() not in plain(resources["Font"]):
            yield f"6.2.2 {at}: the font {key!r} is no resource"
    for one in map(plain, plain(page.annots or [])):
        flags = plain(one.get("F", 0))
        if name_of(one["Subtype"]) != "Link":
            yield f"6.3.1 {at}: an annotation {name_of(one['Subtype'])}"
        if not flags & PRINT or flags & (INVISIBLE | HIDDEN | NO_VIEW):
            yield f"6.3.2 {at}: an annotation with the flags {flags}"


def _text(value: bytes) -> str:
    return value[2:].decode("utf-16-be") if value.startswith(b"\xfe\xff") else value.decode()


def _inside(metadata: str, tag: str) -> str:
    found = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", metadata, re.DOTALL)
    return found[1] if found else ""
