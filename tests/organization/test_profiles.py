"""A county is a data file: what it may say, how mistakes are answered, and that loading twice changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from organization import profiles
from organization.models import CountyProfile, Post, Unit
from organization.rules import default_rules, rules_of
from organization.services import load_profile

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

[[post]]
unit = "caizheng"
title = "项目专员"
role = "officer"
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
    assert rules.lights.red_below == 25
    assert rules.lights.amber_below == default_rules().lights.amber_below
    assert rules.problems.due_workdays == 5


def test_loading_twice_changes_nothing(write, db, now):
    path = write(GOOD)
    first = load_profile(path, now=now)
    assert first.created
    assert first.new_units == ["县财政局"]
    assert first.new_posts == ["县财政局 项目专员"]
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
    assert rules_of(county).lights.red_below == 20


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ('[county]\nname = "甲县"\nshortname = "甲"', 3, "short_name"),
        ('[lights]\namber_below = 10\nred_bellow = 30', 3, "red_below"),
        ('[lights]\namber_below = "十"', 2, "整数"),
        ('[lihgts]\nred_below = 30', 1, "lights"),
        ('[monthly]\nopen_day = 20\ndue_day = 5\ndue_time = 18', 4, "18:00"),
        ('[ranking]\nties = "fair"', 2, "competition"),
        ('[[unit]]\ncode = "a"\nname = "甲局"\nkind = "bureau"', 4, "department"),
        (POST_OF_NOBODY, 6, "b"),
        ('[[problems.ladder]]\nlabel = "县政府"', 1, "code"),
        (GROUPS.format('"department"'), 1, "other"),
        (GROUPS.format('"department", "other", "zone"'), 8, "zone"),
    ],
)  # fmt: skip
def test_a_wrong_key_says_file_line_and_what_was_expected(write, wrong, line, said):
    with pytest.raises(profiles.ProfileError) as error:
        profiles.read(write(wrong))
    (problem,) = error.value.problems
    assert f"qinghe.toml 第 {line} 行" in problem
    assert said in problem


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
    assert (rules_of(one).lights.red_below, rules_of(two).lights.red_below) == (25, 40)
    assert Unit.objects.filter(code="caizheng").count() == 2
