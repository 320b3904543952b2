"""What the demonstration says makes sense to somebody of a county: words, approvals, money and days, over seeds."""

from __future__ import annotations

import re
from datetime import date
from itertools import accumulate, pairwise
from random import Random

import pytest

from core import shapes
from core.amounts.grammar import WAN
from core.days.workdays import is_workday
from dispatch.problems.rules import ProblemRules
from organization.profiles.loader import FOLDER, read
from projects.choices import FLOOR, ApprovalKind, Stage
from simulation import money, papers, words
from simulation.rules import DemonstrationRules
from simulation.seeds import County, Fate, Place, ProjectSeed, make_seeds, mood_of
from simulation.trades import FAMILIES, TRADES
from simulation.works import SECTORS

YEAR = date(2026, 1, 1)
PROFILES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "default")
SEEDS = range(1, 6)
OWN_WORDS = {  # which trades may write a word; nobody else does
    "室内装修": {"building", "housing"},
    "主体封顶": {"building", "housing"},
    "路面摊铺": {"road"},
    "路基": {"road", "lane"},
    "组件": {"pv"},
    "支架": {"pv"},
    "并网": {"pv", "wind", "seawind"},
    "风机": {"wind", "seawind"},
    "试车": {"factory", "process"},
    "渠道衬砌": {"channel"},
    "管沟": {"pipes"},
    "圈舍": {"barns"},
    "制冷": {"cold"},
    "烘干塔": {"grain"},
    "苗木": {"planting"},
    "大坝|坝体": {"dam"},
    "防渗膜": {"reservoir"},
    "桥面": {"bridge"},
    "飞线": {"renewal"},
    "隧道窑": {"kiln"},
}
CASES = [(profile, seed) for profile in PROFILES for seed in SEEDS]


def county(profile: str, seed: int, count: int = 40) -> list[ProjectSeed]:
    data = read(profile)
    rules = shapes.make(DemonstrationRules, data["demonstration"])
    leading = [one for one in data["unit"] if one["kind"] in ("township", "zone", "department")]
    places = [Place(one["code"], one.get("short_name", one["name"]), one["kind"]) for one in leading]
    return make_seeds(County(rules, "县", places, 8), places, count=count, start=YEAR, random=Random(seed))


@pytest.fixture(scope="module")
def made() -> list[ProjectSeed]:
    return [one for profile, seed in CASES for one in county(profile, seed)]


@pytest.mark.parametrize("word", OWN_WORDS)
def test_a_word_of_one_trade_is_written_by_no_other(word):
    assert {key for key, trade in TRADES.items() if re.search(word, " ".join(trade.steps))} == OWN_WORDS[word]


def test_every_trade_belongs_to_a_family_and_every_work_to_a_trade():
    assert {trade.family for trade in TRADES.values()} == set(FAMILIES)
    used = {work.trade for sector in SECTORS.values() for work in (*sector.works, *sector.town)}
    used |= {sector.trade for sector in SECTORS.values()}
    named = {work.get("trade", "") for name in PROFILES for work in read(name)["demonstration"].get("works", ())}
    assert used | named - {""} == set(TRADES)


def test_the_ledger_of_problems_guesses_what_each_trouble_is_about():
    rules = shapes.make(ProblemRules, read("huinan")["problems"])
    troubles = [one for family in FAMILIES.values() for one in family.troubles]
    troubles += [trouble for _words, trouble in papers.WAITING.values()]
    wrong = [one for one in troubles if rules.guess(f"{one.title} {one.request}") != one.category]
    assert wrong == []


def test_words_go_forward_with_the_works_and_rest_in_winter():
    for trade in TRADES.values():
        said = [trade.steps.index(words.step(trade, share / 100)) for share in range(100)]
        assert said == sorted(said)
        assert set(said) == set(range(len(trade.steps)))
        january = words.progress(trade, 0.4, 1, frosty=True, new=False, dice=Random(1))
        assert ("停工" in january) == trade.outdoors
        assert "停工" not in words.progress(trade, 0.4, 1, frosty=False, new=False, dice=Random(1))


def test_approvals_come_in_their_order_on_working_days_before_the_start(made):
    for one in made:
        days = [one.approvals[kind] for kind in papers.ORDER if kind in one.approvals]
        assert all(before < after for before, after in pairwise(days)), one.name
        assert all(map(is_workday, days))
        if one.started_on and one.fate is not Fate.EXCEPTION:
            assert days[-1] <= one.started_on
            assert set(one.papers) == set(one.approvals)
        if one.opening_stage is Stage.PREWORK:
            assert one.approvals[ApprovalKind.FILING] < YEAR


def test_days_and_amounts_bound_one_another(made):
    for one in made:
        assert one.total >= FLOOR
        assert one.total % (10 * WAN) == 0
        assert one.before + one.plan <= one.total
        assert not one.months or sum(one.months) == one.plan
        assert min(one.months, default=0) >= 0
        if not one.planned_start:
            assert not one.plan
            continue
        months = len(money.months_of(one.planned_start, one.planned_completion))
        assert money.length(one.total) <= months + 1
        assert months <= money.length(one.total) + 9
        steps = [after - before for before, after in pairwise((0, *one.course))]
        assert min(steps) >= 0
        assert one.course[-1] <= one.total
        if one.started_on and one.started_on >= YEAR:
            assert steps[one.started_on.month - 1] <= one.total * money.FIRST + 1 or one.started_on.year > YEAR.year


def test_names_differ_and_nothing_is_left_to_fill_in(made):
    for profile, seed in CASES[::5]:
        names = [one.name for one in county(profile, seed)]
        assert len(set(names)) == len(names)
    assert not [one for one in made if "{" in one.name + one.scope + one.owner]


def test_one_project_in_ten_is_behind_and_the_first_township_has_a_handful():
    for seed in SEEDS:
        found = county("huinan", seed, 60)
        assert sum(one.fate is Fate.SLOW for one in found) == 6
        town = [one for one in found if one.unit == "chaoyang"]
        assert 4 <= len(town) <= 9
        assert max(one.total for one in town) <= 10_000 * WAN


def test_a_year_of_works_is_an_s_that_begins_slowly():
    spent = money.shares(date(2026, 3, 20), date(2026, 12, 31), money.EVEN)
    assert sum(spent.values()) == pytest.approx(1)
    parts = list(spent.values())
    assert parts[0] <= money.FIRST
    assert max(parts) == max(parts[4:6])
    assert list(accumulate(parts))[2] < 3 / 10


@pytest.mark.parametrize("lead", [0.0, 0.15])
def test_money_comes_in_before_it_is_paid_out_and_neither_falls(lead):
    plan, done = 3_600 * WAN, [n * 300 * WAN for n in range(13)]
    came = [money.funds(works, plan, lead) for works in done]
    out = [money.paid(works, 0.9) for works in done]
    assert came == sorted(came)
    assert out == sorted(out)
    assert all(paid <= works <= funds for paid, works, funds in zip(out, done, came, strict=True))


def test_a_unit_is_better_than_another_and_some_improve():
    dice = Random(1)
    moods = [mood_of(dice, place, 12) for place in range(12)]
    assert len({one[5] for one in moods}) == 12
    assert {one[11] > one[0] for one in moods} == {True, False}
