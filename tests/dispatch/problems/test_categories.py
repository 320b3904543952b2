"""Categories of two levels: owned by a unit, or by that of what they belong to; what nobody owns is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from dispatch.models import Problem
from dispatch.problems import services as problems
from dispatch.problems.owners import placing
from dispatch.problems.rules import Category, Place, ProblemRules
from organization.profiles import loader
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from organization.profiles.services import load_profile
from organization.units.models import UnitKind
from tests.support.factories import NOW, make_project, unit_of

pytestmark = [pytest.mark.requirement("D06"), pytest.mark.django_db]
ON = NOW.date()
TREE: list[dict[str, Any]] = [
    {"code": "supply", "label": "要素保障", "unit": "gongxin"},
    {"code": "land", "label": "用地", "under": "supply", "unit": "zhujian", "words": ["林地"]},
    {"code": "energy", "label": "用能", "under": "supply"},
    {"code": "other", "label": "其他"},
]


@pytest.fixture
def tree(county) -> ProblemRules:
    data = {"problems": {"categories": TREE, "ladder": [{"code": "unit", "label": "责任单位", "role": "owner"}]}}
    CountyProfile.objects.create(county=county, key="test", data=data, digest=digest(data), loaded_at=NOW)
    return ProblemRules(categories=tuple(Category(**{**one, "words": tuple(one.get("words", ()))}) for one in TREE))


def test_a_category_is_owned_by_its_unit_or_that_of_what_it_belongs_to(county, tree) -> None:
    project = make_project(county)
    found = {code: placing(code, project, tree, ON).unit for code in tree.labels}
    assert {code: unit.code for code, unit in found.items()} == {
        "land": "zhujian", "energy": "gongxin", "other": "zhihuibu",
    }  # fmt: skip
    assert placing("other", project, tree, ON).placed is False  # the office places it
    assert found["other"].kind == UnitKind.OFFICE
    assert tree.nobodys == ["其他"]
    assert tree.in_full("land") == "要素保障 > 用地"


def test_a_line_for_a_head_places_what_belongs_to_it(county, tree) -> None:
    rules = ProblemRules(categories=tree.categories, places=(Place(category="supply", unit="tongji"),))
    assert placing("energy", make_project(county), rules, ON).unit.code == "tongji"
    assert placing("other", make_project(county, name="另"), rules, ON).unit.code == "zhihuibu"


def test_words_say_a_leaf_and_never_a_head(tree) -> None:
    assert [tree.guess(text) for text in ("要素保障要加强", "林地没有批", "什么也不是")] == ["other", "land", "other"]


def test_list_board_and_form_have_the_tree(county, people, tree, sign_in) -> None:
    project = make_project(county, name="粮库")
    for code in ("land", "energy", "other"):
        told: dict[str, Any] = {"category": code, "by": people.officer, "on": ON, "now": NOW}
        problems.raise_problem(project, title=f"问题{code}", owner_unit=unit_of(county, "dongguan"), **told)
    client = sign_in(people.office)
    for address in (reverse("dispatch:problem_list"), reverse("dispatch:problems")):
        page = client.get(f"{address}?category=supply").content.decode()
        assert ("问题land" in page, "问题energy" in page, "问题other" in page) == (True, True, False)
    assert '<optgroup label="要素保障">' in client.get(reverse("dispatch:problem_new")).content.decode()
    page = client.get(reverse("dispatch:problem", args=[Problem.objects.get(category="land").pk])).content.decode()
    assert "要素保障 &gt; 用地" in page


def file(tmp_path: Any, categories: list[dict[str, str]]) -> str:
    lines = ["[county]", 'name = "清河县"', 'short_name = "清河"']
    for one in categories:
        lines += ["[[problems.categories]]", *(f'{key} = "{value}"' for key, value in one.items())]
    path = tmp_path / "qinghe.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("over", "said"), [("nothing", "nothing"), ("other", "两级"), ("land", "两级")])
def test_a_tree_that_is_none_is_refused_where_it_stands(tmp_path, over, said) -> None:
    tree = [
        {"code": "land", "label": "用地", "under": over},
        {"code": "other", "label": "其他", "under": "land"},
    ]
    with pytest.raises(loader.ProfileError) as refused:
        loader.read(file(tmp_path, tree))
    assert said in str(refused.value)


def test_a_county_without_a_ladder_still_has_its_problems(county, people, sign_in) -> None:
    data: dict[str, Any] = {"problems": {"ladder": []}}
    CountyProfile.objects.create(county=county, key="test", data=data, digest=digest(data), loaded_at=NOW)
    made = problems.raise_problem(make_project(county), title="缺资金", by=people.officer, on=ON, now=NOW)
    client = sign_in(people.office)
    for name, args in (("problems", []), ("problem_list", []), ("problem", [made.pk]), ("problems_together", [])):
        assert client.get(reverse(f"dispatch:{name}", args=args)).status_code == 200
    assert problems.escalate_due(county, now=NOW, days={}) == 0


def test_what_nobody_owns_is_said_when_the_file_is_loaded(db, tmp_path) -> None:
    path = file(tmp_path, [{"code": "land", "label": "用地"}, {"code": "other", "label": "其他"}])
    for _again in range(2):
        notices = {str(label): names for label, names in load_profile(path, now=NOW).notices}
        assert notices["没有写明由哪个单位办的问题类别，由办公室研判交办：%s"] == ["用地", "其他"]
