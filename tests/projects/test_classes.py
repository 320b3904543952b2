"""What is counted by the county's classes: what people write becomes a code, and nothing that was said is lost."""

from __future__ import annotations

import csv
import io
from itertools import chain

import pytest
from django.core.management import call_command
from django.http import QueryDict

from core import coded
from core.coded import Coded
from core.lists.listing import Listing
from core.refusals import Stale, Wrong
from investment.models import Lead, Mode
from organization.profiles.rules import default_rules, rules_of
from organization.profiles.services import load_profile
from projects.choices import InvestmentKind
from projects.classes import FLAGS, ClassRules, size_of
from projects.ledger import services as imports
from projects.ledger.services import Options
from projects.list.lists import PROJECTS
from projects.models import Project
from projects.page.forms import ProjectForm
from projects.page.pages import whole_history
from projects.registry import services as registry
from tests.support.factories import NOW, WAN, make_project, unit_of

CLASSES = default_rules()[ClassRules]
LIST = (
    Coded("road", "公路", ("道路", "交通/公路")),
    Coded("plant", "工厂", ("Plant 1",)),
    Coded("rail", "铁路"),
)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("公路", "road"),
        (" 公 路 ", "road"),  # blanks don't count
        ("道路", "road"),
        ("ＰＬＡＮＴ　１", "plant"),  # neither do case and width
        ("plant", "plant"),  # a code is itself
        ("基础设施/公路", "road"),  # the titles above a row: one of them says it
        ("公路/道路", "road"),
        ("公路/铁路", ""),  # two classes: nobody can say which
        ("公路类项目", "road"),  # nor what a title ends with
        ("公路养护", ""),
        ("项目", ""),
        ("", ""),
        ("/", ""),
    ],
)
def test_what_people_write_is_matched_by_code_label_and_words(said: str, code: str) -> None:
    assert coded.match(LIST, said) == code
    assert coded.coded(LIST, said) == (code or said)


def test_a_label_is_matched_in_either_language() -> None:
    assert coded.match(CLASSES.sectors, "交通") == coded.match(CLASSES.sectors, "transport") == "transport"
    assert coded.match(CLASSES.sectors, "Culture and tourism") == "tourism"


def test_what_stands_and_is_in_no_list_can_still_be_chosen() -> None:
    found = dict(coded.options(LIST, "航空"))
    assert list(found) == ["", "road", "plant", "rail", "航空"]
    assert "不在分类清单" in found["航空"]
    assert list(dict(coded.options(LIST, "rail"))) == ["", "road", "plant", "rail"]


@pytest.mark.parametrize(
    ("wan", "code"),
    [(None, ""), (4_999, ""), (5_000, "50m"), (9_999, "50m"), (10_000, "100m"), (50_000, "500m"), (999_999, "1b")],
)
def test_the_size_is_the_highest_floor_that_the_total_reaches(wan: int | None, code: str) -> None:
    tier = size_of(wan and wan * WAN, CLASSES.tiers)
    assert (tier.code if tier else "") == code


def test_each_sector_of_the_default_list_counts_once_in_the_three_orders() -> None:
    orders = [CLASSES.flagged(flag)["sector"] for flag in ("primary", "secondary", "tertiary")]
    assert sorted(chain.from_iterable(orders)) == sorted(coded.labels(CLASSES.sectors))
    productive, industrial, manufacturing = (
        set(CLASSES.flagged(flag)["sector"]) for flag in ("productive", "industrial", "manufacturing")
    )
    assert manufacturing < industrial < productive


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("flag", "names"),
    [
        ("industrial", {"光伏", "药厂"}),
        ("manufacturing", {"药厂"}),
        ("primary", {"农田"}),
        ("tertiary", {"学校"}),
        ("productive", {"光伏", "药厂", "农田"}),
        ("private", {"药厂", "光伏"}),
        ("government", {"农田", "学校", "航空"}),
    ],
)
def test_projects_are_counted_by_flags(county, flag, names) -> None:
    for name, sector, kind in (
        ("光伏", "energy", InvestmentKind.ENTERPRISE),
        ("药厂", "medicine", InvestmentKind.ENTERPRISE),
        ("农田", "agriculture", InvestmentKind.GOVERNMENT),
        ("学校", "education", InvestmentKind.GOVERNMENT),
        ("航空", "航空", InvestmentKind.GOVERNMENT),
    ):
        make_project(county, name=name, sector=sector, investment_kind=kind)
    assert {project.name for project in Project.objects.flagged(rules_of(county), flag)} == names
    assert flag in FLAGS


def test_a_flag_that_there_is_not_is_no_empty_count(county) -> None:
    with pytest.raises(KeyError):
        Project.objects.flagged(rules_of(county), "industry")


# texts of before ---------------------------------------------------------------------------------------------------


@pytest.fixture
def texts(county, people):
    """Projects and a lead as they were before there were classes."""
    made = [make_project(county, sector=text) for text in ("公路", "公 路", "航空", "industry", "")]
    Lead.objects.create(
        county=county, name="药厂", investor="某公司", mode=Mode.CHAIN, sector="医药",
        squad=unit_of(county, "gongxin"), found_on=NOW.date(),
    )  # fmt: skip
    return made


def sectors() -> list[str]:
    return list(Project.objects.order_by("pk").values_list("sector", flat=True))


@pytest.mark.django_db
def test_texts_of_before_move_over_once_with_history_and_what_is_left_is_listed(county, texts) -> None:
    done = registry.classify(county, now=NOW)
    assert sectors() == ["transport", "transport", "航空", "industry", ""]
    assert sorted(done) == ["公 路 → 交通 (1)", "公路 → 交通 (1)"]
    assert registry.unclassed(Project.objects.filter(county=county), county, "sector", "cluster") == ["航空 (1)"]
    texts[0].refresh_from_db()
    change = next(change for record in whole_history(texts[0]) for change in record.changes)
    assert (change.was, change.now) == ("公路", "交通")
    count = Project.history.count()
    assert registry.classify(county, now=NOW) == []
    assert Project.history.count() == count


@pytest.mark.django_db
def test_a_form_that_was_open_meanwhile_does_not_write_the_old_text_back(county, people, texts) -> None:
    seen = texts[0].version
    registry.classify(county, now=NOW)
    with pytest.raises(Stale):
        registry.edit(texts[0], by=people.office, now=NOW, version=seen, sector="公路", remark="改")
    assert sectors()[0] == "transport"


LISTS = """
[county]
name = "山下县"
short_name = "山下县"
[classes]
sectors = [
  {code = "flight", label = "通用航空", words = ["航空"], flags = ["productive", "tertiary"]},
  {code = "road", label = "道路", flags = ["tertiary"]},
]
"""


@pytest.mark.django_db
def test_loading_a_file_moves_texts_over_and_says_each_time_what_is_left(tmp_path) -> None:
    path = tmp_path / "shanxia.toml"
    path.write_text(LISTS.split("[classes]")[0] + '[[unit]]\ncode = "a"\nname = "甲局"\nkind = "department"\n')
    county = load_profile(str(path), now=NOW).county
    for text in ("航空", "航空", "海运"):
        make_project(county, lead_unit=unit_of(county, "a"), sector=text)
    path.write_text(LISTS)
    done = load_profile(str(path), now=NOW)
    assert [(str(label), names) for label, names in done.changes] == [("项目归类：%s", ["航空 → 通用航空 (2)"])]
    assert ["海运 (1)"] in [names for _label, names in done.notices]
    again = load_profile(str(path), now=NOW)
    assert not again.anything
    assert ["海运 (1)"] in [names for _label, names in again.notices]
    said = io.StringIO()
    call_command("load_profile", str(path), stdout=said)
    assert "海运" in said.getvalue()


@pytest.mark.django_db
def test_an_upgraded_database_is_classed_by_prepare(county, texts, settings) -> None:
    settings.DEBUG = True  # no static files to collect
    said = io.StringIO()
    call_command("prepare", stderr=said)
    assert sectors()[:3] == ["transport", "transport", "航空"]
    assert Lead.objects.get().sector == "medicine"
    assert "航空 (1)" in said.getvalue()
    call_command("prepare", stderr=(again := io.StringIO()))
    assert again.getvalue() == ""


# what is typed, listed, imported -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_service_stores_the_code_of_what_it_is_told(county, people) -> None:
    told = {"county": county, "by": people.office, "now": NOW, "lead_unit": unit_of(county, "xicheng")}
    project = registry.register(**told, name="乙公路", sector="公路", investment_kind="企业", nature="新建")
    assert (project.sector, project.investment_kind, project.nature) == ("transport", "enterprise", "new")
    for said, kept in (("海运", "海运"), ("文旅", "tourism")):
        assert registry.edit(project, by=people.office, now=NOW, sector=said).sector == kept


@pytest.mark.django_db
def test_the_form_offers_the_county_s_classes_and_what_stands_there(county, people) -> None:
    project = make_project(county, sector="海运", nature="new")
    form = ProjectForm(instance=project, user=people.office)
    assert str(form["sector"]).count("海运（不在分类清单里）</option>") == 1
    assert "<select" in str(form["nature"])
    assert "<input" in str(form["cluster"])  # the county has no clusters: it is a text


@pytest.mark.django_db
def test_the_list_shows_labels_and_finds_what_is_in_no_list(county, people) -> None:
    for name, sector in (("甲", "transport"), ("乙", "海运"), ("丙", "")):
        make_project(county, name=name, sector=sector, competent_unit=unit_of(county, "zhujian") if sector else None)

    def listed(query: str) -> Listing:
        return Listing(PROJECTS, people.office, QueryDict(query), now=NOW)

    assert "交通" in listed("col=sector").body
    assert '海运 <span class="mk">未归类</span>' in listed("col=sector").body
    found = {
        query: sorted(row.project.name for row in listed(query).found())
        for query in ("sector=transport", "sector=~", "competent=zhujian", "competent=none", "size=100m", "size=500m")
    }
    assert found == {
        "sector=transport": ["甲"],
        "sector=~": ["乙"],
        "competent=zhujian": ["乙", "甲"],
        "competent=none": ["丙"],
        "size=100m": ["丙", "乙", "甲"],
        "size=500m": [],
    }


def come_in(county, rows) -> imports.Looked:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return imports.store(
        file.getvalue().encode(), "台账.csv", county=county, options=Options(year=2026), by=None, now=NOW
    )[1]


@pytest.mark.django_db
def test_a_ledger_is_matched_and_says_once_what_no_class_is_called(county, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    head = ["序号", "项目名称", "所属行业", "建设性质", "责任单位", "行业主管部门", "总投资"]
    looked = come_in(
        county,
        [
            head,
            [1, "甲路", "公路", "新建", "西城镇", "县住建局", 9000],
            [2, "乙港", "海运", "续建", "西城镇", "县住房和城乡建设局", 9000],
            [3, "丙港", "海运", "技改", "西城镇", "", 9000],
        ],
    )
    zhujian = unit_of(county, "zhujian").pk
    assert list(Project.objects.order_by("number").values_list("sector", "nature", "competent_unit")) == [
        ("transport", "new", zhujian),
        ("海运", "continued", zhujian),
        ("海运", "rebuilt", None),
    ]
    said = [(p.row, p.severity) for p in looked.problems() if p.field == "sector"]
    assert said == [(3, "info")]


@pytest.mark.django_db
def test_the_competent_department_leads_where_a_ledger_names_no_other_unit(county, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    come_in(county, [["序号", "项目名称", "主管部门", "总投资"], [1, "甲路", "县住建局", 9000]])
    project = Project.objects.get()
    assert project.lead_unit == project.competent_unit == unit_of(county, "zhujian")


@pytest.mark.django_db
def test_titles_that_group_a_ledger_by_sector_are_matched(county, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    come_in(
        county,
        [
            ["序号", "项目名称", "责任单位", "总投资"],
            ["一、", "交通类项目", "", ""],
            [1, "甲路", "西城镇", 9000],
            ["二、", "海运类项目", "", ""],
            [2, "乙港", "西城镇", 9000],
        ],
    )
    assert sectors()[0] == "transport"
    assert "海运" in sectors()[1]


# the competent department --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_competent_departments_people_see_it_and_each_unit_counts_it_once(county, people) -> None:
    gongxin, xicheng = unit_of(county, "gongxin"), unit_of(county, "xicheng")
    project = make_project(county, competent_unit=gongxin)
    other = make_project(county)
    both = make_project(county, lead_unit="gongxin", competent_unit=gongxin)
    seen = Project.objects.visible_to(people.squad)  # of the bureau of industry
    assert sorted(seen.values_list("pk", flat=True)) == [project.pk, both.pk]
    assert other not in Project.objects.visible_to(people.squad)
    assert project not in Project.objects.visible_to(people.other_officer)
    assert Project.objects.led_by(xicheng).count() == 2
    assert Project.objects.competent_of(gongxin).count() == Project.objects.led_by(gongxin).count() + 1 == 2
    assert "JOIN" not in str(Project.objects.competent_of(gongxin).query)


@pytest.mark.django_db
def test_the_competent_department_changes_with_history_in_words_and_is_another_countys_never(county, people) -> None:
    project = make_project(county)
    registry.edit(project, by=people.office, now=NOW, competent_unit=unit_of(county, "zhujian"))
    assert "主管部门" in str(whole_history(project)[0].changes[0])
    assert "县住建局" in str(whole_history(project)[0].changes[0])
    far = type(county).objects.create(code="far", name="远县", short_name="远县", kind="county")
    with pytest.raises(Wrong):
        registry.edit(project, by=people.office, now=NOW, competent_unit=far)
