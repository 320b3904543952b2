"""Which project on file a ledger's row means; and that any ledger twice changes nothing."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from organization.units.models import Unit
from projects.models import Project
from tests.projects.ledger.test_import import HEAD, counts, in_english, outcomes, store
from tests.support.factories import WAN, make_project
from tests.support.people import People

__all__ = ["in_english"]  # the fixture: messages are compared in English, files lie in a folder of the test
pytestmark = pytest.mark.django_db

CODED = ["项目名称", "责任单位", "国家项目代码", "总投资（万元）"]
PACKAGE = "2601-220523-04-01-000001"


@pytest.mark.requirement("P01", "P18")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_parts_of_a_package_share_a_code_and_none_becomes_the_other(county: Unit, order: tuple[int, ...]) -> None:
    parts = [["丙标段", "西城镇", PACKAGE, 1000], ["乙标段", "西城镇", PACKAGE, 2000], ["甲标段", "东关乡", "", 3000]]
    looked = store(county, [CODED, *parts])
    said = [(p.row, p.severity) for p in looked.problems() if "same national code" in p.message]
    assert (outcomes(looked), said) == ((3, 0, 0, 0), [(3, "warning")])
    assert outcomes(store(county, [CODED, *(parts[n] for n in order)])) == (0, 0, 3, 0)
    assert outcomes(store(county, [CODED, parts[1]])) == (0, 0, 1, 0)  # one of them alone
    names = dict(Project.objects.values_list("name", "total_investment"))
    assert names == {"丙标段": 1000 * WAN, "乙标段": 2000 * WAN, "甲标段": 3000 * WAN}


@pytest.mark.requirement("P01", "P18")
@pytest.mark.parametrize(
    ("on_file", "row", "becomes"),
    [
        ([("旧名", "xicheng", "1")], ["新名", "东关乡", "1"], ["新名"]),  # a code that is there once decides
        ([("旧名", "xicheng", "1"), ("他", "xicheng", "1")], ["新名", "西城镇", "1"], ["旧名", "他", "新名"]),
        ([("甲", "xicheng", "1"), ("乙", "xicheng", "1")], ["甲", "东关乡", "1"], ["甲", "乙"]),  # code and name
        ([("甲", "xicheng", "1"), ("甲", "dongguan", "1")], ["甲", "东关乡", "1"], ["甲", "甲"]),  # and unit
        ([("甲", "xicheng", "")], ["甲", "西城镇", "1"], ["甲"]),  # name and unit; the code comes
        ([("甲", "xicheng", "")], ["甲", "东关乡", ""], ["甲"]),  # a name that is there once
        ([("甲", "xicheng", ""), ("甲", "zhujian", "")], ["甲", "东关乡", ""], ["甲", "甲", "甲"]),
    ],
)
def test_a_row_means_the_project_that_is_most_like_it(county: Unit, on_file, row, becomes) -> None:
    for name, unit, code in on_file:
        make_project(county, name=name, lead_unit=unit, code=code)
    looked = store(county, [CODED, [*row, 1000]])
    assert list(Project.objects.order_by("number").values_list("name", flat=True)) == becomes
    doubted = any(problem.field == "code" and problem.severity == "warning" for problem in looked.problems())
    assert doubted == ("新名" in becomes)


def test_what_one_row_means_no_other_row_takes(county: Unit) -> None:
    make_project(county, name="甲", code="1")
    looked = store(county, [CODED, ["甲", "东关乡", "", 1000], ["乙", "西城镇", "1", 2000]])
    assert outcomes(looked) == (1, 1, 0, 0)
    assert dict(Project.objects.values_list("code", "name")) == {"1": "乙", "": "甲"}


LEDGERS = st.lists(
    st.tuples(
        st.sampled_from(["甲", "乙", "丙（一期）", "丙(一期)"]),
        st.sampled_from(["西城镇", "东关乡", "县水利局", ""]),
        st.sampled_from(["", "1", "2", PACKAGE]),
        st.sampled_from([0, 499, 1000, "约300", "待定", ""]),
        st.sampled_from(["县领导01", "县领导02、县领导01", "县领导09", ""]),
        st.sampled_from([0, 40, "1,000", ""]),
        st.sampled_from(["是", "否", "", "停工"]),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.requirement("P01", "P18")
@given(rows=LEDGERS, make=st.booleans())
def test_any_ledger_twice_changes_nothing(county: Unit, people: People, rows, make) -> None:
    head = [*CODED, "包联领导", "1-5月累计完成投资（万元）", "是否开工"]
    with transaction.atomic():
        first = store(county, [head, *rows], create_units=make)
        before = counts()
        again = store(county, [head, *rows], create_units=make)
        assert outcomes(again)[2:] == (sum(outcomes(first)[:3]), outcomes(first)[3])
        assert counts() == before
        transaction.set_rollback(True)


LONG_NAME = "县高标准农田建设与乡村振兴产业融合发展项目推进工作领导小组"


def test_names_of_units_and_posts_that_the_import_makes_are_not_cut(county: Unit) -> None:
    rows = [HEAD, [1, "甲项目", LONG_NAME, "县领导01", 1000, 100, 40, "是", "主体施工"]]
    store(county, rows)
    unit = Project.objects.get().lead_unit
    assert (unit.name, unit.short_name) == (LONG_NAME, LONG_NAME)


def test_a_leader_named_by_post_and_by_name_is_one_sponsor(county: Unit, people: People) -> None:
    people.leader.name = "甲同志"
    people.leader.save()
    rows = [HEAD, [1, "甲项目", "西城镇", "县领导01、甲同志", 1000, 100, 40, "是", "主体施工"]]
    store(county, rows)
    assert Project.objects.get().sponsors.count() == 1
    assert outcomes(store(county, rows)) == (0, 0, 1, 0)
