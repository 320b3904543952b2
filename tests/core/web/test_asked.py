"""What comes in by addresses and forms: one parser a kind, which knows its range and raises nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from core.days.periods import Period
from core.text import storable, storable_cells
from core.web import asked
from core.web.middleware import only_text

NO_NUMBER = (
    "", None, "²", "①", "１２", "9" * 5_000, "9" * 23, "1e400", "-1", "+1", " 1", "1_0", "NaN", "Infinity", "\0",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBER)
def test_what_is_no_number_is_none(text):
    assert asked.number(text) is None
    assert asked.key(text) is None
    assert asked.version(text, nothing=-1) == -1


def test_a_number_stays_in_its_range():
    assert [asked.number(text, 1, 99) for text in ("0", "1", "99", "100")] == [None, 1, 99, None]
    assert asked.keys(["12", "9" * 18, "9" * 19, "0", "x"]) == [12, int("9" * 18)]
    assert asked.version(str(2**31)) == 0  # no version is as large: nothing was seen


def test_the_version_that_was_seen_stands_in_the_form_or_in_the_address_of_its_dialog():
    ask = RequestFactory()
    assert asked.seen(ask.post("/?version=3", {"version": "4"})) == 4
    assert asked.seen(ask.post("/?version=3", {})) == 3
    assert asked.seen(ask.get("/")) == 0


@pytest.mark.parametrize(
    "text", ["2026", "2026-13", "0000-01", "0001-01", "1948-12", "2100-01", "9999-12", "2026-W20", "２０２６-05", ""]
)
def test_what_is_no_month_of_any_county_is_none(text):
    assert asked.month(text) is None


def test_a_period_is_of_the_kinds_asked_for():
    assert asked.month("2026-05") == Period.of(date(2026, 5, 1))
    assert str(asked.period("2026-Q2")) == "2026-Q2"
    assert asked.period("9999") is None


@pytest.mark.parametrize("text", ["0000", "0001", "1948", "2100", "9999", "0000-01", "9999-12", "9999-W20"])
def test_a_period_says_a_year_that_a_county_lives_in(text):
    with pytest.raises(ValueError, match=text):
        Period.parse(text)


@pytest.mark.parametrize(
    "where",
    [
        "/projects/0123456789012345678/", "/projects/²/", "/projects/１２/", "/projects/review/2026/",
        "/projects/1/plan/0000/",
        "/projects/reports/9999-12/", "/projects/reports/2026-Q2/", "/dispatch/rankings/0000-01/",
        "/dispatch/week/2026-05/",
    ],
)  # fmt: skip
def test_what_names_nothing_is_no_address(where):
    with pytest.raises(Resolver404):
        resolve(where)


def test_text_loses_what_no_database_keeps():
    assert storable("西\0城\ud800镇\udfff") == "西城镇"
    assert storable_cells(["a\0", 1, None]) == ["a", 1, None]
    sent = only_text(QueryDict("a%00b=c%00d&a%00b=e&f=g"))
    assert dict(sent.lists()) == {"ab": ["cd", "e"], "f": ["g"]}
    plain = QueryDict("a=b&a=c")
    assert only_text(plain) is plain
