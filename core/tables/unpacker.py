"""The files of a ZIP, unpacked behind the fence: `python -m core.tables.unpacker` and no Django.

The answer is a line of JSON, {"files": [[name, bytes], …]} or {"refused": a key of SENTENCES in `core.tables.bundles`,
…}, and then the files one after the other. What a ZIP says of itself is asked first; what it gives beyond that isn't
taken.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator

from core.fence.inside import answer_with

MOST = 60  # files that are looked at together
MAX_UNPACKED = 60 * 2**20  # bytes of all of them
ASIDE = re.compile(r"(^|/)(__MACOSX/|\.|~\$|desktop\.ini$|Thumbs\.db$)")  # what systems put in by themselves
OUT = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\x00")  # a name that leads out of the folder it is unpacked into


def answer(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            told, files = _files(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        told, files = {"refused": "broken"}, []
    yield json.dumps(told).encode() + b"\n"
    yield from files


def _files(archive: zipfile.ZipFile) -> tuple[dict[str, object], list[bytes]]:
    named = [(name_of(entry).replace("\\", "/"), entry) for entry in archive.infolist() if not entry.is_dir()]
    for name, _entry in named:
        if OUT.search(name):
            return {"refused": "path", "name": name[:200]}, []
    wanted = [(name, entry) for name, entry in named if not ASIDE.search(name)]
    if not wanted:
        return {"refused": "nothing"}, []
    if len(wanted) > MOST:
        return {"refused": "many", "count": len(wanted), "limit": MOST}, []
    if any(entry.flag_bits & 1 for _name, entry in wanted):
        return {"refused": "locked"}, []
    if sum(entry.file_size for _name, entry in wanted) > MAX_UNPACKED:
        return {"refused": "bomb", "limit": MAX_UNPACKED // 2**20}, []
    found = [(name[-200:], archive.read(entry)) for name, entry in wanted]  # more than it says none gives
    return {"files": [[name, len(data)] for name, data in found]}, [data for _name, data in found]


def name_of(entry: zipfile.ZipInfo) -> str:
    """Its name: UTF-8 where the file says so, else as Chinese Windows writes it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for code in ("utf-8", "gb18030"):
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    return entry.filename


if __name__ == "__main__":
    answer_with(answer)
