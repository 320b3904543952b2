"""Bulletins are found by what they say."""

from __future__ import annotations

import pytest

from dispatch.bulletins.letter import snippet
from dispatch.models import Bulletin

pytestmark = pytest.mark.django_db

HITS = (
    ("标题\n截至5月底完成", "5月", ("截至", "5月", "底完成")),
    ("标题\n" + "前" * 50 + "GDP" + "后" * 50, "gdp", ("…" + "前" * 40, "GDP", "后" * 40 + "…")),
    ("只在标题", "标题", None),
    ("标题\n别的话", "没有", None),
)  # fmt: skip


@pytest.mark.parametrize(("text", "wanted", "expected"), HITS)
def test_a_hit_is_shown_with_what_stands_around_it(text, wanted, expected):
    assert snippet(text, wanted) == expected


# What is looked for, and whether the published bulletin is found by it, the draft by it.
FOUND = (
    ("示范县", True, True),
    ("项目办通〔2026〕1号", True, False),
    ("序时进度", True, False),
    ("天外来客", False, False),
)


@pytest.mark.parametrize(("wanted", "published", "draft"), FOUND)
def test_what_was_published_is_found_by_number_title_and_text(
    bulletin, ready, signed, people, sign_in, wanted, published, draft
):
    other = Bulletin.objects.create(
        county=signed.county, kind="monthly", period="2026-04", title="示范县的另一份", year=2026,
        drafted_at=signed.drafted_at, figures=signed.figures,
    )  # fmt: skip
    answer = sign_in(people.office).get("/dispatch/bulletins/", {"q": wanted})
    found = {row.pk for row in answer.context["page"]}
    assert found == {pk for pk, there in ((signed.pk, published), (other.pk, draft)) if there}
    if wanted == "序时进度":
        assert f"<mark>{wanted}</mark>" in answer.content.decode()
        assert not sign_in(people.officer).get("/dispatch/bulletins/", {"q": "的另一份"}).context["page"].object_list
