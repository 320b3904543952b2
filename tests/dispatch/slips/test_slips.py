"""Slips are issued with the next number of their kind and stay as they are; answered by whom they are addressed to,
withdrawn with a reason, their number used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.due import due_items
from core.refusals import NotAllowed, Stale, Wrong
from dispatch.models import PaperNumber, Problem, ProblemStep, Slip
from dispatch.problems import services as problems
from dispatch.slips import services as slips
from dispatch.slips.drafts import of_problem, owing
from dispatch.slips.form import Facts, sheet_of
from dispatch.slips.happened import _records
from dispatch.slips.rules import SlipRules
from organization.people.models import Post
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from outbox.models import Notice
from paper.pdf import pdf_available
from tests.support.factories import NOW, make_project, unit_of
from tests.support.locks import statements
from tests.support.paths import FONTS
from tests.support.plugins.chance import dear

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("D06")]
TODAY = NOW.date()  # Wednesday, 10 June 2026
IN_WORDS = {"title": "临时用电没有接通", "matter": "已逾期", "ask": "一周内接通"}
AVAILABLE, WHY = pdf_available(FONTS)


@pytest.fixture
def problem(county, people) -> Problem:
    project = make_project(county, name="粮库")
    told = {"owner_unit": unit_of(county, "zhujian"), "by": people.officer, "on": date(2026, 5, 28), "now": NOW}
    return problems.raise_problem(project, title="临时用电没有接通", **told)


def issue(county: Any, people: Any, kind: str = "supervision", **more: Any) -> Slip:
    told = {"unit": unit_of(county, "xicheng"), "by": people.office, "now": NOW, "due_on": TODAY + timedelta(days=7)}
    return slips.issue_slip(county, kind=kind, **(told | IN_WORDS | more))


def owes(people: Any, now: Any = NOW) -> set[str]:
    """Who has an answer to a slip to do."""
    found = {name: due_items(people.office.county, now, person=one) for name, one in people.all().items()}
    return {name for name, items in found.items() if "slip_answer" in {item.kind for item in items}}


def rules(county: Any, **keys: Any) -> None:
    defaults = {"key": "test", "data": {"slips": keys}, "digest": digest(keys), "loaded_at": NOW}
    CountyProfile.objects.update_or_create(county=county, defaults=defaults)


@dear
@given(kinds=st.lists(st.sampled_from(["hint", "supervision", "liaison"]), max_size=6), withdrawn=st.integers(0, 6))
def test_each_kind_has_numbers_of_its_own_without_a_gap_each_year(county, people, kinds, withdrawn):
    PaperNumber.objects.filter(county=county).delete()
    for at, kind in enumerate(kinds):
        made = issue(county, people, kind)
        if at == withdrawn:
            slips.withdraw_slip(made, reason="发错", by=people.office, now=NOW)
    next_year = NOW.replace(year=2027)
    if kinds:
        issue(county, people, kinds[0], now=next_year, due_on=None)
    for word in set(Slip.objects.values_list("entry__word", flat=True)):
        rows = PaperNumber.objects.filter(word=word).order_by("pk").values_list("year", "number")
        for year in {year for year, _number in rows}:
            numbers = [number for one, number in rows if one == year]
            assert numbers == list(range(1, len(numbers) + 1))
    Slip.objects.all().delete()
    PaperNumber.objects.filter(county=county).delete()


def test_what_the_paper_says_is_drawn_from_the_problem(problem, people) -> None:
    kind = rules_of(problem.county)[SlipRules].kind("supervision")
    assert kind is not None
    draft = of_problem(kind, problem, now=NOW)
    assert (draft.unit, draft.title) == (problem.owner_unit, "临时用电没有接通")
    assert "粮库“临时用电没有接通”，办理期限为2026年6月4日，已逾期4个工作日" in draft.matter
    assert "于2026年6月17日前" in draft.ask
    made = issue(problem.county, people, unit=draft.unit, problem=problem, matter=draft.matter, due_on=draft.due_on)
    sheet = sheet_of(Facts.from_json(made.facts))
    said = {field.label: field.lines for row in sheet.rows for field in row.fields} | {
        field.label: field.lines for field in sheet.above
    }
    assert sheet.title == "示范县重点项目督办单"
    assert said["编号："] == ("项目督办〔2026〕1号",)
    assert (said["责任单位（主送）："], said["项目名称："]) == (("县住房和城乡建设局",), ("粮库",))
    assert (said["督办要求："], said["反馈时限："]) == (("一周内接通",), ("2026年6月17日前",))
    assert said["办理情况反馈（回执）："] == ()  # room for a pen


def test_a_slip_stays_as_it_was_issued(problem, people) -> None:
    made = issue(problem.county, people, unit=problem.owner_unit, problem=problem)
    before = made.facts
    problem.project.name, problem.title = "另名", "另一件"
    problem.project.save()
    problem.save()
    rules(problem.county, kinds=[{"code": "supervision", "label": "催办单", "word": "催办"}])
    slips.answer_slip(made, text="已接通", by=people.office, now=NOW)
    made.refresh_from_db()
    assert made.facts == before
    assert issue(problem.county, people).entry.text == "催办〔2026〕1号"


@pytest.mark.skipif(not AVAILABLE, reason=WHY)
def test_its_pdf_is_made_once_and_given_as_the_same_bytes(problem, people, sign_in, settings) -> None:
    settings.DOC_FONT_DIR = FONTS
    made = issue(problem.county, people, unit=problem.owner_unit, problem=problem)
    run = slips.request_file(made, now=NOW)
    assert run is not None
    slips.make_file(run.pk, now=NOW)
    made.refresh_from_db()
    assert made.file is not None
    first = made.file.content.read()
    assert first.startswith(b"%PDF")
    assert first == slips.pdf_of(made)
    slips.withdraw_slip(made, reason="发错", by=people.office, now=NOW)
    made.refresh_from_db()
    assert slips.request_file(made, now=NOW) is None
    answer = sign_in(people.office).get(reverse("dispatch:slip_file", args=[made.pk]))
    assert b"".join(answer.streaming_content) == first


def test_the_addressee_owes_an_answer_until_it_is_there(county, people, problem) -> None:
    made = issue(county, people)
    assert owes(people) == {"officer", "unit_head"}
    assert set(Notice.objects.filter(kind="slip_issued").values_list("person__username", flat=True)) >= {"officer"}
    for name, person in people.all().items():
        if name not in ("officer", "unit_head", "office", "office_head"):
            with pytest.raises(NotAllowed):
                slips.answer_slip(made, text="已办", by=person, now=NOW)
    for wrong in ({"text": " "}, {"on": TODAY + timedelta(days=1)}, {"on": TODAY - timedelta(days=1)}):
        with pytest.raises(Wrong):
            slips.answer_slip(made, **({"text": "已办", "by": people.officer, "now": NOW} | wrong))
    done = slips.answer_slip(made, text="已接通", file=("回执.pdf", b"%PDF-1.4\n"), by=people.officer, now=NOW)
    assert (done.status, done.paper.name, owes(people)) == ("answered", "回执.pdf", set())
    assert Notice.objects.filter(kind="slip_answered", person=people.office).exists()
    with pytest.raises(Stale):
        slips.withdraw_slip(made, reason="发错", by=people.office, now=NOW, version=made.version)


def test_a_report_goes_to_a_leader(county, people) -> None:
    post = people.leader.current_posts[0]
    issue(county, people, "report", unit=None, post=post)
    assert owes(people) == {"leader"}
    without = issue(county, people, "report", unit=None, post=post, due_on=None)
    assert (without.status, without.facts["due"]) == ("sent", "")


def test_what_is_withdrawn_keeps_its_number(county, people) -> None:
    made = issue(county, people)
    with pytest.raises(Wrong):
        slips.withdraw_slip(made, reason=" ", by=people.office, now=NOW)
    with pytest.raises(NotAllowed):
        slips.withdraw_slip(made, reason="发错", by=people.officer, now=NOW)
    slips.withdraw_slip(made, reason="发错", by=people.supervision, now=NOW)
    assert owes(people) == set()
    assert issue(county, people).entry.number == made.entry.number + 1
    made.refresh_from_db()
    with pytest.raises(NotAllowed):
        slips.withdraw_slip(made, reason="再撤", by=people.office, now=NOW)


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"unit": None}, "unit"),
        ({"title": " "}, "title"),
        ({"matter": ""}, "matter"),
        ({"ask": "字" * 2001}, "ask"),
        ({"due_on": TODAY}, "due_on"),
        ({"due_on": date(2028, 1, 1)}, "due_on"),
        ({"kind": "unknown"}, "kind"),
    ],
)
def test_what_a_slip_cannot_say_is_said_where_it_stands_and_takes_no_number(county, people, more, at) -> None:
    with pytest.raises(Wrong) as wrong:
        issue(county, people, **more)
    assert at in wrong.value.fields
    assert not PaperNumber.objects.exists()


def test_who_left_is_not_asked_and_a_closed_problem_gets_no_slip(county, people, problem) -> None:
    post = Post.objects.get(pk=people.leader.current_posts[0].pk)
    people.leader.is_active = False
    people.leader.save()
    issue(county, people, "report", unit=None, post=post)  # nobody is told, nothing falls over
    assert not Notice.objects.filter(kind="slip_issued").exists()
    problems.close(problem, note="已接通", by=people.office, on=TODAY, now=NOW)
    with pytest.raises(Stale):
        issue(county, people, problem=problem)


def test_it_stands_in_the_history_of_the_project_and_on_the_problem(problem, people) -> None:
    made = issue(problem.county, people, unit=problem.owner_unit, problem=problem)
    slips.withdraw_slip(made, reason="责任单位有误", by=people.office, now=NOW)
    said = [record.text for record in _records(problem.project)]
    assert "向县住建局发出项目督办〔2026〕1号，6月17日前反馈：临时用电没有接通" in said
    assert "撤回项目督办〔2026〕1号，编号不再另用" in said
    kinds = list(problem.steps.order_by("pk").values_list("kind", "note"))
    assert (ProblemStep.Kind.SLIP, "项目督办〔2026〕1号 县住建局") in kinds


def test_what_a_unit_is_late_with_is_named_on_one_slip(problem, people, sign_in) -> None:
    late = {row.unit.code: row for row in owing(problem.county, now=NOW)}
    assert "zhujian" in late
    assert late["zhujian"].slip is None
    client = sign_in(people.office)
    page = client.get(reverse("dispatch:slips_overdue")).content.decode()
    assert "?late=zhujian" in page
    address = f"{reverse('dispatch:slip_new')}?late=zhujian&kind=supervision"
    form = client.get(address).context["form"]
    assert "项工作逾期未办结" in form.initial["matter"]
    assert "临时用电没有接通" in form.initial["matter"]
    shown = {name: value for name, value in form.initial.items() if value is not None}
    assert client.post(address, shown).status_code == 303
    made = Slip.objects.get()
    assert made.items
    assert made.problem is None
    again = {row.unit.code: row for row in owing(problem.county, now=NOW)}
    assert again["zhujian"].slip == made


def test_a_county_that_names_no_kind_issues_none(county, people, sign_in) -> None:
    rules(county, kinds=[])
    assert sign_in(people.office).get(reverse("dispatch:slip_new")).status_code == 403
    assert reverse("dispatch:slips") not in sign_in(people.office).get("/").content.decode()


def test_numbers_are_given_under_the_lock_of_the_county(county, people) -> None:
    with statements() as log:
        issue(county, people)
    assert log.locked()[0] is Unit
    models = [one.model for one in log.asked]
    assert next(n for n, one in enumerate(log.asked) if one.locks) < models.index(PaperNumber)
