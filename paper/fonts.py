"""Which font file plays which part, and what it measures.

A document needs five kinds of type: title 小标宋, fang 仿宋, hei 黑体, kai 楷体, song 宋体 (page numbers),
and one more for characters that they lack. They are looked for by the name inside the file: first what a
county holds a licence for, then the free Fandol family (`script/fonts`), at last Noto CJK as installed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

DASHES = "—–−"  # beside figures they have the figures' weight
ROLES = ("title", "fang", "hei", "kai", "song")

#: In order of preference. A name counts when it is part of the family or full name inside the file.
LICENSED: dict[str, tuple[str, ...]] = {
    "title": ("小标宋", "xiaobiaosong", "fzxbs"),
    "fang": ("仿宋_gb2312", "fangsong_gb2312", "仿宋", "fangsong"),
    "hei": ("黑体", "simhei"),
    "kai": ("楷体_gb2312", "kaiti_gb2312", "楷体", "kaiti", "simkai"),
    "song": ("simsun", "宋体"),
}
FREE = {
    "title": "fandolsong bold",
    "fang": "fandolfang",
    "hei": "fandolhei",
    "kai": "fandolkai",
    "song": "fandolsong",
}
#: file, family for CSS, bold
INSTALLED = {
    "title": ("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC", True),
    "fang": ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", False),
    "hei": ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC", True),
    "kai": ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", False),
    "song": ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", False),
}
SYSTEM_FOLDERS = tuple(
    Path(folder)
    for folder in (
        "/usr/share/fonts/opentype/noto",
        "/usr/share/fonts/noto-cjk",
        "/usr/share/fonts/google-noto-cjk",
        "/usr/local/share/fonts",
    )
)


class FontsMissing(Exception):
    """No file can set Chinese text; the message names the parts that have none."""


@dataclass(frozen=True)
class Face:
    """One font in one role. *family* is its name in CSS; *number* is its place in a .ttc, else -1."""

    role: str
    path: str
    family: str
    bold: bool = False
    number: int = -1
    own_file: bool = True

    def has(self, char: str) -> bool:
        return ord(char) in metrics(self.path, self.number).glyphs

    def advance(self, char: str) -> float:
        """Width of *char* in em; a character that the font lacks counts as one em."""
        return metrics(self.path, self.number).advance(char)


@dataclass(frozen=True)
class FontSet:
    """A face for each role; *rare* stands in for characters the others lack, *latin* for the figures of a 黑体 whose
    own are thinner than its characters (either may be None)."""

    title: Face
    fang: Face
    hei: Face
    kai: Face
    song: Face
    rare: Face | None
    source: str
    latin: Face | None = None

    def faces(self) -> Iterator[Face]:
        yield from (self.title, self.fang, self.hei, self.kai, self.song)
        if self.rare:
            yield self.rare
        if self.latin:
            yield self.latin

    def __getitem__(self, role: str) -> Face:
        face: Face = getattr(self, role)
        return face

    def setting(self, text: str, face: Face) -> Face:
        """What *text* is set in where *face* is asked for: plus and minus in one face, the rare in what has it."""
        if self.latin and face is self.hei and all(char.isascii() or char in DASHES for char in text):
            return self.latin
        if self.rare is None or (all(map(face.has, text)) and not (text == "+" and not face.has("−"))):
            return face
        return self.rare

    def missing(self, text: str) -> list[str]:
        """The characters of *text* that no face has, in their order; a paper would show an empty box for them."""
        faces = [face for face in self.faces() if face.role in ("fang", "rare")]
        return [
            char for char in dict.fromkeys(text) if not char.isspace() and not any(face.has(char) for face in faces)
        ]


@dataclass(frozen=True)
class Metrics:
    """What the line step needs of a font file; all lengths in em."""

    glyphs: dict[int, str]
    widths: dict[str, tuple[int, int]]
    units: int
    ascent: float
    descent: float
    font: TTFont

    def advance(self, char: str) -> float:
        glyph = self.glyphs.get(ord(char))
        return 1.0 if glyph is None else self.widths[glyph][0] / self.units

    def top(self, text: str) -> float:
        """Height of the ink of *text* above the baseline."""
        return max((box[3] for box in self._boxes(text)), default=self.ascent * self.units) / self.units

    def bottom(self, text: str) -> float:
        """Where the ink of *text* ends, above the baseline (below zero under it)."""
        return min((box[1] for box in self._boxes(text)), default=0) / self.units

    def left(self, char: str) -> float:
        """What is blank before the ink of *char*."""
        return next((box[0] for box in self._boxes(char)), 0) / self.units

    def right(self, char: str) -> float:
        """Where the ink of *char* ends."""
        return next((box[2] for box in self._boxes(char)), 0) / self.units

    def _boxes(self, text: str) -> Iterator[tuple[float, float, float, float]]:
        from fontTools.pens.boundsPen import BoundsPen

        shapes = self.font.getGlyphSet()
        for char in text:
            pen = BoundsPen(shapes)
            if glyph := self.glyphs.get(ord(char)):
                shapes[glyph].draw(pen)
            if pen.bounds:
                yield pen.bounds

    def baseline(self) -> float:
        """Where the baseline lies below the top of a line box that is one em high."""
        return (1 - self.ascent - self.descent) / 2 + self.ascent


@lru_cache(maxsize=32)
def metrics(path: str, number: int = -1) -> Metrics:
    font = TTFont(path, fontNumber=number, lazy=True)
    head, units = font["hhea"], font["head"].unitsPerEm
    return Metrics(
        glyphs=font.getBestCmap(),
        widths=font["hmtx"].metrics,
        units=units,
        ascent=head.ascent / units,
        descent=abs(head.descent) / units,  # FandolSong gives it with the wrong sign
        font=font,
    )


def find_fonts(folder: Path | str) -> FontSet:
    """The best font for each role among the files of *folder* and those of the machine.

    Raises FontsMissing with the roles that nothing can play.
    """
    folder = Path(folder)
    files = tuple(sorted(folder.glob("*.[otOT][tT][fFcC]"))) if folder.is_dir() else ()
    return _find(tuple((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _find(files: tuple[tuple[str, int], ...]) -> FontSet:
    named = [(names, path, number) for path, _ in files for names, number in _names(path)]
    faces: dict[str, Face] = {}
    sources: dict[str, str] = {}
    for role in ROLES:
        face, sources[role] = _licensed(role, named), "licensed"
        if face is None:
            face, sources[role] = _free(role, named), "Fandol"
        if face is None:
            face, sources[role] = _installed(role), "Noto CJK"
        if face is not None:
            faces[role] = face
    missing = [role for role in ROLES if role not in faces]
    if missing:
        raise FontsMissing(", ".join(missing))
    rare = _installed("fang")
    return FontSet(
        **faces,
        rare=Face("rare", rare.path, rare.family, number=rare.number, own_file=False) if rare else None,
        source=", ".join(dict.fromkeys(sources[role] for role in ROLES)),
        latin=_latin() if sources["hei"] == "Fandol" else None,
    )


def _latin() -> Face | None:
    found = _installed("hei")
    return replace(found, role="latin") if found else None


def _licensed(role: str, named: list[tuple[str, str, int]]) -> Face | None:
    for wanted in LICENSED[role]:
        for names, path, number in named:
            # a collection's later fonts can't be reached by an @font-face rule
            if wanted in names and "fandol" not in names and number <= 0:
                return Face(role, path, f"paper-{role}", number=number)
    return None


def _free(role: str, named: list[tuple[str, str, int]]) -> Face | None:
    for names, path, number in named:
        if FREE[role] in names and ("bold" in names) == ("bold" in FREE[role]):
            return Face(role, path, f"paper-{role}", number=number)
    return None


def _installed(role: str) -> Face | None:
    name, family, bold = INSTALLED[role]
    for folder in SYSTEM_FOLDERS:
        if (path := folder / name).is_file():
            for names, number in _names(str(path)):
                if family.lower() in names:
                    return Face(role, str(path), family, bold=bold, number=number, own_file=False)
    return None


@lru_cache(maxsize=64)
def _names(path: str) -> tuple[tuple[str, int], ...]:
    """(all family and full names in lower case, number in the collection) of each font in a file."""
    try:
        if path.lower().endswith("c"):
            fonts = [(font, number) for number, font in enumerate(TTCollection(path, lazy=True).fonts)]
        else:
            fonts = [(TTFont(path, lazy=True), -1)]
        return tuple((_name(font), number) for font, number in fonts)
    except (TTLibError, OSError):
        return ()  # not a font: somebody's note beside the fonts


def _name(font: TTFont) -> str:
    found = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 4, 6, 16)}
    return " | ".join(sorted(found)).lower()
