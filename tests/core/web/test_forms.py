"""What people type is read; what can't be read gets a sentence and stays."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.utils import translation

from core.amounts.fields import read_wan
from core.templatetags.ui import control
from core.web.forms import DateField, ManyField, WanField
from organization.units.models import Unit


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("1,234.5", 12_345_000),
        ("１２３４．５", 12_345_000),
        ("1，234", 12_340_000),
        ("12,3456", 1_234_560_000),  # by ten thousands, as some count
        (" 7 600 ", 76_000_000),
        ("1.2亿", 120_000_000),
        ("1.2 亿元", 120_000_000),
        ("300万元", 3_000_000),
        ("5000元", 5_000),
        ("−5", -50_000),
        (".5", 5_000),
        ("5.", 50_000),
        ("¥12", 120_000),
        ("0", 0),
        ("0.00005", 1),  # half a yuan rounds up
        ("", None),
        ("—", None),
    ],
)
def test_amounts_as_people_type_them(typed, yuan):
    assert read_wan(typed) == yuan


@pytest.mark.parametrize("typed", ["1,23", "1.2.3", "abc", "1e5", "12万亩", "99999999999999"])
def test_what_is_no_amount_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match=typed[:3].replace(".", r"\.")):
        read_wan(typed)


class Sample(forms.Form):
    works = WanField(required=False)
    on = DateField(required=False)


def test_a_form_keeps_what_could_not_be_read():
    form = Sample({"works": "大约十万", "on": "2024-6-31"})
    assert not form.is_valid()
    assert "大约十万" in str(form["works"])
    assert 'value="2024-6-31"' in str(form["on"])
    assert 'type="text"' in str(form["on"])


def test_an_empty_choice_says_so_and_a_number_asks_for_digits():
    class Two(forms.Form):
        kind = forms.ChoiceField(choices=[("", "---------"), ("a", "新建")], required=False)
        year = forms.IntegerField()

    form = Two({"year": "二零二四"})
    assert "---------" not in control(form["kind"])
    assert "未选" in control(form["kind"])
    assert form.errors["year"] == ["请写数字，例如 2026"]


def test_money_goes_in_as_wan_and_comes_out_as_yuan():
    form = Sample({"works": "52,000"})
    assert form.is_valid()
    assert form.cleaned_data["works"] == 520_000_000
    assert 'value="52,000"' in str(Sample(initial={"works": 520_000_000})["works"])
    assert Sample({"works": ""}).is_valid()


def test_the_same_amount_in_other_words_is_no_change():
    assert not Sample({"works": "5.2万万"}, initial={"works": 1}).is_valid()
    assert not Sample(
        {"works": "52000.0", "on": "2024年6月1日"}, initial={"works": 520_000_000, "on": date(2024, 6, 1)}
    ).changed_data


def test_money_below_zero_is_refused_unless_allowed():
    form = Sample({"works": "-5"})
    assert not form.is_valid()
    assert WanField(min_value=None).clean("-5") == -50_000


@pytest.mark.parametrize(
    "typed",
    ["2024-06-01", "2024-6-1", "2024.6.1", "2024/6/1", "2024年6月1日", "20240601", "２０２４．６．１"],
)
def test_days_as_people_type_them(typed):
    assert DateField().clean(typed) == date(2024, 6, 1)


@pytest.mark.parametrize("typed", ["6月1日", "2024-06", "2024-13-01", "明天", "0001-01-01", "9999-12-31"])
def test_a_day_without_year_or_day_is_refused_not_guessed(typed):
    with pytest.raises(forms.ValidationError):
        DateField().clean(typed)


def test_a_day_in_a_form_is_written_the_way_the_browser_wants_it():
    assert 'value="2024-06-01"' in str(Sample(initial={"on": date(2024, 6, 1)})["on"])
    assert 'value="2024-06-01"' in str(Sample({"on": "2024年6月1日"})["on"])


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["9" * 19, "9" * 40, "0", "x", "²"])
def test_a_key_that_no_column_holds_is_no_choice(key, county):
    with pytest.raises(forms.ValidationError):
        ManyField(Unit.objects.all()).clean([str(county.pk), key])


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (forms.CharField(), "", "还没有填"),
        (forms.CharField(max_length=5), "一二三四五六", "最多5个字，现在有6个字"),
        (forms.IntegerField(min_value=1), "0", "不能小于1"),
        (forms.IntegerField(max_value=60), "61", "不能大于60"),
        (forms.IntegerField(), "1.2亿", "请写数字"),
        (forms.DecimalField(max_digits=5, decimal_places=2), "1.234", "小数最多2位"),
        (forms.DecimalField(max_digits=5), "123456", "最多5位数字"),
        (forms.DecimalField(max_digits=5, decimal_places=2), "1234.5", "整数部分最多3位"),
    ],
)
def test_a_field_speaks_the_office_s_own_words(field, typed, said):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    [words] = refused.value.messages
    assert said in words
