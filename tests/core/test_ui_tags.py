"""How figures, days and lights are written for people."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from core import indicators
from core.amounts import cells, figures
from core.charts import Item, bars, year_line
from core.templatetags import ui
from projects.ledger import said

HERE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("yuan", "shown"),
    [
        (76_000_000, "7,600"),
        (0, "0"),
        (None, "—"),
        (12_345, "1.2"),
        (12_500, "1.3"),  # half up, not to even
        (79_816_711_000, "7,981,671.1"),
        (-4, "0"),  # never -0
        (-15_000_000, "−1,500"),
        (Decimal("5000"), "0.5"),
        (499, "0"),
        (999_999_500, "100,000"),
    ],
)
def test_money_is_shown_in_wan_with_a_decimal_only_when_needed(yuan, shown):
    assert figures.wan(yuan) == shown


@pytest.mark.parametrize(
    ("yuan", "field"), [(520_000_000, "52,000"), (12_345, "1.2345"), (0, "0"), (None, ""), (1, "0.0001")]
)
def test_a_field_shows_every_yuan(yuan, field):
    assert figures.wan_exact(yuan) == field


def test_prose_speaks_in_yi_and_below_that_in_wan():
    assert figures.yi(7_778_850_000) == "77.8 亿元"
    assert figures.yi(200_000_000) == "2 亿元"
    assert figures.yi(99_990_000) == "9,999 万元"
    with translation.override("en"):
        assert figures.yi(7_778_850_000) == "777,885 10k yuan"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("33.65", "33.7"),
        (33.65, "33.7"),
        (Fraction(3365, 100), "33.7"),
        (71, "71.0"),
        (None, "—"),
        (Decimal("-0.04"), "0.0"),
    ],
)
def test_rates_have_one_decimal_half_up(value, shown):
    assert figures.rate(value) == shown


def test_a_fraction_is_rounded_from_its_exact_value():
    assert figures.rate(Fraction(1, 3) * 100, 4) == "33.3333"
    assert figures.rate(Fraction(200, 3), 4) == "66.6667"
    assert figures.points(Fraction(-5, 100), 1) == "−0.1"


@pytest.mark.parametrize(
    ("gap", "shown"), [(-16.3, "−16.3"), ("3.6", "+3.6"), (0, "0.0"), (Decimal("-0.04"), "0.0"), (None, "—")]
)
def test_points_carry_their_sign(gap, shown):
    assert figures.points(gap) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (figures.printed(-12_345), "−12,345"),
        (figures.printed(Decimal("-1234.50")), "−1,234.50"),
        (figures.grouped(-12_345), "−12,345"),
        (figures.wan(-123_400_000), "−12,340"),
        (figures.wan(Decimal(-15_000)), "−1.5"),
        (figures.wan_said(-12_345), "−1.2345"),
        (figures.yi(-200_000_000), "−2"),
        (figures.rate(-5), "−5.0"),
        (figures.pct(Fraction(-1, 3)), "−0.3%"),
        (figures.points(-16.3), "−16.3"),
        (figures.trimmed(Decimal("-1.50"), 2), "−1.5"),
        (cells.format_amount(-15_000), "−1.5"),
        (cells.format_percent(Decimal("-5.0")), "−5.0%"),
        (cells.parse_percent("-1200%").note, "−1,200%"),
        (cells.parse_amount("-1.2亿").note, "−12,000"),
        (ui.ruler_html(-5, 50), "−5.0%"),
        (said.shown("works", -15_000), "−1.5"),
        ("".join(cell for row in year_line(title="", done=[-15_000]).rows for cell in row), "−1.5"),
        (bars([Item("甲", Fraction(-5))], title="").rows[0][1], "−5.0"),
    ],
)
def test_what_is_below_zero_has_one_sign_wherever_people_read_it(said, shown):
    assert shown in said
    assert not re.search(r"(^|[^\w\"])-\d", said.replace("“-1", ""))  # what somebody wrote is quoted as it is


def test_what_machines_read_keeps_the_hyphen():
    assert figures.wan_exact(-12_345) == "-1.2345"
    assert indicators.text(Fraction(-1, 2), 1) == "-0.5"


def test_a_day_has_its_year_only_in_another_year():
    assert figures.day(date(2020, 7, 3), on=date(2020, 1, 1)) == "7月3日"
    assert figures.day(date(2019, 7, 3), on=date(2020, 1, 1)) == "2019年7月3日"
    assert figures.month("2020-06", on=date(2020, 1, 1)) == "6月"
    assert figures.month("2019-06", on=date(2020, 1, 1)) == "2019年6月"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2020, 6, 30), ("逾期 2 天", "late")),
        (date(2020, 7, 2), ("今天", "late")),
        (datetime(2020, 7, 2, 9, 0, tzinfo=HERE), ("今天 09:00 已到期", "late")),
        (datetime(2020, 7, 2, 18, 0, tzinfo=HERE), ("今天 18:00", "late")),
        (datetime(2020, 7, 3, 18, 0, tzinfo=HERE), ("明天 18:00", "soon")),
        (date(2020, 7, 6), ("7月6日", "")),
    ],
)
def test_what_is_due_says_when_in_words(due, said):
    assert figures.due(due, datetime(2020, 7, 2, 10, 0, tzinfo=HERE)) == said


def test_days_are_those_of_the_county_not_of_utc():
    late_evening_utc = datetime(2020, 7, 2, 17, 0, tzinfo=timezone.get_fixed_timezone(0))  # 3 July, 01:00 here
    assert figures.day(late_evening_utc, on=date(2020, 1, 1)) == "7月3日"


def test_a_light_is_shape_word_and_colour():
    html = ui.light_html("red", "应开未开")
    assert "#l-red" in html
    assert 'class="light red"' in html
    assert "应开未开" in html
    assert "滞后" in ui.light_html("red")
    assert "<b>" not in ui.light_html("red", "<b>x</b>")


def test_a_light_may_be_any_object_with_colour_and_label():
    class Light:
        colour, label = "amber", "资金偏慢"

    assert "资金偏慢" in ui.light_html(Light())


def test_the_ruler_says_both_numbers_and_stops_at_its_end():
    html = ui.ruler_html("244.44", 50)
    assert 'aria-label="完成 244.4%，序时 50.0%"' in html
    assert 'width="100%" height="6" rx="1"/><rect class="pc"' in html
    assert "—" in ui.ruler_html(None, 50)
    assert 'class="pc"' not in ui.ruler_html(10)


@pytest.mark.parametrize(
    ("used", "words", "tone"),
    [(2, "第 2 天，共 5 天", "clock"), (4, "剩 1 个工作日", "soon"), (7, "逾期 2 个工作日", "late")],
)
def test_the_clock_counts_working_days(used, words, tone):
    html = ui.clock_html(used, 5)
    assert words in html
    assert tone in html.split(">")[0]
    assert html.count("<rect") == 5


@pytest.mark.parametrize(
    "words", ["6月30日", "2019年6月", "7,600 万元", "16.3 个百分点", "1–5月", "45 个", "77.8 亿元", "50.7%"]
)
def test_a_number_never_parts_from_its_unit(words):
    assert f'<span class="nw">{words}</span>' in ui.keep(f"应于{words}办结")


def test_keep_escapes_what_comes_from_outside():
    assert "<script>" not in ui.keep("<script>7 个</script>")
    assert "&#x27;" in ui.keep("it's 3 个")


def test_templates_have_the_tags_built_in():
    html = Template("{{ y|wan }} {% light 'green' %} {{ d|day }} {% mark x 'ac' %}").render(
        Context({"y": 10_000, "d": date(2001, 2, 3), "x": "<i>"})
    )
    assert html.startswith("1 <span")
    assert 'datetime="2001-02-03"' in html
    assert "&lt;i&gt;" in html


def test_stages_mark_the_current_one():
    html = ui.stages([{"name": "开工", "state": "now", "on": "05-20", "gate": True}, {"name": "竣工", "state": "far"}])
    assert html.count('aria-current="step"') == 1
    assert html.count("<li") == 2
