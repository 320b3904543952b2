"""A problem is closed with photos or papers that show it, where the county asks for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.refusals import Wrong
from dispatch.models import Problem
from dispatch.problems import services as problems
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from tests.support.factories import NOW, make_project, unit_of

pytestmark = [pytest.mark.requirement("D06"), pytest.mark.django_db]
ON = NOW.date()
PAPER = ("验收单.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n")


@pytest.fixture
def problem(county, people) -> Problem:
    told: dict[str, Any] = {"owner_unit": unit_of(county, "zhujian"), "by": people.officer, "on": ON, "now": NOW}
    return problems.raise_problem(make_project(county), title="临时用电", **told)


@pytest.fixture
def asked_for(county) -> None:
    data = {"problems": {"proof": True}}
    CountyProfile.objects.create(county=county, key="test", data=data, digest=digest(data), loaded_at=NOW)


def close(problem: Problem, people: Any, **more: Any) -> Problem:
    return problems.close(problem, note="已通电", by=people.office, on=ON, now=NOW, **more)


def answer(problem: Problem, people: Any, **more: Any) -> Problem:
    return problems.answer(problem, result="已通电", by=people.finance, on=ON, now=NOW, **more)


def test_none_is_asked_for_unless_the_county_says_so(problem, people) -> None:
    assert close(problem, people).status == "closed"


@pytest.mark.usefixtures("asked_for")
@pytest.mark.parametrize("when", ["at the closing", "with the result"])
def test_proof_is_there_when_it_is_closed(problem, people, when) -> None:
    with pytest.raises(Wrong) as refused:
        close(problem, people)
    assert set(refused.value.fields) == {"proof"}
    assert Problem.objects.get(pk=problem.pk).status == "open"  # nothing half written
    if when == "with the result":
        answer(problem, people, proof=[PAPER])
        close(problem, people)
    else:
        close(problem, people, proof=[PAPER])
    kept = problem.steps.exclude(files=None).get()
    assert [one.name for one in kept.files.all()] == ["验收单.pdf"]


@pytest.mark.usefixtures("asked_for")
def test_proof_of_a_result_that_was_not_accepted_proves_nothing(problem, people) -> None:
    answer(problem, people, proof=[PAPER])
    problems.reject(problem, reason="只是临时的", by=people.officer, on=ON, now=NOW)
    with pytest.raises(Wrong):
        close(problem, people)
    answer(problem, people)
    with pytest.raises(Wrong):
        close(problem, people)


def upload(name: str = "完工.jpg", content: bytes = b"\xff\xd8\xff\xe0" + b"0" * 64) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_files_go_with_the_result_and_are_given_to_who_sees_the_problem(problem, people, sign_in) -> None:
    address = reverse("dispatch:problem_act", args=[problem.pk, "answer"])
    client = sign_in(people.finance)
    sent = {"answer-result": "已通电", "answer-proof": [upload(), upload("验收单.pdf", PAPER[1])], "version": 1}
    assert client.post(address, sent).status_code == 303
    [step] = problem.steps.filter(kind="answered")
    assert {one.name for one in step.files.all()} == {"完工.jpg", "验收单.pdf"}
    proof = reverse("dispatch:problem_proof", args=[problem.pk, step.files.first().pk])
    given = client.get(proof)
    assert given["Content-Disposition"].startswith("attachment")
    assert proof in client.get(reverse("dispatch:problem", args=[problem.pk])).content.decode()
    assert sign_in(people.other_officer).get(proof).status_code == 404
    other = problems.raise_problem(problem.project, title="另一件", by=people.officer, on=date(2026, 6, 9), now=NOW)
    assert client.get(proof.replace(f"/{problem.pk}/", f"/{other.pk}/", 1)).status_code == 404


@pytest.mark.parametrize(
    "files",
    [[("坏.exe", b"MZ" + b"\x00" * 64)], [(f"{n}.jpg", b"\xff\xd8\xff\xe0") for n in range(10)], [("空.pdf", b"")]],
)
def test_what_is_no_proof_is_said_and_what_was_typed_stays(problem, people, sign_in, files) -> None:
    address = reverse("dispatch:problem_act", args=[problem.pk, "close"])
    sent = {"close-note": "已通电，现场看过", "close-proof": [upload(*one) for one in files], "version": 1}
    answered = sign_in(people.office).post(address, sent)
    page = answered.content.decode()
    assert answered.status_code == 422
    assert "已通电，现场看过" in page
    forms = {one["action"].code: one["form"] for one in answered.context["offered"]}
    assert set(forms["close"].errors) == {"proof"}
    assert Problem.objects.get(pk=problem.pk).status == "open"
