"""A document as PDF. WeasyPrint is imported inside functions: it needs system libraries."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from paper.document import Document
from paper.fonts import FontSet, FontsMissing, find_fonts
from paper.html import print_html

#: For keeping, with a structure that reads itself out: ISO 19005-2, level A.
VARIANT = "pdf/a-2a"
PHOTO = "data:image/jpeg;base64,"  # what our own code packed, never an address that somebody typed


class PdfUnavailable(Exception):
    """This machine can't make PDF; the message says what is missing."""


def pdf_available(folder: Path | str) -> tuple[bool, str]:
    """Whether PDF can be made here, and in which fonts, or what is missing.

    The words are technical ("Fandol", "libpango-1.0-0"); a page puts them into a sentence.
    """
    if missing := _library_missing():
        return False, missing
    try:
        return True, find_fonts(folder).source
    except FontsMissing as error:
        return False, f"fonts: {error}"


@lru_cache(maxsize=1)
def _library_missing() -> str:
    try:
        import weasyprint  # noqa: F401
    except (OSError, ImportError) as error:
        return str(error).splitlines()[0]
    return ""


def write_pdf(document: Document, folder: Path | str) -> bytes:
    """The PDF of *document*, set in the fonts of *folder* or of the machine.

    Raises PdfUnavailable.
    """
    available, why = pdf_available(folder)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(folder)
    return html_to_pdf(print_html(document, fonts), fonts)


def html_to_pdf(html: str, fonts: FontSet) -> bytes:
    """PDF of a page made by `print_html`; only the files of *fonts* and photos in the page are read."""
    from weasyprint import HTML

    with few_collections():
        result: bytes = HTML(string=html, url_fetcher=only_fonts(fonts)).write_pdf(
            pdf_variant=VARIANT, finisher=lambda document, pdf: _as_artifacts(pdf)
        )
    return result


def _as_artifacts(pdf: Any) -> None:
    """Page numbers and stamps as artifacts: WeasyPrint marks them as content of elements that hang on no tree."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    linked: set[bytes] = set()
    below = [*root["K"]]
    while below:
        if isinstance(reference := below.pop(), bytes) and reference not in linked:
            linked.add(reference)
            below += _object(pdf, reference).get("K", ())
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    for page, elements in zip(pdf.page_references, numbers[1::2], strict=False):
        stream = _object(pdf, _object(pdf, page)["Contents"]).stream
        for mark, element in enumerate(elements):
            if element not in linked:
                at = stream.index({"MCID": mark})  # a dictionary of pydyf is a dict
                stream[at - 1 : at + 1] = [b"/Artifact", b"<</Type /Pagination>>"]
                elements[mark] = "null"


def _object(pdf: Any, reference: bytes) -> Any:
    """What *reference* (`12 0 R`) leads to."""
    return pdf.objects[int(reference.split()[0])]


def only_fonts(fonts: FontSet) -> Any:
    """A fetcher for WeasyPrint that reads the files of *fonts*, JPEGs that stand in the page, and nothing else."""
    from weasyprint.urls import URLFetcher

    allowed = frozenset(Path(face.path).absolute().as_uri() for face in fonts.faces() if face.own_file)

    class OnlyFonts(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url not in allowed and not url.startswith(PHOTO):
                raise ValueError(f"a document may not fetch {url}")
            return super().fetch(url, headers)

    return OnlyFonts(allowed_protocols=("file", "data"), allow_redirects=False)


@contextmanager
def few_collections() -> Iterator[None]:
    """Layout makes millions of small objects and no cycles worth looking for; looking costs a tenth."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 10_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
