"""Pages of a PDF as ink: what is black where, in millimetres, from pixels; and which characters stand in a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdfium2
from PIL import Image, ImageChops

DPI = 150
SCALE = DPI / 25.4
LEFT, TOP, RIGHT, BOTTOM, LINE = 28.0, 37.0, 184.0, 262.0, 225 / 22

Box = tuple[float, float, float, float]


def scaled(box: Box) -> tuple[int, int, int, int]:
    """*box* in pixels."""
    left, top, right, bottom = (int(edge * SCALE) for edge in box)
    return left, top, right, bottom


@dataclass
class Inked:
    """One page. All boxes are (left, top, right, bottom) from the upper left corner of the sheet."""

    page: Any
    number: int

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.page.get_size()
        return width / 72 * 25.4, height / 72 * 25.4

    @property
    def tall(self) -> bool:
        return self.size[1] > self.size[0]

    @cached_property
    def pixels(self) -> Image.Image:
        return self.page.render(scale=DPI / 72).to_pil().convert("RGB")

    @cached_property
    def dark(self) -> Image.Image:
        return self.pixels.convert("L").point(lambda value: 255 if value < 170 else 0)

    @cached_property
    def red(self) -> Image.Image:
        """Where there is colour: red less green."""
        channels = self.pixels.split()
        return ImageChops.subtract(channels[0], channels[1]).point(lambda value: 255 if value > 90 else 0)

    def ink(self, box: Box, *, red: bool = False) -> Box | None:
        """What is printed inside *box*, in the red or in all."""
        image = self.red if red else self.dark
        found = image.crop(scaled(box)).getbbox()
        if found is None:
            return None
        left, top = int(box[0] * SCALE), int(box[1] * SCALE)
        return (
            (found[0] + left) / SCALE,
            (found[1] + top) / SCALE,
            (found[2] + left) / SCALE,
            (found[3] + top) / SCALE,
        )

    def rules(self, box: Box, *, red: bool = False) -> list[tuple[float, float]]:
        """(upper edge, lower edge) of each horizontal line that goes through *box* from side to side."""
        image = (self.red if red else self.dark).crop(scaled(box))
        column = image.resize((1, image.height), Image.Resampling.BOX).tobytes()
        top = int(box[1] * SCALE)
        found: list[tuple[float, float]] = []
        start = None
        for at, value in enumerate([*column, 0]):
            if value > 240 and start is None:
                start = at
            elif value <= 240 and start is not None:
                found.append(((start + top) / SCALE, (at + top) / SCALE))
                start = None
        return found

    @cached_property
    def texts(self) -> dict[float, str]:
        """The characters of each line of the page, by the millimetre on which its middle lies."""
        text = self.page.get_textpage()
        chars: list[tuple[float, float, str]] = []
        for at in range(text.count_chars()):
            char = text.get_text_range(at, 1)
            if char.strip():
                left, bottom, _right, top = text.get_charbox(at, loose=True)
                chars.append(((self.page.get_height() - (top + bottom) / 2) / 72 * 25.4, left, char))
        lines: list[list[tuple[float, float, str]]] = []
        for one in sorted(chars):
            if not lines or one[0] - lines[-1][0][0] > 1.5:
                lines.append([])
            lines[-1].append(one)
        return {line[0][0]: "".join(char for _, _, char in sorted(line, key=lambda one: one[1])) for line in lines}

    def find(self, text: str) -> Box | None:
        """The ink of the line that is *text*, or a short one that begins with it."""
        wanted = "".join(text.split())
        for middle, found in self.texts.items():
            if found == wanted or (found.startswith(wanted) and len(found) < 26):
                return self.ink((LEFT - 2, middle - 5, RIGHT + 2, middle + 5))
        return None

    def lines(self) -> Iterator[tuple[int, Box, str]]:
        """(number on the grid, ink, characters) of each line of the type area that has ink."""
        for at in range(22):
            box = self.ink((LEFT - 5, TOP + at * LINE + 1.2, RIGHT + 5, TOP + (at + 1) * LINE - 1.2))
            if box:
                middle = TOP + (at + 0.5) * LINE
                near = min(self.texts, key=lambda place: abs(place - middle), default=0)
                yield at, box, self.texts.get(near, "") if abs(near - middle) < 3 else ""


def pages(data: bytes) -> list[Inked]:
    pdf = pypdfium2.PdfDocument(data)
    return [Inked(pdf[at], at + 1) for at in range(len(pdf))]
