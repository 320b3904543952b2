"""Files that came in are kept once each, under what they are; one person's file is never another's."""

from __future__ import annotations

import pytest

from core.models import StoredFile
from core.records.files import store
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db
TABLE = "序号,名称\n1,水厂\n".encode()


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_the_same_bytes_of_the_same_person_are_kept_once(people):
    first = store(TABLE, "台账.csv", by=people.office, now=NOW)
    assert store(TABLE, "C:\\桌面\\台账.csv", by=people.office, now=NOW).pk == first.pk
    for content, name, person in (
        (TABLE, "台账.csv", people.officer),  # may be seen by others than the first one's
        (TABLE, "另一本.csv", people.office),
        (TABLE + b"2,", "台账.csv", people.office),
        (TABLE, "台账.csv", None),
    ):
        assert store(content, name, by=person, now=NOW).pk != first.pk
    assert StoredFile.objects.count() == 5


def test_the_type_is_the_contents_and_the_name_no_path(people):
    stored = store(b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "../../etc/台账.csv", by=people.office, now=NOW)
    assert (stored.name, stored.kind, stored.size) == ("台账.csv", "image/png", 28)
    assert store(b"x", "", by=None, now=NOW).name == "file"
    assert "台账" not in stored.content.name
