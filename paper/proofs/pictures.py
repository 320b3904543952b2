"""The pages of a PDF as pictures, as they print. pypdfium2 is imported inside functions: only who draws needs it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

DPI = 96  # 794 points across an A4 page: sharp beside a text, and on a phone's two points for one
MOST = 60  # pages that are drawn; the rest is in the PDF
COLOURS = 32  # black on white with its greys, and the red of a head: a third of the bytes of all colours
POINTS = 72  # to the inch, in which a PDF counts


@dataclass(frozen=True)
class Packed:
    """What a packed file holds: the size of each page's picture in points, and how many pages the PDF has."""

    sizes: tuple[tuple[int, int], ...]
    pages: int


def pictures(pdf: bytes, *, dpi: int = DPI, most: int = MOST, only: Sequence[int] | None = None) -> Iterator[bytes]:
    """Each of the first *most* pages of *pdf* as a PNG, or each of the pages *only*, counted from 0."""
    import pypdfium2
    from PIL import Image

    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(min(len(document), most)) if only is None else only:
            page = document[number]
            bitmap = page.render(scale=dpi / POINTS)
            drawn = bitmap.to_pil().convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT)
            bitmap.close()
            page.close()
            room = io.BytesIO()
            drawn.save(room, "PNG")
            yield room.getvalue()


def drawn_to_its_end(pdf: bytes, *, dpi: int, edge: int = 40) -> bytes:
    """The first page of *pdf* as a PNG, cut *edge* points below the last of its ink."""
    from PIL import Image, ImageOps

    [png] = pictures(pdf, dpi=dpi, most=1)
    page = Image.open(io.BytesIO(png)).convert("RGB")
    ink = ImageOps.invert(page.convert("L")).getbbox()
    room = io.BytesIO()
    page.crop((0, 0, page.width, min(page.height, ink[3] + edge) if ink else page.height)).save(room, "PNG")
    return room.getvalue()


def pages_of(pdf: bytes) -> int:
    """How many pages *pdf* has."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def pack(pdf: bytes, *, most: int = MOST) -> bytes:
    """The pictures of *pdf* in one file: a line that says where each begins, then one after the other. The same bytes
    for the same PDF."""
    return bundle(list(pictures(pdf, most=most)), pages_of(pdf))


def bundle(pngs: Sequence[bytes], pages: int, keys: Sequence[str] = ()) -> bytes:
    """*pngs* of a document of so many *pages* in one file; *keys* say what each is of."""
    head = {"pages": pages, "pictures": [(*size_of(png), len(png)) for png in pngs], "keys": list(keys)}
    return b"".join([json.dumps(head).encode(), b"\n", *pngs])


def kept(packed: IO[bytes]) -> dict[str, bytes]:
    """The PNGs of *packed* by what each is of; none of a file that doesn't say."""
    head = json.loads(packed.readline())
    pngs = [packed.read(size) for _width, _height, size in head["pictures"]]
    return dict(zip(head.get("keys", ()), pngs, strict=False))


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, which stand in the first chunk."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def look(packed: IO[bytes]) -> Packed:
    """What *packed* holds."""
    head = json.loads(packed.readline())
    return Packed(tuple((width, height) for width, height, _size in head["pictures"]), head["pages"])


def picture_of(packed: IO[bytes], number: int) -> bytes | None:
    """The PNG of page *number*, counted from 1; None if there is none."""
    sizes = [size for _width, _height, size in json.loads(packed.readline())["pictures"]]
    if not 0 < number <= len(sizes):
        return None
    packed.seek(sum(sizes[: number - 1]), 1)
    return packed.read(sizes[number - 1])
