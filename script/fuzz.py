"""Spoils tables at random and reads each as an upload is read: behind the fence, then as a ledger.

A finding is what ends otherwise than with rows or a sentence, or what holds the web process up. That a reader falls
is none, but is counted by how. Plain mutation of real ledgers, since what matters is near them; atheris would want the
readers built anew, and what they do wrong is what the fence is for.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import logging
import os
import random
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SLOW = 5.0  # seconds of processor that the web process may spend on what came back
LARGEST = 4 * 2**20  # bytes of a spoiled file: larger ones only take longer
ODD = [
    b"0", b"-1", b"65536", b"1048577", b"2147483648", b"4294967295", b"18446744073709551616", b"9" * 400, b"1e400",
    b"nan", b"XFD1048576", b"A0", b"ZZZ99999999", b"\0", b"\xff\xfe", b"\xd8\x00", b"'", b'"', b"<", b"&a;", b"]]>",
    b"_x0000_", b"<!DOCTYPE a>", "²①㊣".encode(), b"t='e'", b",,,,", b"\n",
]  # fmt: skip


# --- spoiling -------------------------------------------------------------------------------------------------


def bits(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def gone(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice((1, 2, 16, 512, len(data))) :]


def again(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    part = data[at : at + dice.choice((1, 8, 64, 1024))]
    return data[:at] + part * min(dice.choice((2, 50, 5_000)), 1 + LARGEST // len(part)) + data[at:]


def odd(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + dice.choice(ODD) + data[at + dice.choice((0, 1, 4)) :]


def elsewhere(data: bytes, dice: random.Random) -> bytes:
    one, two = sorted(dice.randrange(len(data)) for _ in range(2))
    return data[two:] + data[one:two] + data[:one]


def value(data: bytes, dice: random.Random) -> bytes:
    """Another value for one attribute, element or number of the text."""
    found = list(re.finditer(rb'(?<=[">,])[^"<>,\n]{1,40}(?=["<,\n])', data[:300_000]))
    if not found:
        return odd(data, dice)
    one = dice.choice(found)
    return data[: one.start()] + dice.choice(ODD) + data[one.end() :]


def element(data: bytes, dice: random.Random) -> bytes:
    """One element of the text many times, or another in its place."""
    found = list(re.finditer(rb"<(\w+)\b[^<>]*(?:/>|>[^<>]*</\1>)", data[:300_000]))
    if not found:
        return again(data, dice)
    one, other = dice.choice(found), dice.choice(found)
    times = min(dice.choice((0, 1, 2, 300, 30_000)), 1 + LARGEST // len(one[0]))
    return data[: one.start()] + one[0] * times + other[0] + data[one.end() :]


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (bits, gone, again, odd, elsewhere)
IN_SHAPE = (value, element)  # what comes out can still be parsed: it gets farther


def spoil(content: bytes, dice: random.Random) -> bytes:
    """*content* with one to four things wrong; of a workbook mostly within one of its parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {
                name: archive.read(name) for name in archive.namelist() if archive.getinfo(name).file_size < LARGEST
            }
    except (zipfile.BadZipFile, EOFError, OSError):
        parts = {}
    if not parts or dice.random() < 0.1:
        return _spoiled(content, dice)
    name = dice.choice(sorted(parts))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, part in parts.items():
            archive.writestr(other, _spoiled(part, dice) if other == name else part)
    return file.getvalue()


def _spoiled(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 4)):
        if data and len(data) < LARGEST:
            data = dice.choice(IN_SHAPE if dice.random() < 0.9 else WAYS)(data, dice)
    return data


# --- reading --------------------------------------------------------------------------------------------------


def seeds() -> list[tuple[str, bytes]]:
    from tests.support.broken_tables import CASES, DATA

    files = [(path.name, path.read_bytes()) for path in sorted(DATA.glob("maojian*"))]
    return files * 20 + [
        (f"{name}.xlsx", content) for name, (make, _) in CASES.items() if len(content := make()) < LARGEST
    ]


def outcome(content: bytes, filename: str) -> str:
    """How an upload of *content* ends: "read", "no ledger", "refused" or a way to fall; else a finding, with a “!”."""
    from core.fence.outside import Fell
    from core.tables.reading import TableError, read_grids
    from projects.ledger import LedgerError, ledger_in

    try:
        grids = read_grids(content, filename)
    except TableError as error:
        return f"fell: {error.__cause__}" if isinstance(error.__cause__, Fell) else "refused"
    except Exception as error:
        return f"! {error!r}"
    began = time.process_time()
    try:
        ledger_in(grids, filename, year=2020, period="2020-05")
        how = "read"
    except LedgerError:
        how = "no ledger"
    except Exception as error:
        how = f"! {error!r}"
    took = time.process_time() - began
    return f"! {took:.0f} seconds of the web process" if took > SLOW else how


def finding(end: str) -> bool:
    return end.startswith(("!", "fell: no answer"))


def run(
    files: Sequence[tuple[str, bytes]], *, minutes: float, seed: int, keep: Path, most: int = sys.maxsize
) -> Counter[str]:
    """Reads spoiled *files* until the time is up, and keeps what ends as it shouldn't; how often each end was met."""
    dice, until, ends = random.Random(seed), time.monotonic() + minutes * 60, Counter[str]()
    while time.monotonic() < until and ends.total() < most:
        name, content = dice.choice(files)
        content = spoil(content, dice)
        end = outcome(content, name)
        ends[end] += 1
        if finding(end):
            _keep(content, name, end, keep)
    return ends


def _keep(content: bytes, name: str, end: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(content).hexdigest()[:12]}{Path(name).suffix}"
    path.write_bytes(content)
    print(f"{path}: {end}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/fuzz", description="Spoils tables at random and reads them.")
    parser.add_argument("files", nargs="*", type=Path, help="read these as they are, and nothing else")
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    parser.add_argument("--seed", type=int, default=None, help="the same tables again; else others each time")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")
    import django

    django.setup()
    logging.disable(logging.WARNING)
    if options.files:
        ends = Counter(outcome(path.read_bytes(), path.name) for path in options.files)
    else:
        seed = random.randrange(10**6) if options.seed is None else options.seed
        print(f"seed {seed}", flush=True)
        ends = run(seeds(), minutes=options.minutes, seed=seed, keep=ROOT / "var" / "fuzz")
    for end, times in ends.most_common():
        print(f"{times:7,}  {end}")
    return 1 if any(map(finding, ends)) else 0


if __name__ == "__main__":
    sys.exit(main())
