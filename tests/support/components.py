"""A page with one of each component, in each of its states: to look at, and for the browser tests."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import charts
from core.web import forms as own
from core.web.forms import need


class SampleForm(forms.Form):
    started_on = own.DateField(label="实质开工日期", help_text="基础垫层浇筑那天，不是仪式那天")
    works = own.WanField(label="6月完成投资", max_value=800_000_000)
    permit_no = forms.CharField(label="施工许可证号", required=False)
    kind = forms.ChoiceField(label="建设性质", choices=[("new", "新建"), ("more", "续建")])
    mode = forms.ChoiceField(label="方式", choices=[("a", "政府投资"), ("b", "企业投资")], widget=forms.RadioSelect)
    key = forms.BooleanField(label="省重点", required=False, help_text="列入省发展改革委清单")
    note = forms.CharField(label="形象进度", widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        need(self, "permit_no", "入统前填")


PLAN = (217, 433, 650, 2983, 5317, 7650, 9983, 12317, 14650, 14767, 14883, 15000)
UNITS = [("东城开发区", "45.1"), ("五堰街办", "44.9"), ("武当路街办", "22.5"), ("许白路指挥部", "0.1")]
STAGES = [
    {"name": "谋划", "state": "done", "on": "2019-06"},
    {"name": "储备", "state": "done", "on": "2019-09", "note": "门槛 1/1", "gate": True},
    {"name": "前期", "state": "done", "on": "2019-11", "note": "门槛 3/3", "gate": True},
    {"name": "开工", "state": "now", "on": "05-20", "note": "门槛 4/5，例外 1", "gate": True},
    {"name": "入统", "state": "next", "on": "预计 7月", "note": "还差 3 项", "gate": True},
    {"name": "竣工", "state": "far", "on": "计划 2021-06", "note": "还差 6 项", "gate": True},
]


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = SampleForm({"bad-started_on": "2020-5-20", "bad-works": "94,000", "bad-mode": "a"}, prefix="bad")
    form.add_error(None, "开工日期早于立项批复，请核对其中一个")
    rows = [
        SimpleNamespace(name=f"武当路街办老旧小区改造 {n}", plan=n * 10**7, done=n * n * 10**6) for n in range(1, 60)
    ]
    context = {
        "now": now,
        "late": now - timedelta(days=2),
        "tomorrow": now + timedelta(days=1),
        "day": date(2020, 7, 3),
        "stages_list": STAGES,
        "form": SampleForm(initial={"works": 520_000_000, "started_on": date(2020, 5, 20)}),
        "bad": form,
        "page": Paginator(rows, 20).page(int(request.GET.get("page", 1))),
    }
    context["line"] = charts.year_line(
        title="累计计划与累计完成",
        plan=[v * 10_000 for v in PLAN],
        done=[v * 10_000 for v in (0, 0, 0, 320, 800, 7600)],
        target=150_000_000,
        hrefs=["/"] * 6,
    )
    context["units"] = charts.bars(
        [charts.Item(name, Fraction(value), href="/", pace=Fraction(50)) for name, value in UNITS],
        title="各责任单位完成率",
        most=100,
    )
    return render(request, "tests/components.html", context)
