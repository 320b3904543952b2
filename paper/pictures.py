"""The pages of a PDF as pictures, as they print. pypdfium2 is imported inside functions: only who draws needs it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

DPI = 96  # 794 points across an A4 page: sharp beside a text, and on a phone's two points for one
MOST = 60  # pages that are drawn; the rest is in the PDF
COLOURS = 32  # black on white with its greys, and the red of a head: a third of the bytes of all colours
POINTS = 72  # to the inch, in which a PDF counts


@dataclass(frozen=True)
class Packed:
    """What a packed file holds: the size of each page's picture in points, and how many pages the PDF has."""

    sizes: tuple[tuple[int, int], ...]
    pages: int


def pictures(pdf: bytes, *, dpi: int = DPI, most: int = MOST) -> Iterator[bytes]:
    """Each of the first *most* pages of *pdf* as a PNG."""
    import pypdfium2
    from PIL import Image

    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(min(len(document), most)):
            page = document[number]
            bitmap = page.render(scale=dpi / POINTS)
            drawn = bitmap.to_pil().convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
            bitmap.close()
            page.close()
            room = io.BytesIO()
            drawn.save(room, "PNG")
            yield room.getvalue()


def pages_of(pdf: bytes) -> int:
    """How many pages *pdf* has."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def pack(pdf: bytes, *, most: int = MOST) -> bytes:
    """The pictures of *pdf* in one file, from which each is read by itself; the same bytes for the same PDF."""
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_STORED) as packed:
        packed.comment = str(pages_of(pdf)).encode()
        for number, png in enumerate(pictures(pdf, most=most), start=1):
            packed.writestr(zipfile.ZipInfo(f"{number}.png"), png)
    return room.getvalue()


def look(packed: zipfile.ZipFile) -> Packed:
    """What *packed* holds."""
    sizes = []
    for name in packed.namelist():
        with packed.open(name) as png:
            head = png.read(24)  # signature, then width and height in the first chunk
        sizes.append((int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")))
    return Packed(tuple(sizes), int(packed.comment or len(sizes)))
