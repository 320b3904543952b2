"""Each kind of refusal comes onto a form, or onto a page without one, where it belongs."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from core.flow.gates import Gate
from core.refusals import Closed, NeedsReason, NotAllowed, Refused, Stale, Wrong, done, onto, tell

GATES = [Gate(code, "stage", label, bool) for code, label in (("a", "甲没有填"), ("b", "乙没有填"))]
ABOVE = "__all__"
CASES = [
    (Refused("不行"), 422, {ABOVE: ["不行"]}),
    (NotAllowed("不是你的事"), 422, {ABOVE: ["不是你的事"]}),
    (NeedsReason("写明原因", ["amount"]), 422, {"reason": ["写明原因"]}),
    (Wrong({"amount": "太多", "elsewhere": "不对"}), 422, {"amount": ["太多"], ABOVE: ["不对"]}),
    (Closed(GATES), 422, {ABOVE: ["甲没有填", "乙没有填"]}),
    (Stale(why="别人改过了"), 409, {ABOVE: ["别人改过了"]}),
]


class Form(forms.Form):
    amount = forms.IntegerField()
    reason = forms.CharField(required=False)


@pytest.mark.parametrize(("refusal", "status", "errors"), CASES, ids=lambda case: type(case).__name__)
def test_it_stands_where_it_belongs(refusal: Refused, status: int, errors: dict[str, list[str]]) -> None:
    form = Form({"amount": "1"})
    assert onto(form, refusal) == status
    assert form.errors == errors


class WithoutReason(forms.Form):
    amount = forms.IntegerField()


def test_a_form_that_left_the_reason_out_asks_for_it_and_one_that_has_none_says_it_above() -> None:
    form, other = Form({"amount": "1"}), WithoutReason({"amount": "1"})
    del form.fields["reason"]
    for one in (form, other):
        onto(one, NeedsReason("写明原因"))
    assert (form.errors, other.errors) == ({"reason": ["写明原因"]}, {ABOVE: ["写明原因"]})
    assert "reason" in form.fields


def test_what_was_done_comes_back_and_what_was_refused_stands_on_the_form() -> None:
    def refuse() -> int:
        raise NotAllowed("不行")

    form = Form({"amount": "1"})
    assert (done(form, lambda: 7), form.errors) == (7, {})
    assert (done(form, refuse), form.errors) == (None, {ABOVE: ["不行"]})


def test_on_a_page_without_a_form_it_is_said_on_the_next_and_who_may_not_gets_the_page_that_says_so() -> None:
    request: Any = RequestFactory().get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    tell(request, Stale(why="别人改过了"))
    tell(request, NotAllowed("不行"), about="粮库")
    assert [str(message) for message in get_messages(request)] == ["别人改过了", "粮库: 不行"]
    with pytest.raises(PermissionDenied, match="不是你的事"):
        tell(request, NotAllowed("不是你的事"))
