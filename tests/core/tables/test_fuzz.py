"""`script/fuzz` in small: it spoils, it reads, and what ends as it shouldn't is kept."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

import pytest

from core.fence.outside import Fell
from core.tables import reading
from script import fuzz
from tests.support.broken_tables import ONE, ledger, xlsx


def test_a_few_spoiled_tables_end_as_they_should(tmp_path):
    files = [
        ("台账.xlsx", ledger("xlsx")),
        ("台账.xls", ledger("xls")),
        ("a.csv", "项目名称,总投资\n甲,5\n".encode() * 50),
    ]
    ends = fuzz.run(files, minutes=5, seed=11, keep=tmp_path, most=12)
    assert ends.total() == 12
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyError("x"), Fell("no answer")])
def test_what_ends_otherwise_is_kept_to_be_read_again(error, tmp_path, monkeypatch, capsys):
    def fall(*_anything):
        raise error

    monkeypatch.setattr(reading, "_grids", fall)
    ends = fuzz.run([("a.xlsx", xlsx(ONE))], minutes=5, seed=1, keep=tmp_path, most=2)
    assert ends.total() == 2
    assert all(fuzz.finding(end) for end in ends)
    kept = list(tmp_path.iterdir())
    assert {path.suffix for path in kept} == {".xlsx"}
    assert str(kept[0]) in capsys.readouterr().out


def test_what_holds_the_house_up_is_a_finding(monkeypatch):
    monkeypatch.setattr(fuzz, "SLOW", -1)
    assert fuzz.finding(fuzz.outcome(xlsx(ONE), "a.xlsx"))


def test_the_same_dice_spoil_the_same_and_mostly_within_a_part():
    content = ledger("xlsx")
    spoiled = [fuzz.spoil(content, random.Random(seed)) for seed in (*range(20), *range(20))]
    for one, again in zip(spoiled[:20], spoiled[20:], strict=True):
        assert _parts(one) == _parts(again)
        assert _parts(one) != _parts(content)
    assert sum(bool(_parts(one)) for one in spoiled) > 20


def _parts(content: bytes) -> dict[str, int] | bytes:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return {info.filename: info.CRC for info in archive.infolist()}
    except zipfile.BadZipFile:
        return content
