"""What a correction and the files of a bulletin are called, and all files in one. Pure: Chinese as papers are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.tables.packed import packed

UNNAMEABLE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # in the name of a file
LONGEST = 80  # characters: with its ending no more than 255 bytes, which is what a disk takes
TITLE = 200  # characters that a title has room for
DRAFT, GONE = "（送审稿）", "（已撤回）"


def name_of(title: str, suffix: str, *, number: str = "", withdrawn: bool = False) -> str:
    """「辉项专办〔2026〕10号 关于…的通报.docx」; one without a number is a draft and says so first, one that was
    withdrawn says that last."""
    said = UNNAMEABLE.sub("", f"{number} {title}" if number else f"{DRAFT}{title}").strip(". ")
    end = GONE if withdrawn else ""
    room = LONGEST - len(end)
    return f"{said if len(said) <= room else said[: room - 1] + '…'}{end}.{suffix}"


def title_of_correction(title: str) -> str:
    """What a correction of the paper *title* is called."""
    return f"关于更正《{title}》的通知"[:TITLE]


def bundle(files: Iterable[tuple[str, bytes]]) -> bytes:
    """One ZIP of *files* (name, content); the same files give the same bytes."""
    return packed(files)
