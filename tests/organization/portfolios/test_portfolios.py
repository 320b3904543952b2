"""What a leader's post answers for, from which day: said in the county's file, changed from a page, asked by day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from core import shapes
from core.collect import gather
from core.refusals import NotAllowed, Stale, Wrong
from organization.changes import services as changes
from organization.people.models import Post, Role
from organization.portfolios import services as portfolios
from organization.portfolios.models import Portfolio, leaders_of
from organization.profiles import loader as profiles
from organization.profiles.models import CountyProfile
from organization.profiles.services import load_profile
from organization.units.models import Unit, UnitKind
from outbox.models import Notice
from tests.support.factories import NOW, unit_of
from tests.support.people import make_county

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
THE_14TH, THE_15TH = date(2026, 6, 14), date(2026, 6, 15)


def post_of(title: str) -> Post:
    return Post.objects.get(title=title)


def change(title: str, by, *, county, sectors=(), units=(), on=TODAY, now=NOW, **more: Any) -> Portfolio | None:
    places = [unit_of(county, code) for code in units]
    told = {"reason": "分工调整", **more}
    return portfolios.change_portfolio(post_of(title), sectors=sectors, units=places, on=on, by=by, now=now, **told)


def leaders(county, on=TODAY, **asked: Any) -> list[str]:
    return [post.title for post in leaders_of(county, on=on, **asked)]


def test_the_unit_is_asked_first_then_what_stands_above_it_then_the_sector(county, people):
    Unit(code="zhan", name="西城站", short_name="站", kind=UnitKind.OTHER, parent=unit_of(county, "xicheng")).save()
    change("县领导01", people.office, county=county, units=["xicheng"], sectors=["industry"])
    station, town, other = (unit_of(county, code) for code in ("zhan", "xicheng", "dongguan"))
    assert leaders(county, unit=station, sector="water") == ["县领导01"]
    change("县领导02", people.admin, county=county, units=["zhan"], sectors=["water"])
    assert leaders(county, unit=station) == ["县领导02", "县领导01"]
    assert leaders(county, unit=town, sector="water") == ["县领导01"]
    assert leaders(county, unit=other, sector="water") == ["县领导02"]
    assert leaders(county, unit=other, sector="food") == leaders(county, unit=other) == []
    Post.objects.filter(title="县领导02").update(active=False)
    assert leaders(county, unit=station) == ["县领导01"]


def test_it_passes_on_the_fifteenth_and_the_days_before_stay(county, people):
    change("县领导01", people.office, county=county, units=["gongxin", "zhujian"], sectors=["industry"])
    made = change(
        "县领导02", people.office, county=county, units=["gongxin"], sectors=["industry"], on=THE_15TH, alone=True
    )
    unit = unit_of(county, "gongxin")
    assert leaders(county, THE_14TH, unit=unit) == leaders(county, THE_14TH, sector="industry") == ["县领导01"]
    assert leaders(county, THE_15TH, unit=unit) == leaders(county, THE_15TH, sector="industry") == ["县领导02"]
    assert leaders(county, THE_15TH, unit=unit_of(county, "zhujian")) == ["县领导01"], "what wasn't asked for stays"
    assert (made.since, made.until, made.by, made.reason) == (THE_15TH, None, people.office, "分工调整")
    told = dict(Notice.objects.filter(kind="portfolio_changed").values_list("person__username", "subject"))
    assert set(told) == {"leader", "other_leader"}
    assert "2026-06-15" in told["other_leader"]


def test_without_alone_two_leaders_may_have_the_same(county, people):
    change("县领导01", people.office, county=county, units=["gongxin"])
    change("县领导02", people.office, county=county, units=["gongxin"])
    assert leaders(county, unit=unit_of(county, "gongxin")) == ["县领导01", "县领导02"]


def test_the_same_again_writes_nothing_and_what_begins_that_day_is_said_anew(county, people):
    first = change("县领导01", people.office, county=county, units=["gongxin"])
    before = Portfolio.history.count()
    assert change("县领导01", people.office, county=county, units=["gongxin"], on=THE_15TH) == first
    assert Portfolio.history.count() == before
    planned = change("县领导01", people.office, county=county, units=["zhujian"], on=THE_15TH)
    again = change("县领导01", people.office, county=county, units=["xicheng"], on=THE_15TH)
    assert (again.pk, [unit.code for unit in again.its_units]) == (planned.pk, ["xicheng"])
    back = change("县领导01", people.office, county=county, units=["gongxin"], on=THE_15TH)
    assert (back.pk, back.until) == (first.pk, None), "as before: the plan is taken back"
    assert change("县领导01", people.office, county=county, on=THE_15TH) is None
    assert leaders(county, THE_14TH, unit=unit_of(county, "gongxin")) == ["县领导01"]
    assert leaders(county, THE_15TH, unit=unit_of(county, "gongxin")) == []
    assert Portfolio.objects.count() == 1


REFUSED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "nothing at all": ("县领导01", {}, "sectors", "请选"),
    "no reason": ("县领导01", {"units": ["gongxin"], "reason": " "}, "reason", "原因"),
    "not a leader": ("镇长", {"units": ["gongxin"]}, "sectors", "县领导"),
    "a unit that is gone by then": ("县领导01", {"units": ["gone"]}, "units", "不"),
    "a day before another change": ("县领导02", {"units": ["gongxin"]}, "on", "6月15日"),
    "another's later change": ("县领导01", {"units": ["dongguan"], "alone": True}, "on", "县领导02"),
    "a sector that the classes don't have": ("县领导01", {"sectors": ["industrie"]}, "sectors", "industrie"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_and_in_which_words(county, people, case):
    CountyProfile.objects.create(
        county=county, key="shifan", digest="", loaded_at=NOW,
        data={"classes": {"sectors": [{"code": "industry", "label": "工业", "flags": ["secondary"]}]}},
    )  # fmt: skip
    Unit(code="gone", name="撤了的局", short_name="撤了", kind=UnitKind.OTHER, parent=county, active=False).save()
    change("县领导02", people.office, county=county, units=["dongguan"], on=date(2026, 6, 1))
    change("县领导02", people.office, county=county, units=["zhujian", "dongguan"], on=THE_15TH)
    title, given, field, words = REFUSED[case]
    before = Portfolio.history.count()
    with pytest.raises(Wrong) as refused:
        change(title, people.office, county=county, **given)
    assert words in refused.value.fields[field]
    assert Portfolio.history.count() == before


def test_who_may_not_and_a_stale_page_are_refused(county, people):
    for person in (people.leader, people.officer, people.supervision):
        with pytest.raises(NotAllowed):
            change("县领导01", person, county=county, units=["gongxin"])
    seen = portfolios.seen_of(post_of("县领导01"))
    change("县领导01", people.office, county=county, units=["gongxin"], version=seen)
    with pytest.raises(Stale):
        change("县领导01", people.office, county=county, units=["zhujian"], version=seen)
    with pytest.raises(Wrong) as refused:
        portfolios.change_portfolio(
            post_of("县领导01"), sectors=[], units=[unit_of(make_county("other", "另县"), "gongxin")],
            on=TODAY, by=people.office, now=NOW, reason="分工",
        )  # fmt: skip
    assert "另一" in refused.value.fields["units"]


def test_a_unit_that_is_merged_hands_its_place_on_with_what_is_planned(county, people):
    change("县领导01", people.office, county=county, units=["gongxin", "zhujian"], on=date(2026, 5, 1))
    change("县领导01", people.office, county=county, units=["gongxin"], on=THE_15TH)
    gongxin, zhujian = unit_of(county, "gongxin"), unit_of(county, "zhujian")
    changes.plan_change(gongxin, kind="merge", into=zhujian, on=TODAY, by=people.admin, now=NOW, reason="机构改革")
    by_day = {day: leaders(county, day, unit=zhujian) for day in (TODAY, THE_15TH)}
    assert by_day == {TODAY: ["县领导01"], THE_15TH: ["县领导01"]}
    past = Portfolio.objects.on(date(2026, 6, 9)).get()
    assert {unit.code for unit in past.its_units} == {"gongxin", "zhujian"}, "past days stay"


def test_a_post_that_becomes_one_with_another_brings_its_portfolio(county, people):
    change("县领导01", people.office, county=county, units=["gongxin"], sectors=["industry"])
    change("县领导02", people.office, county=county, units=["zhujian"])
    old, new = post_of("县领导01"), post_of("县领导02")
    assert portfolios.hand_on(old, new, by=people.admin, now=NOW, reason="合并") == 2
    assert leaders(county, unit=unit_of(county, "gongxin")) == leaders(county, sector="industry") == ["县领导02"]
    assert leaders(county, unit=unit_of(county, "zhujian")) == ["县领导02"]


def test_what_either_is_to_answer_for_later_is_not_lost(county, people):
    july, august = date(2026, 7, 1), date(2026, 8, 1)
    old, new = post_of("县领导01"), post_of("县领导02")
    change("县领导01", people.office, county=county, units=["gongxin"], on=august)
    change("县领导02", people.office, county=county, units=["zhujian"], on=july)
    theirs = [one for one in gather("affected") if one.of == "post" and one.hand_on]
    (kind,) = [one for one in theirs if one.hand_on.__module__ == "organization.portfolios.affected"]
    assert kind.count(old, NOW) == 1
    kind.hand_on(old, new, people.admin, NOW, "合并")
    held = {day: portfolios.holding(new, day) for day in (TODAY, july, august)}
    assert {day: {one.code for one in row.its_units} if row else set() for day, row in held.items()} == {
        TODAY: set(), july: {"zhujian"}, august: {"zhujian", "gongxin"},
    }  # fmt: skip
    assert kind.count(old, NOW) == 0


# the file -----------------------------------------------------------------------------------------------------------

FILE = """[county]
name = "青禾县"
short_name = "青禾县"
[classes]
sectors = [
  {code = "industry", label = "工业", flags = ["secondary"]}, {code = "water", label = "水利", flags = ["tertiary"]},
]
[[unit]]
code = "lingdao"
name = "县领导"
kind = "leaders"
[[unit]]
code = "gongxin"
name = "县工信局"
kind = "department"
[[post]]
unit = "lingdao"
title = "县领导03"
role = "leader"
[[post]]
unit = "lingdao"
title = "秘书"
role = "officer"
[[portfolio]]
post = "县领导03"
unit = "lingdao"
sectors = ["industry"]
units = ["gongxin"]
since = 2026-03-01
source = "000 三（四）"
assumed = true
"""
AGAIN = '[[portfolio]]\npost = "县领导03"\nunit = "lingdao"\nsectors = ["water"]\n'
MISTAKES = [  # what is written instead of what, the line, the words that help
    ('post = "县领导03"', 'post = "县领导3"', 25, "县领导03"),
    ('post = "县领导03"', 'post = "秘书"', 25, "leader"),
    ('post = "县领导03"\n', "", 24, "post"),
    ('unit = "lingdao"\nsectors', 'unit = "lindao"\nsectors', 26, "lingdao"),
    ('["industry"]', '["industri"]', 27, "industry"),
    ('["industry"]', '"industry"', 27, "列表"),
    ('["gongxin"]', '["gongxinju"]', 28, "gongxin"),
    ("since = 2026-03-01", 'since = "三月"', 29, "2024-03-01"),
    ("since = 2026-03-01", "since = 2026-03-01\nuntil = 2026-02-01", 30, "早于"),
    ('sectors = ["industry"]\nunits = ["gongxin"]\n', "", 24, "sectors"),
    ("assumed = true\n", "assumed = true\n" + AGAIN, 33, "重叠"),
]  # fmt: skip


@pytest.fixture
def written(tmp_path, settings):
    """`written(text)` is the path of a file with that text; the classes of sectors need no section of theirs here."""

    def put(text: str) -> str:
        path = tmp_path / "qinghe.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return put


@pytest.fixture(autouse=True)
def _classes(monkeypatch):
    """Sectors are another subject's section: here it may say anything."""
    from organization.profiles.rules import Section, sections

    known = sections()
    if "classes" not in known:
        loose = {**known, "classes": Section("classes", dict)}
        monkeypatch.setattr(profiles, "sections", lambda: loose)
        monkeypatch.setattr(shapes, "check", _loosely(shapes.check))
        monkeypatch.setattr(shapes, "make", _made(shapes.make))


def _loosely(check):
    return lambda hint, value, where, say, **more: None if hint is dict else check(hint, value, where, say, **more)


def _made(make):
    return lambda hint, value: value if hint is dict else make(hint, value)


@pytest.mark.parametrize(("old", "new", "line", "words"), MISTAKES)
def test_a_mistake_says_file_line_and_what_was_expected(written, old, new, line, words):
    assert old in FILE
    with pytest.raises(profiles.ProfileError) as error:
        profiles.read(written(FILE.replace(old, new, 1)))
    said = [one for one in error.value.problems if re.search(rf"qinghe\.toml.*\b{line}\b", one)]
    assert any(words in one for one in said), error.value.problems


def test_a_file_is_loaded_once_and_takes_nothing_back_that_was_changed_on_the_page(written):
    path = written(FILE)
    county = load_profile(path, now=NOW).county
    row = Portfolio.objects.get()
    assert (row.sectors, [unit.code for unit in row.its_units], row.since) == (
        ["industry"], ["gongxin"], date(2026, 3, 1)
    )  # fmt: skip
    assert leaders(county, date(2026, 2, 28), sector="industry") == []
    assert not load_profile(path, now=NOW).anything
    row.sectors = ["water"]
    row.save()
    assert not load_profile(path, now=NOW).anything
    assert Portfolio.objects.get().sectors == ["water"]
    newcomer = FILE.replace('title = "秘书"\nrole = "officer"', 'title = "县领导04"\nrole = "leader"')
    other = newcomer + '[[portfolio]]\npost = "县领导04"\nunit = "lingdao"\nsectors = ["industry"]\n'
    load_profile(written(other), now=NOW)
    assert leaders(county, date(2020, 1, 1), sector="industry") == ["县领导04"], (
        "no first day: as far back as is on file"
    )
    assert set(Post.objects.filter(role=Role.LEADER).values_list("title", flat=True)) == {"县领导03", "县领导04"}


# the pages ----------------------------------------------------------------------------------------------------------


def test_what_happens_is_shown_first_then_done_and_told_in_words_afterwards(county, people, sign_in):
    change("县领导01", people.office, county=county, units=["gongxin"], on=date(2026, 1, 1))
    client, pk = sign_in(people.office), post_of("县领导02").pk
    page = client.get(f"/organization/portfolios/{pk}/change/")
    assert page.status_code == 200
    typed = {
        "version": page.context["form"]["version"].value(), "units": [unit_of(county, "gongxin").pk],
        "alone": "on", "on": "2026-06-15", "reason": "县政府办〔2026〕3号",
    }  # fmt: skip
    shown = client.post(f"/organization/portfolios/{pk}/change/", typed)
    assert "县领导01" in shown.text
    assert "县工信局" in shown.context["preview"].title
    assert Portfolio.objects.count() == 1, "only shown"
    done = client.post(f"/organization/portfolios/{pk}/change/", typed | {"looked": shown.context["looked"]})
    assert done.status_code == 302
    assert leaders(county, THE_15TH, unit=unit_of(county, "gongxin")) == ["县领导02"]
    wrong = client.post(f"/organization/portfolios/{pk}/change/", typed | {"reason": ""})
    assert wrong.status_code == 422
    old = client.get(f"/organization/portfolios/{post_of('县领导01').pk}/")
    assert [line.what for line in old.context["former"]] == ["县工信局"]
    assert "县工信局" in client.get("/organization/portfolios/").text
    assert sign_in(people.leader).get(f"/organization/portfolios/{pk}/").status_code == 200
    assert sign_in(people.officer).get(f"/organization/portfolios/{pk}/").status_code == 403
