"""A form that is sent twice is one form: the second answer is that of the first."""

from __future__ import annotations

import re
import threading

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

from core.models import Answered
from dispatch.models import Problem
from jobs import services as jobs
from tests.support.factories import WAN, make_project
from tests.support.times import at

PATH = "/dispatch/problems/new/"


def page_of(client: Client, path: str) -> str:
    """The token that the form of *path* carries, as a person's browser gets it."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())
    assert found
    return found[1]


@pytest.fixture
def browser(people) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.office, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def form(county) -> dict[str, str]:
    project = make_project(county, plan=9 * WAN, stage="started")
    return {"project": str(project.pk), "title": "用地未批", "detail": "差三十亩", "category": "demolition"}


def answer_of(browser: Client, form: dict[str, str]) -> tuple[int, str, list[str]]:
    answer = browser.post(PATH, form)
    return answer.status_code, answer.get("Location", ""), [str(one) for one in get_messages(answer.wsgi_request)]


@pytest.mark.django_db
def test_the_second_answer_is_the_first_one(browser, form):
    form["csrfmiddlewaretoken"] = page_of(browser, PATH)
    first = answer_of(browser, form)
    assert (first[0], answer_of(browser, form)) == (303, first)
    assert Problem.objects.count() == 1
    form["title"] = "资金未到位"  # back to the page, another problem written
    assert answer_of(browser, form)[1] != first[1]
    form["csrfmiddlewaretoken"] = page_of(browser, PATH)  # the page made anew: the same words are meant
    answer_of(browser, form)
    assert Problem.objects.count() == 3
    jobs.run_tidy(now=at("2126-06-10 10:00"))
    assert not Answered.objects.exists()


@pytest.mark.django_db
def test_a_form_that_came_back_is_sent_as_often_as_one_likes(browser, form, monkeypatch):
    form["csrfmiddlewaretoken"] = page_of(browser, PATH)
    form["title"] = ""
    assert [answer_of(browser, form)[0] for _time in range(2)] == [422, 422]
    form["title"] = "用地未批"
    browser.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("dispatch.problems.views.go", fails)  # the problem is written by then
        assert answer_of(browser, form)[0] == 500
    assert not Problem.objects.exists()
    assert answer_of(browser, form)[0] == 303
    assert Problem.objects.count() == 1


def fails(*_args, **_more):
    raise RuntimeError


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="one connection only: runs with DATABASE_URL set to a server"
)
def test_two_at_the_same_time_are_one(browser, form):
    form["csrfmiddlewaretoken"] = page_of(browser, PATH)
    found, start = [], threading.Barrier(4)

    def send() -> None:
        clone = Client(enforce_csrf_checks=True)
        clone.cookies = browser.cookies
        start.wait()
        found.append(answer_of(clone, form)[:2])
        connection.close()

    threads = [threading.Thread(target=send) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Problem.objects.count() == 1
