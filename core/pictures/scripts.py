"""Whether a PDF acts by itself, looked at behind the fence: `python -m core.pictures.scripts` and no Django.

The answer is “script”, “launch” or nothing. Names are looked for in the objects, those packed into streams included;
what a picture or a font holds is passed over, since any three bytes occur there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from core.fence.inside import answer_with

MAX_UNPACKED = 60 * 2**20  # of all packed objects together
STREAM = re.compile(rb"(<<(?:(?!stream\r?\n).){0,4000}?>>)\s*stream\r?\n(.*?)endstream", re.DOTALL)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
BY_ITSELF = (
    (b"launch", re.compile(rb"/Launch(?![A-Za-z])")),
    (b"script", re.compile(rb"/(?:JS|JavaScript)(?![A-Za-z])")),
)


def answer(content: bytes) -> Iterator[bytes]:
    """The worst that it does."""
    texts = [STREAM.sub(rb"\1", content), *_packed(content)]
    names = [ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text) for text in texts]  # /J#53 is /JS
    yield next((word for word, pattern in BY_ITSELF if any(pattern.search(text) for text in names)), b"")


def _packed(content: bytes) -> Iterator[bytes]:
    room = MAX_UNPACKED
    for head, body in STREAM.findall(content):
        if b"ObjStm" in head and room > 0:
            try:
                text = zlib.decompressobj().decompress(body, room)
            except zlib.error:
                continue
            room -= len(text)
            yield text


if __name__ == "__main__":
    answer_with(answer)
