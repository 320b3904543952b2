"""The pages of a document that is still written, as pictures: only those that say something else than before are set
and drawn, since each page stands by itself (`paper.html`). What is set is the very HTML that its PDF is made of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO

from paper.document import Document
from paper.fonts import find_fonts
from paper.html import print_parts
from paper.pdf import PdfUnavailable, few_collections, only_fonts, pdf_available
from paper.proofs.pictures import DPI, MOST, bundle, kept, pictures

SHEET = re.compile(r'^<div class="([^"]*)">.*</div>$', re.DOTALL)


def proof(document: Document, folder: Path | str, before: IO[bytes] | None = None, *, most: int = MOST) -> bytes:
    """The pictures of *document* in one file, as `pack` makes it of a PDF; those that *before* (such a file) has of
    the same pages are taken from there. Raises PdfUnavailable."""
    available, why = pdf_available(folder)
    if not available:
        raise PdfUnavailable(why)
    fonts = find_fonts(folder)
    head, parts = print_parts(document, fonts)
    keys = [hashlib.sha256(f"{number}\0{head}\0{part}".encode()).hexdigest() for number, part in enumerate(parts)]
    have = kept(before) if before else {}
    wanted = [number for number, key in enumerate(keys[:most]) if key not in have]
    if wanted:
        from weasyprint import HTML

        with few_collections():
            pdf = HTML(string=_only(head, parts, wanted), url_fetcher=only_fonts(fonts)).write_pdf()
        have |= dict(zip((keys[number] for number in wanted), pictures(pdf, dpi=DPI, only=wanted), strict=True))
    return bundle([have[key] for key in keys[:most]], len(parts), keys[:most])


def _only(head: str, parts: Sequence[str], wanted: Collection[int]) -> str:
    """The pages *wanted*, each at its place: the others are empty, so that numbers and sides are right."""
    pages = (part if at in wanted else SHEET.sub(r'<div class="\1"></div>', part) for at, part in enumerate(parts))
    return "\n".join((head, *pages, "</body></html>"))
