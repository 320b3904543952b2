"""A county is a data file: what it may say, how mistakes are answered, and that loading twice changes nothing."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from core.web.once import one_request
from dispatch.problems.rules import ProblemRules
from dispatch.standings.rules import RankingRules
from organization.people.models import Post
from organization.profiles import loader as profiles
from organization.profiles.models import CountyProfile
from organization.profiles.rules import default_rules, rules_of, sections
from organization.profiles.services import load_profile
from organization.units.models import Unit
from projects.rules import LightRules
from tests.support.factories import make_project

GOOD = """
[county]
name = "青禾县"
short_name = "青禾县"

[lights]
red_below = 25

[[unit]]
code = "caizheng"
name = "县财政局"
kind = "department"
source = "001 四"

[[post]]
unit = "caizheng"
title = "项目专员"
role = "officer"
assumed = true
"""


POST_OF_NOBODY = """[[unit]]
code = "a"
name = "甲局"
kind = "other"
[[post]]
unit = "b"
title = "专员"
role = "officer"
"""


GROUPS = """[[ranking.groups]]
key = "township"
label = "乡镇"
kinds = ["township", "zone"]
[[ranking.groups]]
key = "rest"
label = "部门"
kinds = [{}]
"""


@pytest.fixture
def write(tmp_path):
    def put(text, name="qinghe.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return put


def test_every_profile_that_comes_along_can_be_read():
    for path in profiles.FOLDER.glob("*.toml"):
        profiles.build(profiles.read(path.stem), key=path.stem, version=1)


def test_a_county_says_only_what_differs(write, db, now):
    county = load_profile(write(GOOD), now=now).county
    rules = rules_of(county)
    assert rules[LightRules].red_below == 25
    assert rules[LightRules].amber_below == default_rules()[LightRules].amber_below
    assert rules[ProblemRules].due_workdays == 5


def test_loading_twice_changes_nothing(write, db, now):
    path = write(GOOD)
    first = load_profile(path, now=now)
    assert first.created
    assert [names for _label, names in first.changes][:2] == [["县财政局"], ["县财政局 项目专员"]]
    assert len(first.changes) == 3  # and the year's lists, which every county has
    counts = (Unit.objects.count(), Post.objects.count(), CountyProfile.history.count(), Unit.history.count())
    assert not load_profile(path, now=now).anything
    assert counts == (
        Unit.objects.count(), Post.objects.count(), CountyProfile.history.count(), Unit.history.count()
    )  # fmt: skip


def test_a_changed_file_gives_a_new_version_and_says_what_changed(write, db, now):
    county = load_profile(write(GOOD), now=now).county
    done = load_profile(write(GOOD.replace("red_below = 25", "red_below = 20")), now=now)
    assert done.changed_sections == ["lights"]
    assert rules_of(county).version == 2
    assert rules_of(county)[LightRules].red_below == 20


LEVEL = '[[problems.ladder]]\ncode = "a"\nlabel = "甲"\n'
PART = '[bulletin.monthly]\ntitle = "通报"\nnumber = "{number}"\ndate = "{day}日"\n[[bulletin.monthly.section]]\n'
TABLE = '[bulletin.monthly.ranking]\ntitle = "{label}"\ncolumns = [\n  {key = "name", label = "单位"},\n'
ANNEX = '[[bulletin.monthly.annex]]\ntitle = "清单"\n'

GROUP = '[[ranking.groups]]\nkey = "a"\nlabel = {}\nkinds = [{}"township", "zone", "department", "other"]'

TWO = '[classes]\n{} = [\n  {{code = "a", label = "甲"}},\n  {{code = "{}", label = "乙", words = {}}},\n]'
SECTOR = '[classes]\nsectors = [\n  {{code = "a", label = "甲", flags = {}}},\n]'

RING = """[[schedule.template]]
code = "t"
label = "模板"
milestone = [{code = "a", label = "甲", days = 1, after = ["b"]}, {code = "b", label = "乙", days = 1, after = ["a"]}]"""  # noqa: E501
BROKEN = [  # what is wrong, the line it stands in, the words that help
    ('[county]\nname = "甲县"\nshortname = "甲"', 3, "short_name"),
    ('[county]\nregion_code = "2205"', 2, "六位数字"),
    ("[lights]\namber_below = 10\nred_bellow = 30", 3, "red_below"),
    ('[lights]\namber_below = "十"', 2, "整数"),
    (RING.replace('after = ["b"]', 'after = ["c"]'), 4, "“c”"),
    (RING, 4, "a → b → a"),
    ("[lights]\namber_below = true", 2, "整数"),
    ('[lights]\nassumed = "yes"', 2, "true / false"),  # any table may say where it is from, and that it is assumed
    ("[lights]\namber_below = 40", 2, "red_below"),  # red stands in the default file
    ("[lights]\nstale_days = 0", 2, "1 到 366"),
    ('[loop]\nenabled = "off"', 2, "true / false"),
    ("[photos]\nnear_bits = 40", 2, "0 到 20"),
    ("lights = 3", 1, "amber_below"),
    ("[lihgts]\nred_below = 30", 1, "lights"),
    ("[reports]\njump_times = 0", 2, "1 到 1000"),
    ('[issuing]\ndisclosure = "secret"', 2, "closed"),
    ("[issuing]\ncopies = -1", 2, "0 到 99999"),
    ("[steps]\nearly_days = -1", 2, "0 到 3660"),
    ("[monthly]\nopen_day = 20\ndue_day = 5\ndue_time = 18", 4, "18:00"),
    ("[monthly]\nopen_day = 0", 2, "1 到 31"),
    ("[monthly]\ndue_day = 32", 2, "1 到 31"),
    ("[weekly]\ndue_day = 8", 2, "1 到 7"),
    ("[weekly]\nopen_day = 4\ndue_day = 3", 3, "开始填报"),
    ('[ranking]\nties = "fair"', 2, "competition"),
    ('[ranking]\nindicators = ["investment_rate", "start_rat"]', 2, "start_rate"),
    ("[reminders]\nladder = []", 2, "enabled = false"),
    ("[[reminders.ladder]]\nkinds = []", 1, "没有一步"),
    ("[[reminders.ladder]]\nhead = 5\nleader = 3", 3, "领导"),
    ("[[reminders.ladder]]\nbefore = [-2]", 2, "1 到 60"),
    ('[[reminders.ladder]]\nkinds = ["report_fil"]\nhead = 1', 2, "report_fill"),
    ("[[reminders.ladder]]\nhead = 1\n[[reminders.ladder]]\nhead = 2", 3, "一条"),
    ("[reminders]\nmorning = 06:00:00", 2, "07:00:00"),
    ("[reminders]\nevening = 08:00:00", 2, "早上"),
    ('[[reminders.group]]\nname = "a"\nlabel = "甲"\n[[reminders.group]]\nname = "a"\nlabel = "乙"', 5, "两次"),
    ('[ranking]\norder_by = "entry_rat"', 2, "entry_rate"),
    ('[ranking]\nindicators = ["start_rate"]\norder_by = "entry_rate"', 3, "start_rate"),
    ("[ranking]\ndecimals = 9", 2, "0 到 4"),
    (GROUP.format('"甲"', '"village", '), 4, "township"),
    (GROUP.format('{zh = "甲", fr = "A"}', ""), 3, "en ="),
    (GROUPS.format('"department"'), 1, "other"),
    (GROUPS.format('"department", "other", "zone"'), 8, "zone"),
    ('[[unit]]\ncode = "a"\nname = "甲局"\nkind = "bureau"', 4, "department"),
    ('[[unit]]\ncode = "a"\nname = "甲局"\nkind = "other"\nsince = "2024"', 5, "2024-03-01"),
    ('[[unit]]\ncode = "a"\nname = "甲局"\nkind = "other"\nsince = 2024-03-01T08:00:00', 5, "2024-03-01"),
    ('[[unit]]\ncode = "a"\nname = "甲"\nkind = "other"\nsince = 2024-03-01\nuntil = 2024-02-01', 6, "早于"),
    ('[county]\nkind = "village"', 2, "town"),
    (POST_OF_NOBODY, 6, "b"),
    ('unit = [\n  # 部门\n\n  {code = "a", name = "甲局", kind = "bureau"},\n]', 4, "department"),
    ("[demonstration]\ncurve = [10, 100]", 2, "12"),
    ('[demonstration.units]\njia = ["indutry"]', 2, "industry"),
    ('[[problems.ladder]]\nlabel = "县政府"', 1, "code"),
    (LEVEL + 'role = "leder"', 4, "leader"),
    ('[problems]\ncategories = [{code = "a", label = "甲", unit = "caizheng"}]', 2, "caizheng"),
    ('[problems]\ncategories = [{code = "environment_and_water", label = "甲"}]', 2, "environment_and_water"),
    (
        '[problems]\ncategories = [{code = "a", label = "甲", words = ["征收"]}, '
        '{code = "b", label = "乙", words = ["征收"]}]',
        2,
        "征收",
    ),
    ('[entry]\nconfirmed_by = "statistic"', 2, "statistics"),
    ('[approvals]\nauthority = {land_planing = "ziran"}', 2, "land_planning"),
    ('[approvals]\nauthority = {land_planning = "ziran"}', 2, "ziran"),
    ('[approvals]\nadded = [{code = "flood"}]', 2, "名称"),
    ('[approvals]\nadded = [{code = "filing", label = "立项"}]', 2, "filing"),
    ('[approvals]\nadded = [{code = "flood", label = "洪评", after = ["filling"]}]', 2, "filing"),
    (
        '[approvals]\nadded = [{code = "a", label = "甲", law = ["b"]}, {code = "b", label = "乙", after = ["a"]}]',
        2,
        "a → b",
    ),
    (LEVEL + 'post = "县长"', 4, "县长"),
    (LEVEL + LEVEL, 5, "重复"),
    ("[problems]\ndue_workdays = 0", 2, "1 到 250"),
    ('[problems]\nplaces = [{category = "land", level = "cellar"}]', 2, "cellar"),
    ("[instructions]\nanswer_workdays = 0", 2, "1 到 60"),
    ('[instructions]\nby = "everybody"', 2, "answering"),
    ('[[problems.categories]]\ncode = "land"\nlabel = 3', 3, "文字"),
    ('[bulletin]\nmonthly = "text"', 2, "title"),
    ('[bulletin.weekly]\nlike = "montly"', 2, "monthly"),
    ('[bulletin.monthly]\ncycle = "week"', 2, "month"),
    ('[bulletin.monthly]\ntitel = "通报"', 2, "title"),
    ('[bulletin.monthly]\ntitle = "{yaer}年通报"', 2, "year"),
    ('[bulletin.monthly]\ndate = "{year}年{mon}月"', 2, "month"),
    ('[bulletin.monthly]\ntitle = "[{year}年"', 2, "不配对"),
    ('[bulletin.monthly]\ndecimals = "1"', 2, "整数"),
    ('[bulletin.monthly.lists]\nbig = {from = "bigg", take = 5}', 2, "big"),
    ('[bulletin.monthly.lists]\nbig = {from = "big", item = "{nmae}"}', 2, "name"),
    (PART + 'key = "a"\nheading = "甲"\ntext = [\n  "{done}",\n  "{label}",\n]', 10, "label"),
    (PART + 'key = "a"\nheading = "甲"\neach = "groups"\ntext = "{done}"', 9, "列表"),
    (PART + 'key = "a"\nheading = "甲"\nkind = "writen"\ntext = []', 8, "written"),
    (PART + 'key = "a"\nheading = "甲"', 5, "text"),
    (TABLE + '  {key = "raet", label = "率"},\n]', 5, "rate"),
    (TABLE + '  {key = "rate", lable = "率", label = "率"},\n]', 5, "label"),
    (SECTOR.format('["primry"]'), 3, "primary"),
    (SECTOR.format('["private", "primary"]'), 3, "private"),  # of investors
    (SECTOR.format('["primary", "tertiary"]'), 3, "只写一个"),
    (SECTOR.format("[]"), 3, "只写一个"),
    ('[classes]\nsectors = [\n  {code = "交通", label = "交通", flags = ["tertiary"]},\n]', 3, "小写字母"),
    (TWO.format("clusters", "a", "[]"), 4, "重复"),
    (
        '[classes]\nclusters = [\n  {code = "a", label = "甲"},\n  {code = "b", label = "乙", words = ["甲类"]},\n]',
        4,
        "甲类",
    ),
    ('[classes]\nsizes = [\n  {code = "a", label = "大", from = "1亿"},\n]', 3, "整数"),
    ('[classes]\nsizes = [\n  {code = "a", label = "大"},\n]', 3, "from"),
    (
        "[classes]\nnatures = ["
        + ", ".join(f'{{code = "{c}", label = "{c}"}}' for c in ("new", "continued", "extended"))
        + "]",
        2,
        "rebuilt",
    ),
    ('[problems]\nsources = [\n  {code = "a", label = "甲", flags = []},\n]', 3, "flags"),
    ('[funding]\nchannels = [\n  {code = "a", label = "甲"},\n  {code = "a", label = "乙"},\n]', 4, "重复"),
    ('[investment]\nmodes = [\n  {code = "longer_than_its_column", label = "甲"},\n]', 3, "12"),
    (ANNEX + 'list = "behnd"\ncolumns = []', 3, "behind"),
    (ANNEX + 'list = "behind"\ncolumns = [{key = "rank", label = "名次"}]', 4, "reason"),
]


@pytest.mark.parametrize(("wrong", "line", "said"), BROKEN)
def test_a_wrong_profile_says_file_line_and_what_was_expected(write, wrong, line, said):
    with pytest.raises(profiles.ProfileError) as error:
        profiles.read(write(wrong))
    (problem,) = error.value.problems
    assert f"qinghe.toml 第 {line} 行" in problem
    assert said in problem


@pytest.mark.parametrize("value", ["1", '"x"', "[]", "[1]", "{a = 1}", "[{a = 1}]", "{ladder = 1, groups = [2]}"])
def test_any_shape_is_answered_and_never_crashes(write, value):
    every = "".join(f"{name} = {value}\n" for name in sections())
    with pytest.raises(profiles.ProfileError) as error:
        profiles.read(write(every))
    assert len(error.value.problems) >= 3


def test_all_mistakes_are_named_at_once(write):
    with pytest.raises(profiles.ProfileError) as error:
        profiles.read(write("[lights]\nred = 1\namber = 2\n[weekly]\nopen = 1"))
    assert len(error.value.problems) == 3


def test_nothing_is_written_when_the_file_is_wrong(write, db):
    with pytest.raises(CommandError, match="第 4 行"):
        call_command("load_profile", write(GOOD.replace("short_name", "shortname")))
    assert not Unit.objects.exists()


def test_an_unknown_name_lists_the_profiles_there_are(db):
    with pytest.raises(CommandError, match="huinan"):
        call_command("load_profile", "nowhere")


def test_two_counties_live_side_by_side_each_with_its_own_rules(write, db, now):
    one = load_profile(write(GOOD), now=now).county
    two = load_profile(write(GOOD.replace("25", "40"), "bailu.toml"), now=now).county
    assert (rules_of(one)[LightRules].red_below, rules_of(two)[LightRules].red_below) == (25, 40)
    assert Unit.objects.filter(code="caizheng").count() == 2


ONE_REGION = GOOD.replace('short_name = "青禾县"', 'short_name = "青禾县"\nregion_code = "220599"')


def test_a_second_file_of_a_region_asks_and_the_same_county_is_updated_not_doubled(write, db, now):
    county = load_profile(write(ONE_REGION), now=now).county
    again = write(ONE_REGION.replace("red_below = 25", "red_below = 20"), "other.toml")
    with pytest.raises(CommandError, match="--replace"):
        call_command("load_profile", again)
    assert Unit.objects.filter(kind="county").count() == 1
    call_command("load_profile", again, "--replace", stdout=io.StringIO())
    assert load_profile(again, now=now).county == county  # from now on that file is the county's
    assert rules_of(county)[LightRules].red_below == 20
    assert Unit.objects.filter(kind="county").count() == 1
    call_command("load_profile", write(ONE_REGION, "third.toml"), "--as-well", stdout=io.StringIO())
    assert Unit.objects.filter(kind="county").count() == 2


def test_a_name_in_two_languages_is_shown_in_that_of_the_page(write):
    text = """[problems]
categories = [{code = "land", label = {zh = "用地", en = "Land"}}, {code = "money", label = "资金"}]
[[problems.ladder]]
code = "a"
label = {zh = "县政府", en = "County government"}
[[ranking.groups]]
key = "all"
label = {zh = "各单位", en = "All units"}
kinds = ["township", "zone", "department", "other"]
"""
    rules = profiles.build(profiles.read(write(text)), key="two", version=1)
    problems, ranking = rules[ProblemRules], rules[RankingRules]
    named = (problems.labels["land"], problems.ladder[0].label, ranking.groups[0].label)
    with translation.override("en"):
        assert [*map(str, named)] == ["Land", "County government", "All units"]
    with translation.override("zh-hans"):
        assert [*map(str, named)] == ["用地", "县政府", "各单位"]
    assert problems.labels["money"] == "资金"  # one without English stays what it is


@pytest.mark.django_db
def test_a_post_can_have_an_english_title_that_comes_and_goes_with_the_file(write, now):
    unit = '[[unit]]\ncode = "a"\nname = "甲局"\nkind = "department"\n[[post]]\nunit = "a"\nrole = "unit_head"\n'
    for title, english in (('"局长"', "局长"), ('{zh = "局长", en = "Director"}', "Director"), ('"局长"', "局长")):
        load_profile(write(f"{unit}title = {title}"), now=now)
        (post,) = Post.objects.all()
        assert str(post) == "局长"
        with translation.override("en"):
            assert str(post) == english


#: What people open all day, by who opens it.
PAGES = [
    ("office", "/"), ("officer", "/"), ("leader", "/"), ("office", "/projects/"),
    ("office", "/projects/review/2026-05/"),
    ("officer", "/projects/reports/2026-05/"), ("office", "/dispatch/rankings/2026-05/"),
    ("officer", "/dispatch/problems/"), ("statistics", "/projects/entries/"), ("officer", "page of a project"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "url"), PAGES)
def test_a_page_reads_the_rules_of_its_county_once(
    county, people, sign_in, django_assert_max_num_queries, who: str, url: str
) -> None:
    project = make_project(county, stage="started", plan=100)
    client = sign_in(getattr(people, who))
    with django_assert_max_num_queries(90) as found:
        answer = client.get(f"/projects/{project.pk}/" if url == "page of a project" else url)
    assert answer.status_code == 200
    assert len([one for one in found if CountyProfile._meta.db_table in one["sql"]]) == 1


def test_a_new_file_holds_from_the_next_page_on_and_for_a_task_at_once(write, db, now) -> None:
    county = load_profile(write(GOOD), now=now).county
    with one_request():
        assert rules_of(county).version == 1
        load_profile(write(GOOD.replace("red_below = 25", "red_below = 20")), now=now)
        assert rules_of(county).version == 1
    assert rules_of(county).version == 2
