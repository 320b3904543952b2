"""An archive of tables: its files come out by name, and what would harm is refused in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.tables.bundles import is_bundle, unpack
from core.tables.reading import TableError
from tests.support.broken_tables import ONE, xlsx

pytestmark = pytest.mark.requirement("P18")


def packed(parts, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data, **more)
    return out.getvalue()


def as_windows_writes_it(name, data):
    """A name in the code of Chinese Windows, without the mark that says UTF-8."""
    plain = packed([("x" * len(name.encode("gbk")), data)])
    return plain.replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))


def test_a_workbook_is_no_archive_of_files_though_it_is_one():
    assert not is_bundle(xlsx(ONE), "西城镇.xlsx")
    assert not is_bundle(xlsx(ONE)[:200], "断了.xlsx")
    assert not is_bundle(xlsx(ONE), "没有后缀")
    assert is_bundle(packed([("西城镇.xlsx", xlsx(ONE))]), "六月.zip")


def test_the_files_come_out_by_the_names_that_people_gave_them():
    parts = [
        ("六月/西城镇.xlsx", b"one"),
        ("__MACOSX/._西城镇.xlsx", b"-"),
        ("六月/~$西城镇.xlsx", b"-"),
        ("东.csv", b"2"),
    ]
    assert unpack(packed(parts)) == [("六月/西城镇.xlsx", b"one"), ("东.csv", b"2")]
    assert unpack(as_windows_writes_it("东关乡.xlsx", b"three")) == [("东关乡.xlsx", b"three")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed([("../../etc/x.xlsx", b"1")]), "跑到文件夹外面"),
        (packed([("C:\\x.xlsx", b"1")]), "跑到文件夹外面"),
        (packed([(f"{n}.xlsx", b"1") for n in range(61)]), "61"),
        (packed([("大.xlsx", b"\0" * (61 * 2**20))]), "60 MB"),
        (packed([("__MACOSX/x", b"1")]), "没有文件"),
        (packed([("一.xlsx", b"1" * 500)])[:-40], "损坏"),
    ],
    ids=["path", "drive", "many", "bomb", "nothing", "cut"],
)
def test_what_would_harm_is_refused_in_a_sentence(content, said):
    with pytest.raises(TableError, match=said):
        unpack(content)
