"""One address answers with a page or a part; htmx never gets a sign-in page or loses a message."""

from __future__ import annotations

import json

import pytest

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/?q=%E6%A1%A5"}


@pytest.fixture(autouse=True)
def _frame(settings):
    settings.ROOT_URLCONF = "tests.support.urls"
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], settings.BASE_DIR / "tests/core/templates"]}]


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({}, True),
        ({"HX-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, True),
    ],
)
def test_a_part_is_for_htmx_only_and_caches_keep_them_apart(client, headers, page):
    response = client.get("/two-ways/", headers=headers)
    assert ("<html" in response.text) is page
    assert {"HX-Request", "HX-Boosted", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-cache"


def test_signed_out_meanwhile_htmx_goes_to_the_sign_in_page_and_back(client):
    response = client.get("/says/", headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/sign-in/?next=/projects/%3Fq%3D%25E6%25A1%25A5"


def test_a_browser_is_redirected_as_always(client):
    assert client.get("/says/").status_code == 302


@pytest.mark.django_db
def test_messages_reach_the_page_without_a_reload(people, sign_in):
    response = sign_in(people.officer).get("/says/", headers=HTMX)
    said = json.loads(response["HX-Trigger"])["say"]["messages"]
    assert [line["level"] for line in said] == ["success", "error"]
    assert said[0]["text"] == "已上报 6 个项目"


@pytest.mark.django_db
def test_a_message_before_a_move_waits_for_the_next_page(people, sign_in):
    client = sign_in(people.officer)
    response = client.post("/moves/", headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/"
    assert "HX-Trigger" not in response
    assert "已保存" in client.get("/").text
    assert client.post("/moves/").status_code == 303


@pytest.mark.django_db
def test_a_refusal_says_why_in_its_own_words(people, sign_in):
    response = sign_in(people.officer).get("/refuses/")
    assert response.status_code == 403
    assert "只有西城镇能填这个项目的月报。" in response.text


@pytest.mark.django_db
def test_what_breaks_says_so_in_plain_words(people, sign_in):
    client = sign_in(people.officer)
    client.raise_request_exception = False
    response = client.get("/breaks/")
    assert response.status_code == 500
    assert "系统出错了" in response.text
    assert "RuntimeError" not in response.text


@pytest.mark.django_db
def test_an_unknown_address_is_a_page_in_plain_words(people, sign_in):
    response = sign_in(people.officer).get("/nowhere/")
    assert response.status_code == 404
    assert "没有这一页" in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_is_in_the_language_chosen(people, sign_in, language):
    client = sign_in(people.officer)
    response = client.post("/language/", {"language": language, "next": "/"}, follow=True)
    assert f'<html lang="{ {"zh-hans": "zh-Hans", "en": "en"}[language] }"' in response.text
    assert ("跳到正文" in response.text) is (language == "zh-hans")
    assert ("Skip to the text" in response.text) is (language == "en")


@pytest.mark.django_db
def test_a_page_has_nothing_inline(people, sign_in):
    text = sign_in(people.officer).get("/").text
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert "<script>" not in text
