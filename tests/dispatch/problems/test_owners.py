"""Who has to solve a problem, and who says that it is solved: never who raised it, never who answers for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from core.due import due_items
from core.refusals import NotAllowed, Wrong
from core.shapes import Name, make
from dispatch.models import Problem
from dispatch.problems import services as problems
from dispatch.problems.owners import default_owner
from dispatch.problems.permissions import can_close
from dispatch.problems.rules import Category, ProblemRules
from organization.people.models import User
from organization.portfolios.models import Portfolio
from organization.profiles.models import CountyProfile
from organization.units.models import Unit
from outbox.models import Notice
from tests.support.factories import make_project, unit_of
from tests.support.times import at, fixed_rules

pytestmark = [pytest.mark.requirement("D06"), pytest.mark.django_db]
ON = date(2026, 6, 8)
NOW = at("2026-06-08 10:00")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("征收协议还差 12 户没有签", "demolition"),
        ("环评批复没有下来", "approval"),
        ("银行放款迟迟不到位", "money"),
        ("扬尘治理被要求停工", "environment"),
        ("资金没有到", "money"),  # the category's own name
        ("用地和资金都没有，贷款没有放款", "money"),  # more words
        ("天气不好", "other"),
        ("", "other"),
    ],
)
def test_words_say_the_category(text: str, category: str) -> None:
    assert fixed_rules()[ProblemRules].guess(text) == category


def test_the_words_are_the_countys() -> None:
    environment = Category("environment", "环保", words=("环评",))
    rules = ProblemRules(categories=(Category("approval", "手续"), environment, Category("other", "其他")))
    assert rules.guess("环评没有批复") == "environment"
    assert ProblemRules().guess("环评没有批复") == ""
    money = Category("money", make(Name, {"zh": "资金", "en": "Money"}))
    rules = ProblemRules(categories=(money, Category("other", "其他")))
    with translation.override("en"):  # whoever types it
        assert rules.guess("资金没有到") == "money"


@pytest.mark.parametrize(
    ("named", "competent", "raised", "owner"),
    [
        ("zhujian", "", "xicheng", "zhujian"),  # the category's
        ("zhujian", "gongxin", "xicheng", "zhujian"),
        ("", "gongxin", "xicheng", "gongxin"),  # the competent department's
        ("", "", "xicheng", "zhihuibu"),  # nobody's: the office hands it on
        ("xicheng", "", "xicheng", "zhihuibu"),  # not who raises it
        ("", "xicheng", "xicheng", "zhihuibu"),
        ("gone", "", "xicheng", "zhihuibu"),  # a unit that there isn't
        ("zhujian", "", "", "zhujian"),
    ],
)
def test_the_owner_is_who_the_county_names(county, named: str, competent: str, raised: str, owner: str) -> None:
    project = make_project(county)
    for field, code in {"competent_unit": competent}.items():
        if code:
            setattr(project, field, unit_of(county, code))
    rules = ProblemRules(categories=(Category("land", "用地", unit=named),))
    raiser = unit_of(county, raised) if raised else None
    assert default_owner("land", project, rules, ON, raiser).code == owner


def test_a_unit_that_was_closed_is_asked_for_nothing(county) -> None:
    project = make_project(county)
    project.competent_unit = unit_of(county, "gongxin")
    rules = ProblemRules(categories=(Category("land", "用地", unit="zhujian"),))
    Unit.objects.filter(county=county, code="zhujian").update(active=False)
    assert default_owner("land", project, rules, ON).code == "gongxin"
    Unit.objects.filter(county=county, code="gongxin").update(active=False)
    project.competent_unit = unit_of(county, "gongxin")
    assert default_owner("land", project, rules, ON).code == "zhihuibu"


def test_without_another_it_is_the_first_department_of_the_leaders_portfolio(county, people) -> None:
    project = make_project(county, sector="industry")
    row = Portfolio.objects.create(post=people.leader.main_post, sectors=["industry"], since=ON, at=NOW)
    row.units.set([unit_of(county, "kaifaqu"), unit_of(county, "zhujian"), unit_of(county, "gongxin")])
    first = min((unit_of(county, code) for code in ("zhujian", "gongxin")), key=lambda unit: unit.position)
    assert default_owner("", project, ProblemRules(), ON, project.lead_unit) == first
    before = ON - timedelta(days=1)
    assert default_owner("", project, ProblemRules(), before, project.lead_unit).code == "zhihuibu"


def test_without_an_office_it_is_the_units_own(county) -> None:
    office = unit_of(county, "zhihuibu")
    office.active = False
    office.save()
    assert default_owner("", make_project(county), ProblemRules(), ON).code == "xicheng"


@pytest.mark.parametrize(
    ("raised", "owner", "answered_by", "who"),
    [
        ("xicheng", "zhujian", None, {"officer", "unit_head", "office", "office_head"}),
        ("xicheng", "zhujian", "office", {"officer", "unit_head", "office_head"}),  # not who reported the result
        ("xicheng", "xicheng", None, {"office", "office_head"}),
        ("zhihuibu", "zhihuibu", None, set()),  # one of the office reports the result, another one closes it
        ("xicheng", "zhihuibu", "office", {"officer", "unit_head"}),  # the office doesn't close its own
        ("zhihuibu", "zhihuibu", "office", {"office_head"}),
        (None, "xicheng", "officer", {"office", "office_head"}),
    ],
)
def test_who_answers_for_it_does_not_close_it(county, people, raised, owner, answered_by, who) -> None:
    problem = problems.raise_problem(
        make_project(county), title="用地", by=None, on=ON, now=NOW, owner_unit=unit_of(county, owner),
        raised_unit=unit_of(county, raised) if raised else None,
    )  # fmt: skip
    if answered_by:
        problem = problems.answer(problem, result="批了", by=getattr(people, answered_by), on=ON, now=NOW)
    assert {name for name, person in people.all().items() if can_close(person, problem)} == who
    for name in people.all().keys() - who:
        with pytest.raises(NotAllowed):
            problems.close(problem, by=getattr(people, name), on=ON, now=NOW, note="好了")


@pytest.mark.parametrize(
    ("raised", "owner", "said"),
    [
        ("xicheng", "zhujian", "西城镇或指挥部办公室销号"),
        ("xicheng", "zhihuibu", "由西城镇销号"),
        ("zhujian", "zhujian", "由指挥部办公室销号"),
    ],
)
def test_the_refusal_says_who_can(county, people, raised, owner, said) -> None:
    problem = problems.raise_problem(
        make_project(county), title="用地", by=None, on=ON, now=NOW,
        owner_unit=unit_of(county, owner), raised_unit=unit_of(county, raised),
    )  # fmt: skip
    assert said in can_close(people.reader, problem).why


def test_it_is_closed_with_a_result_in_words(county, people) -> None:
    problem = problems.raise_problem(
        make_project(county), title="用地", by=people.officer, on=ON, now=NOW, owner_unit=unit_of(county, "zhujian")
    )
    with pytest.raises(Wrong):
        problems.close(problem, by=people.officer, on=ON, now=NOW, note=" ")
    closed = problems.close(problem, by=people.officer, on=ON, now=NOW, note="已取得批复")
    assert (closed.status, closed.result) == ("closed", "已取得批复")


def test_what_is_proposed_is_looked_at_before_it_is_raised(county, people, sign_in) -> None:
    project = make_project(county)
    client = sign_in(people.officer)
    typed = {"project": project.pk, "title": "征收协议没有签完"}
    page = client.post("/dispatch/problems/new/", typed)
    assert not Problem.objects.exists()
    text = page.content.decode()
    assert 'id="proposed"' in text
    assert '<option value="demolition" selected>' in text
    office = unit_of(county, "zhihuibu")
    assert f'<option value="{office.pk}" selected>' in text
    said = typed | {"category": "demolition", "proposed_category": "demolition", "owner_unit": office.pk}
    client.post("/dispatch/problems/new/", said)
    client.post("/dispatch/problems/new/", said | {"title": "资金", "category": "money"})
    assert list(Problem.objects.order_by("pk").values_list("category", "guessed")) == [
        ("demolition", True),
        ("money", False),
    ]


def test_the_office_puts_a_category_right_without_new_days(county, people) -> None:
    problem = problems.raise_problem(make_project(county), title="坟没有迁", by=people.officer, on=ON, now=NOW)
    assert (problem.category, problem.guessed) == ("demolition", True)
    later = NOW + timedelta(days=1)
    said = {"by": people.office, "on": timezone.localdate(later), "now": later}
    same = problems.assign(problem, owner_unit=problem.owner_unit, category="land", **said)
    assert (same.category, same.guessed, same.due_on) == ("land", False, problem.due_on)
    assert User.objects.get(pk=people.office.pk) == same.history.latest().history_user


def test_a_category_that_the_file_has_no_more_stays_until_somebody_chooses(county, people, sign_in) -> None:
    problem = problems.raise_problem(make_project(county), title="坟没有迁", by=people.officer, on=ON, now=NOW)
    Problem.objects.filter(pk=problem.pk).update(category="tombs")
    page = sign_in(people.office).get(f"/dispatch/problems/{problem.pk}/").text
    assert '<option value="tombs" selected>' in page


def test_a_county_without_categories_raises_a_problem_at_once(county, people, sign_in) -> None:
    data: dict[str, Any] = {"problems": {"categories": []}}
    CountyProfile.objects.create(county=county, key="test", data=data, digest="none", loaded_at=NOW)
    typed = {"project": make_project(county).pk, "title": "坟没有迁"}
    assert sign_in(people.officer).post("/dispatch/problems/new/", typed).status_code == 303
    assert Problem.objects.get().category == ""


@pytest.mark.parametrize(
    ("owner", "by", "asked"),
    [
        ("zhujian", "office", {"officer", "unit_head"}),
        (
            "xicheng",
            "unit_head",
            {"office", "office_head"},
        ),  # the raiser's own by now, by assignment or merger
        ("xicheng", "office", {"office_head"}),
    ],
)
def test_who_may_close_what_is_answered_is_asked_to(county, people, owner, by, asked) -> None:
    problem = problems.raise_problem(
        make_project(county), title="用地", by=people.officer, on=ON, now=NOW, owner_unit=unit_of(county, "zhujian")
    )
    Problem.objects.filter(pk=problem.pk).update(owner_unit=unit_of(county, owner))
    problem = problems.answer(problem, result="批了", by=getattr(people, by), on=ON, now=NOW)
    kinds = {
        name
        for name, person in people.all().items()
        if "problem_confirm" in {item.kind for item in due_items(county, NOW, person=person)}
    }
    assert kinds == asked
    told = set(Notice.objects.filter(subject__startswith="已报结果").values_list("person", flat=True))
    assert told == ({people.officer.pk} if owner == "zhujian" else {getattr(people, name).pk for name in asked})
