"""Our own QR codes read back from a picture: finder patterns, format, mask, bytes. Without error correction: what was
rendered has nothing to correct, and a wrong point shall be seen. ISO/IEC 18004; versions 1 to 6."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PIL import Image

#: Of each version, by level L, M, Q, H: blocks, data words of a short one, how many are longer by one (table 9).
BLOCKS = (
    ((1, 19, 0), (1, 16, 0), (1, 13, 0), (1, 9, 0)),
    ((1, 34, 0), (1, 28, 0), (1, 22, 0), (1, 16, 0)),
    ((1, 55, 0), (1, 44, 0), (2, 17, 0), (2, 13, 0)),
    ((1, 80, 0), (2, 32, 0), (2, 24, 0), (4, 9, 0)),
    ((1, 108, 0), (2, 43, 0), (4, 15, 2), (4, 11, 2)),
    ((2, 68, 0), (4, 27, 0), (4, 19, 0), (4, 15, 0)),
)
LEVELS = {0b01: 0, 0b00: 1, 0b11: 2, 0b10: 3}  # as the format says them
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")
Line = list[bool]


def read_code(picture: Image.Image) -> str:
    """What the one upright code of *picture* says. ValueError where there is none."""
    grey = picture.convert("L")
    data, width = grey.tobytes(), grey.width
    dark = [[point < 128 for point in data[y * width : (y + 1) * width]] for y in range(grey.height)]
    for y in range(0, len(dark), 2):
        starts = list(_finders(dark[y]))
        for n, (left, module) in enumerate(starts):
            for right, other in starts[n + 1 :]:
                if abs(module - other) < 1 and (rows := _grid(dark, y, left, right, module)):
                    return _text(rows)
    raise ValueError("no code")


def _finders(line: Line) -> Iterator[tuple[int, float]]:
    """Where 1:1:3:1:1 begins, and how many points a module has."""
    runs, at = [], 0
    for n in range(1, len(line) + 1):
        if n == len(line) or line[n] != line[at]:
            runs.append((at, n - at))
            at = n
    for n, (at, _length) in enumerate(runs[:-4]):
        five = [length for _at, length in runs[n : n + 5]]
        module = sum(five) / 7
        if line[at] and module >= 2 and all(
            abs(length - share * module) <= 1.5 for length, share in zip(five, (1, 1, 3, 1, 1), strict=True)
        ):  # fmt: skip
            yield at, module


def _grid(dark: list[Line], y: int, left: int, right: int, module: float) -> list[Line] | None:
    """The modules of the code whose upper finders begin at *left* and *right* in the line *y*, if there is one."""
    column = [line[int(left + 3.5 * module)] for line in dark]
    top = next((at for at, _module in _finders(column) if at <= y < at + 7 * module), None)
    size = round((right - left + 7 * module) / module)
    if top is None or size % 4 != 1 or not 21 <= size <= 17 + 4 * len(BLOCKS):
        return None
    step = (right - left) / (size - 7)
    places = [int((n + 0.5) * step) for n in range(size)]
    if top + places[-1] >= len(dark):
        return None
    rows = [[dark[top + down][left + across] for across in places] for down in places]
    for r, c in ((0, 0), (0, size - 7), (size - 7, 0)):
        if tuple("".join("01"[rows[r + i][c + j]] for j in range(7)) for i in range(7)) != FINDER:
            return None
    return rows


def _text(rows: list[Line]) -> str:
    size = len(rows)
    told = [rows[8][c] for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [rows[r][8] for r in (7, 5, 4, 3, 2, 1, 0)]
    head = _number(told) ^ 0b101010000010010
    level, mask = LEVELS[head >> 13], MASKS[head >> 10 & 7]
    bits = [rows[r][c] ^ mask(r, c) for r, c in _way(size)]
    words = [_number(bits[n : n + 8]) for n in range(0, len(bits) - 7, 8)]
    blocks, short, longer = BLOCKS[(size - 21) // 4][level]
    parts: list[list[int]] = [[] for _block in range(blocks)]
    for n in range(short * blocks):  # a word of each block in turn
        parts[n % blocks].append(words[n])
    for n in range(longer):
        parts[blocks - longer + n].append(words[short * blocks + n])
    stream = "".join(f"{word:08b}" for part in parts for word in part)
    if stream[:4] != "0100":
        raise ValueError(f"mode {stream[:4]} is not bytes")
    length = int(stream[4:12], 2)
    return bytes(int(stream[n : n + 8], 2) for n in range(12, 12 + length * 8, 8)).decode()


def _way(size: int) -> Iterator[tuple[int, int]]:
    """The modules that carry words, in their order: two columns wide, up and down, from the right."""
    middle = size - 7 if size > 21 else -9  # of the alignment pattern

    def taken(r: int, c: int) -> bool:
        finder = (r < 9 and (c < 9 or c > size - 9)) or (r > size - 9 and c < 9)
        return finder or r == 6 or c == 6 or (abs(r - middle) < 3 and abs(c - middle) < 3)

    up = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for r in range(size - 1, -1, -1) if up else range(size):
            yield from ((r, c) for c in (right, right - 1) if not taken(r, c))
        up = not up


def _number(bits: list[bool]) -> int:
    return int("".join("01"[bit] for bit in bits), 2)
