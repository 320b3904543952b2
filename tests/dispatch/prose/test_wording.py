"""The wording: a county's sentences with figures, and what a person changed in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.prose.hand import changed, reconcile, refreshed
from dispatch.prose.wording import Figure, WordingError, render, text_of, unique

DONE = Figure("done", "77.8亿元", 7778850000)
GAP = Figure("gap", "16.3", "-16.3457", sign=-1)
NONE = Figure("rate", "—", None)
ZERO = Figure("overdue", "0", 0, sign=0)
VALUES: dict[str, Any] = {
    "done": DONE,
    "gap": GAP,
    "rate": NONE,
    "overdue": ZERO,
    "span": "1—6月",
    "names": [],
    "level": ZERO,
}


def said(template):
    return text_of([render(template, VALUES)])


def test_values_words_for_their_sign_and_clauses_that_say_something():
    assert (
        said("{span}完成投资{done}，{gap:高于|低于|持平}序时进度{gap}个百分点")
        == "1—6月完成投资77.8亿元，低于序时进度16.3个百分点"
    )
    assert said("在办31件[，其中逾期{overdue}件]。") == "在办31件。"
    assert said("完成[，完成率{rate}][，有{names}][，投资{done}]") == "完成，投资77.8亿元"
    assert said("在办31件[?，其中逾期{overdue}件][?，完成率{rate}]。") == "在办31件，其中逾期0件。"
    assert said("甲{level:||，与序时进度持平}") == "甲，与序时进度持平"


@pytest.mark.parametrize("template", ["{nobody}", "[{done}", "{done}]", "{done", "}", "{gap:a|b|c|d}"])
def test_a_wording_that_cannot_be_rendered_says_which(template):
    with pytest.raises(WordingError):
        said(template)


SYSTEM = unique(
    [render("{span}完成{done}，低于序时{gap}个百分点。", VALUES), render("逾期{overdue}件，差{gap}。", VALUES)]
)


def test_nothing_changed_leaves_every_figure():
    assert reconcile(SYSTEM, text_of(SYSTEM), {}) == SYSTEM


def test_words_around_figures_may_change():
    text = "上半年全县完成77.8亿元，低于序时进度16.3个百分点。\n逾期0件，相差16.3。"
    runs = reconcile(SYSTEM, text, {})
    assert text_of(runs) == text
    assert not changed(runs)
    assert [run["key"] for line in runs for run in line if "key" in run] == ["done", "gap", "overdue", "gap#2"]


@pytest.mark.parametrize(
    ("old", "new"), [("16.3个", "16个"), ("16.3个", "116.3个"), ("16.3个", "16.35个"), ("16.3个", "约16.0个")]
)
def test_a_changed_figure_says_what_it_was(old, new):
    text = text_of(SYSTEM).replace(old, new)
    runs = reconcile(SYSTEM, text, {"gap": "会议已按整数通报"})
    (hand,) = changed(runs)
    assert text_of(runs) == text
    assert (hand["key"], hand["was"], hand["reason"]) == ("gap", "16.3", "会议已按整数通报")
    assert hand["text"] in new


def test_a_unit_of_money_belongs_to_its_figure():
    runs = reconcile(SYSTEM, text_of(SYSTEM).replace("77.8亿元", "77.8万元"), {})
    assert [run["was"] for run in changed(runs)] == ["77.8亿元"]


def test_a_sentence_taken_out_needs_no_reason():
    runs = reconcile(SYSTEM, "1—6月完成77.8亿元。", {})
    assert not changed(runs)
    assert [run["key"] for line in runs for run in line if "key" in run] == ["done"]


def test_newer_figures_go_into_edited_text_and_leave_changed_ones_marked():
    edited = reconcile(
        SYSTEM, text_of(SYSTEM).replace("1—6月完成", "上半年完成").replace("差16.3", "差16"), {"gap#2": "约数"}
    )
    newer = {**VALUES, "done": Figure("done", "80亿元", 8000000000), "gap": Figure("gap", "15.9", "-15.9", sign=-1)}
    system = unique(
        [render("{span}完成{done}，低于序时{gap}个百分点。", newer), render("逾期{overdue}件，差{gap}。", newer)]
    )
    runs = refreshed(edited, system)
    assert text_of(runs) == "上半年完成80亿元，低于序时15.9个百分点。\n逾期0件，差16。"
    assert [(run["text"], run["was"], run["reason"]) for run in changed(runs)] == [("16", "15.9", "约数")]


@given(st.text(alphabet="1—6月完成77.8亿元，低于序时 16.3个百分点。\n逾期0件差%,", max_size=60))
def test_what_was_typed_is_never_lost(text):
    kept = text_of(reconcile(SYSTEM, text, {}))
    assert kept == "\n".join(line.strip() for line in text.split("\n") if line.strip())
