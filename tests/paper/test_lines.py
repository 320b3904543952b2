"""The line breaker: no character lost, no mark where it may not stand, both edges straight."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.fonts import FontsMissing, find_fonts
from paper.lines import CLOSING, NO_END, NO_START, TIGHTEST, Measure
from tests.support.paths import FONTS as FOLDER

try:
    FONTS = find_fonts(FOLDER)
except FontsMissing as error:
    pytest.skip(f"no font for {error}: run script/fonts", allow_module_level=True)

MEASURE = Measure(FONTS)
HAN = "关于重点项目建设情况的通报全县完成投资亿元占年计划低于序时进度个百分点开工入统问题销号逾期"
MARKS = "，。、；：（）“”《》〔〕！？…—·"
pieces = st.one_of(
    st.text(alphabet=HAN, min_size=1, max_size=12),
    st.sampled_from(list(MARKS)),
    st.sampled_from(["〔2024〕12号", "1,234.56%", "——", "……", "PPP", "2024年1—6月", "77.8亿元", "A-B", " "]),
    st.integers(0, 10**7).map(lambda n: f"{n:,}"),
)
texts = st.lists(pieces, min_size=1, max_size=60).map("".join)


def plain(text: str) -> str:
    return "".join(text.split())


@given(texts, st.sampled_from([0.0, MEASURE.indent(2)]))
def test_no_character_is_lost_and_every_full_line_fills_the_measure(text, indent):
    lines = MEASURE.lines([(text, "fang")], indent)
    assert plain("".join(line.text for line in lines)) == plain(text)
    for number, line in enumerate(lines):
        room = MEASURE.width - (0 if number else indent)
        if line.last:
            assert line.width <= room + 0.02 or line.units[-1].closes
        elif line.gaps:
            assert line.width == pytest.approx(room, abs=0.05)


def legal(before, after):
    if after.text[0] in NO_START or before.text[-1] in NO_END:
        return False
    return before.han or after.han or before.text[-1] in "-/"


@given(texts)
def test_a_line_breaks_where_it_may_wherever_it_may_break_at_all(text):
    lines = MEASURE.lines([(plain(text), "fang")])
    for line, following in pairwise(lines):
        inside = pairwise(line.units)
        assert legal(line.units[-1], following.units[0]) or not any(legal(a, b) for a, b in inside)


def test_a_plain_line_has_28_characters_and_an_indented_one_26():
    lines = MEASURE.lines([("项" * 80, "fang")], MEASURE.indent(2))
    assert [len(line.text) for line in lines] == [26, 28, 26]
    assert lines[1].spacing == pytest.approx(MEASURE.base)


@pytest.mark.parametrize("shift", range(32))
@pytest.mark.parametrize("whole", ["〔2024〕12号", "1,234.56%", "77.8", "——", "……", "1—6", "PPP"])
def test_figures_and_document_numbers_are_never_broken(whole, shift):
    text = "县" * shift + "完成" + whole + "的项目" * 12
    assert any(whole in line.text for line in MEASURE.lines([(text, "fang")], MEASURE.indent(2)))


@pytest.mark.parametrize("shift", range(20, 32))
def test_a_mark_moves_into_the_line_rather_than_to_the_next(shift):
    lines = MEASURE.lines([("县" * shift + "，" + "县" * 40, "fang")])
    assert all(line.text[0] not in NO_START for line in lines)
    assert all(line.spacing > TIGHTEST * MEASURE.size for line in lines)


def test_only_a_closing_mark_at_the_end_of_a_line_gives_its_blank_half_for_nothing():
    line = MEASURE.lines([("县" * 28 + "。" + "县" * 9, "fang")])[0]
    assert line.units[-1].text in CLOSING
    assert line.pulls[-1] == pytest.approx(8)
    assert line.width == pytest.approx(MEASURE.width, abs=0.05)


def test_an_address_longer_than_a_line_is_broken_rather_than_running_over_the_edge():
    lines = MEASURE.lines([("见" + "https://example.test/" + "a" * 120, "fang")])
    assert all(line.width <= MEASURE.width + 0.05 for line in lines)


def test_a_character_that_the_font_lacks_is_set_in_the_stand_in():
    if FONTS.rare is None or FONTS.fang.has("\u9555"):
        pytest.skip("no Noto CJK on this machine, or a 仿宋 that has all characters: nothing needs the stand-in")
    units = MEASURE.lines([("朱\u9555之", "fang")])[0].units
    assert [unit.face.role for unit in units] == ["fang", "rare", "fang"]
