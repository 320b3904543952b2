"""From figures to sentences and tables: every figure is the ranking's, in the county's words."""

import io
import re

import pytest

from dispatch.bulletins.document import document_of, letter_of
from dispatch.prose import names as names_of
from dispatch.prose import rules
from dispatch.prose import whole as whole_of
from dispatch.prose.blocks import build, title_lines
from dispatch.prose.depends import to_see
from dispatch.prose.hand import reconcile
from dispatch.prose.names import last_in_front, named
from dispatch.prose.wording import WordingError, text_of
from organization.profiles.loader import read
from paper.pdf import pdf_available, write_pdf
from paper.tables import without_empty
from tests.support.bulletin_figures import UNITS, figures
from tests.support.paths import FONTS as FOLDER

pytestmark = pytest.mark.requirement("D15")
WORDING = read("default")["bulletin"]["monthly"]


def link(name, **about):
    return f"/{name}/" + "/".join(str(value) for value in about.values())


def blocks_of(months=6, **more):
    return {block["key"]: block for block in build(figures(months, **more), WORDING, county="茅箭区", link=link)}


def said(block):
    return text_of(block["paragraphs"])


def test_the_overview_says_the_totals_in_the_countys_words():
    # 743,229 ÷ 2,095,913 = 35.46%; before: 26.40%, pace 41.67%
    assert said(blocks_of()["overview"]) == (
        "2020年，全县安排重点项目96个，总投资7981.67亿元，年度计划投资209.59亿元。截至6月底，累计完成投资74.32亿元，"
        "占年度计划的35.46%，低于序时进度14.54个百分点，差距较5月底收窄0.73个百分点。\n"
        "按计划应于6月底前开工78个，已开工63个，开工率80.77%，未开工15个。"
    )


def test_what_machines_read_has_eight_places_however_a_gap_is_printed():
    values = {}
    for how in ("exact", "printed"):
        blocks = build({**figures(), "gap_as": how}, WORDING, county="茅箭区", link=link)
        runs = [run for block in blocks for line in block.get("paragraphs", ()) for run in line]
        rates = [run for run in runs if re.match(r"(rate|gap)(\.|$)", run.get("key", "")) and run["value"]]
        values[how] = [(run["key"], run["value"]) for run in rates]
        assert len(rates) > 8
        assert all(re.fullmatch(r"-?\d+\.\d{8}", run["value"]) for run in rates)
    assert values["exact"] == values["printed"]
    assert ("rate", "35.46087075") in values["exact"]


def test_in_january_nothing_is_compared_with_december():
    text = said(blocks_of(1)["overview"])
    assert "截至1月底，累计完成投资" in text
    assert "超序时进度" in text
    assert "12月" not in text
    assert "当月" not in text, "which would say January twice"


def test_units_are_named_from_the_top_and_from_the_bottom_of_each_group():
    first, moved, second = said(blocks_of()["units"]).split("\n")
    assert first == (
        "（一）乡镇、开发区。7个单位中，1个达到序时进度，6个低于序时进度；大川镇（56.25%）、东城开发区（45.07%）、"
        "五堰街办（44.90%）完成率居前；赛管局（低42.00个百分点）、茅塔乡（低32.96个百分点）、二堰街办（低30.49个百分点）"
        "相对靠后。"
    )
    assert moved == "与上月相比，大川镇前移2位，武当路街办前移1位，五堰街办后移1位。"
    assert second == "（二）区直部门。区住建局完成年度计划的25.00%，低于序时进度25.00个百分点。"


def test_a_month_without_anything_still_makes_sentences():
    empty = figures(projects=0)
    for part in (empty["totals"], empty["previous"]):
        nothing = {"rate": None, "gap": None, "start_rate": None, "entry_rate": None}
        part.update(dict.fromkeys(part, 0) | nothing | {"quotients": {key: [0, 0] for key in part["quotients"]}})
    empty["groups"] = []
    empty["problems"] = dict.fromkeys(empty["problems"], 0)
    blocks = {block["key"]: block for block in build(empty, WORDING, county="示范县", link=link)}
    assert said(blocks["overview"]) == "截至6月底，尚未形成投资。"
    assert said(blocks["units"]) == said(blocks["problems"]) == said(blocks["lagging"]) == ""
    assert not any(key.startswith(("annex", "ranking")) for key in blocks)


def test_every_figure_in_a_sentence_leads_somewhere():
    for block in blocks_of().values():
        for run in (run for runs in block.get("paragraphs", ()) for run in runs if "key" in run):
            assert run["href"], run
            assert run["value"] is not None, run


def test_the_table_of_a_group_has_its_sum_first_and_every_unit():
    table = blocks_of()["ranking.township"]
    texts = [[cell["text"] for cell in row] for row in table["rows"]]
    assert texts[0] == ["", "合计", "81", "1,855,913", "683,229", "36.8", "−13.2", "78.3", "84.4", ""]
    assert texts[1] == ["1", "大川镇", "1", "8,000", "4,500", "56.3", "+6.3", "100.0", "100.0", "↑2"]
    assert texts[6][8] == "—"  # nothing due to enter: does not apply
    assert [row[1] for row in texts[1:]] == [unit[1] for unit in UNITS if unit[0] == "township"]


def test_a_unit_without_a_plan_stands_in_the_table_without_rank_and_rate():
    row = [cell["text"] for cell in blocks_of()["ranking.department"]["rows"][2]]
    assert row == ["—", "区水利局", "3", "0", "0", "—", "—", "—", "—"], "a column that says nothing isn't there"


def test_the_county_is_summed_once_under_the_last_table():
    blocks = blocks_of()
    last = [cell["text"] for cell in blocks["ranking.department"]["rows"][-1]]
    assert last[:6] == ["", "全县合计", "96", "2,095,913", "743,229", "35.5"]
    assert blocks["ranking.department"]["strong"] == [0, 3]
    assert "全县合计" not in str(blocks["ranking.township"]["rows"])


def test_lists_of_projects_are_annexes_where_there_are_any():
    blocks = blocks_of()
    assert len(blocks["annex.behind"]["rows"]) == 17
    assert len(blocks["annex.start_overdue"]["rows"]) == 8
    assert "annex.not_entered" not in blocks
    assert "（一）部分项目进度滞后。进度滞后项目17个：" in said(blocks["lagging"])
    assert "等17个项目。\n（二）部分项目未按期开工。应开工未开工项目8个：" in said(blocks["lagging"])
    assert "未入统" not in said(blocks["lagging"])


def test_the_title_is_broken_where_the_county_breaks_it():
    assert title_lines(figures(), WORDING, "茅箭区") == ["关于2020年上半年茅箭区", "重点项目建设情况的通报"]


def test_an_unknown_name_in_a_wording_is_said():
    with pytest.raises(WordingError, match="nobody"):
        build(
            figures(),
            {**WORDING, "section": [{"key": "a", "heading": "甲", "text": ["{nobody}"]}]},
            county="",
            link=link,
        )


def test_what_must_be_seen_first_is_an_empty_block_and_a_changed_figure_without_a_reason():
    blocks = blocks_of()
    assert [(one.block, one.run, one.proposed) for one in to_see(blocks.values())] == [
        ("lagging", None, True),
        ("next", None, False),
    ]
    blocks["lagging"]["proposed"] = False
    blocks["next"]["paragraphs"] = [[{"text": "各单位7月底前办结。"}]]
    units = blocks["units"]
    text = said(units).replace("低30.49个", "低30个")
    units["paragraphs"] = reconcile(units["paragraphs"], text, {})
    (one,) = to_see(blocks.values())
    assert (one.block, one.run["text"], one.run["was"]) == ("units", "30", "30.49")
    units["paragraphs"] = reconcile(blocks_of()["units"]["paragraphs"], text, {one.run["key"]: "会议已按整数通报"})
    assert not to_see(blocks.values())


def letter(number=6):
    from datetime import date

    return letter_of(
        WORDING,
        masthead="茅箭区重点项目建设通报",
        office="区项目攻坚指挥部办公室",
        word="区项目办",
        title=title_lines(figures(), WORDING, "茅箭区"),
        year=2020,
        number=number,
        on=date(2020, 7, 6) if number else None,
    )


def test_a_draft_has_neither_number_nor_date():
    document = document_of(list(blocks_of().values()), letter(None))
    assert document.number == "区项目办〔2020〕\u3000号"
    assert (document.date, document.imprint.printed) == ("2020年\u3000月\u3000日",) * 2


def test_every_figure_in_the_pdf_is_the_rankings():
    """Read back: each unit's row, each total and each project of the lists, digit by digit."""
    available, why = pdf_available(FOLDER)
    if not available:
        pytest.skip(f"no PDF on this machine: {why}")
    pdfplumber = pytest.importorskip("pdfplumber", reason="reads PDFs back: script/bootstrap test installs pdfplumber")
    blocks = build(figures(), WORDING, county="茅箭区", link=link)
    document = document_of(blocks, letter())
    with pdfplumber.open(io.BytesIO(write_pdf(document, FOLDER))) as pdf:
        text = re.sub(r"\s|—\s*\d+\s*—", "", "".join(page.extract_text() for page in pdf.pages))
        rows = [
            [re.sub(r"\s", "", cell or "") for cell in row]
            for page in pdf.pages
            for table in page.extract_tables()
            for row in table
        ]
    assert "区项目办〔2020〕6号" in text
    for block in blocks:
        for runs in block.get("paragraphs", ()):
            assert re.sub(r"\s", "", "".join(run["text"] for run in runs)) in text
    for table in document.tables():
        for cells in without_empty(table).rows:
            assert [re.sub(r"\s", "", cell.text) for cell in cells] in rows
    data = figures()
    for group in data["groups"]:
        for unit in group["rows"]:
            (found,) = [row for row in rows if row[1:2] == [unit["name"]]]
            assert found[2].replace(",", "") == str(unit["projects"])
            assert float(found[3].replace(",", "")) == unit["plan"] / 10_000
            assert float(found[4].replace(",", "")) == unit["done"] / 10_000
            if unit["rate"] is not None:
                assert float(found[5]) == pytest.approx(float(unit["rate"]), abs=0.0501)
                assert float(found[6].replace("−", "-")) == pytest.approx(float(unit["gap"]), abs=0.0501)


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ((1, 2, 3, 4), 3),
        ((1, 2, 3, 3), 4),
        ((1, 1, 1, 1, 1, 1), 6),
        ((1, 2, 3, 3, 3, 3), 6),
        ((1, 2, 3, 3, 3, 3, 3), 7),
        ((1, 1, 1, 1, 1, 1, 1), 7),
        ((1, 1), 2),
        ((), 0),
    ],
)
def test_equal_ones_are_all_named_or_counted(ranks, expected):
    shown, stand_for = named(list(ranks), 3, lambda rank: rank)
    assert stand_for == expected
    assert shown == list(ranks[: expected if expected <= 6 else 3])


@pytest.mark.parametrize(
    ("ranks", "last"), [((1, 2, 3, 3, 3, 3), 2), ((1, 1, 1), 1), ((1, 2, 3), 2), ((1,), 1), ((), 0)]
)
def test_equal_ones_are_never_both_in_front_and_behind(ranks, last):
    assert last_in_front(ranks) == last


def test_units_that_stand_first_together_are_counted_where_they_are_too_many_to_be_named():
    data = figures()
    for row in data["groups"][0]["rows"]:
        row |= {"rank": 1, "movement": None}
    (text, _other) = said(
        {block["key"]: block for block in build(data, WORDING, county="茅箭区", link=link)}["units"]
    ).split("\n")
    assert "五堰街办（44.90%）等7个完成率居前" in text
    assert "靠后" not in text


def test_the_threshold_is_printed_with_the_word_and_the_day_with_the_count():
    data = figures() | {"thresholds": {"behind": 25}, "counted_on": "2020-06-20"}
    blocks = {block["key"]: block for block in build(data, WORDING, county="茅箭区", link=link)}
    assert "进度滞后（低于序时进度25个百分点及以上）项目17个" in said(blocks["lagging"])
    assert blocks["annex.behind"]["note"] == "注：“进度滞后”指完成率低于序时进度25个百分点及以上。"
    assert said(blocks["problems"]) == "上月结转34件，6月新交办9件，办结销号12件，截至6月20日在办31件，其中逾期4件。"


@pytest.mark.parametrize(
    ("key", "word", "annex"),
    [("entry", "入统", "not_entered"), ("start", "开工", "start_overdue"), ("problems", "问题办理", "")],
)
def test_what_is_not_recorded_is_said_to_be_so(key, word, annex):
    data = figures() | {"recorded": {key: False}}
    data["lists"]["not_entered"] = data["lists"]["behind"]
    blocks = {block["key"]: block for block in build(data, WORDING, county="茅箭区", link=link)}
    assert said(blocks["overview"]).endswith(f"{word}情况未统计。")
    assert f"annex.{annex}" not in blocks
    rest = "".join(text_of(block.get("paragraphs", ())) for name, block in blocks.items() if name != "overview")
    assert {"entry": "入统", "start": "未按期开工", "problems": "在办"}[key] not in rest


def test_a_month_in_which_nobody_reported_has_no_rate():
    blocks = {
        block["key"]: block
        for block in build(figures() | {"recorded": {"done": False, "units": []}}, WORDING, county="茅箭区", link=link)
    }
    assert said(blocks["overview"]).startswith(
        "2020年，全县安排重点项目96个，总投资7981.67亿元，年度计划投资209.59亿元。\n"
    )
    assert said(blocks["overview"]).endswith("投资完成情况未统计。")
    assert "滞后" not in said(blocks["lagging"])
    assert [cell["text"] for cell in blocks["ranking.township"]["rows"][1][4:6]] == ["未统计", "未统计"]
    assert said(blocks["units"]) == ""


def test_what_a_countys_words_may_name_is_what_there_is():
    def part(text, **more):
        return {"section": [{"key": "a", "heading": "甲", "text": [text], **more}], "decimals": 1}

    row = "".join(f"{{{name}}}" for name in names_of.OF_NAME)
    lists = {source: {"from": source, "item": row} for source in names_of.OF_COUNTY}
    names = {source: {"from": source, "item": row} for source in names_of.OF_ROWS}
    whole = part("".join(f"{{{name}}}" for name in (*whole_of.WHOLE, *lists))) | {"lists": lists}
    group = part("".join(f"{{{name}}}" for name in (*rules.OF_GROUP, *names)), source="groups", lists=names)
    for wording in (whole, group):
        (block,) = build(figures(), wording, county="茅箭区", link=link)
        assert block["paragraphs"]
    for name in ("label", "anything"):
        with pytest.raises(WordingError):
            build(figures(), part(f"{{{name}}}"), county="茅箭区", link=link)
