"""Where one is signed in, and how that ends."""

from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organization.people import services
from organization.people.models import Session
from organization.people.sessions import browser_of
from tests.support.factories import NOW
from tests.support.forms import send
from tests.support.people import PASSWORD

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
PHONE = "Mozilla/5.0 (Linux; Android 13; V2284A) AppleWebKit/537.36 Chrome/116.0 Mobile MicroMessenger/8.0"


def device(address, agent):
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": agent})
    send(client, reverse("login"), {"username": "officer", "password": PASSWORD})
    assert client.get("/account/").status_code == 200
    return client


@pytest.fixture
def three(people):
    return device("10.0.0.1", EDGE), device("10.0.0.2", PHONE), device("10.0.0.3", "curl")


def stands(client):
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "said"),
    [(EDGE, "Edge, Windows"), (PHONE, "WeChat, Android"), ("curl/8", ""), ("", ""),
     ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit/605 Version/17 Safari/604", "Safari, iPhone")],
)  # fmt: skip
def test_a_browser_in_two_words(agent, said):
    assert browser_of(agent) == said


def test_each_device_is_named_and_no_key_is_shown(three):
    page = three[0].get("/account/").content.decode()
    for words in ("10.0.0.1", "Edge, Windows", "10.0.0.2", "WeChat, Android", "10.0.0.3", "这台设备"):
        assert words in page
    assert not [key for key in Session.objects.values_list("session_key", flat=True) if key in page]


def test_one_device_is_ended_and_no_other(three, people):
    here, _phone, _other = three
    row = Session.objects.get(address="10.0.0.2")
    here.post("/account/", {"end": row.handle})
    assert [stands(client) for client in three] == [True, False, True]


def test_nobody_ends_the_device_of_somebody_else(three, people):
    row = Session.objects.get(address="10.0.0.2")
    client = Client()
    client.force_login(people.unit_head, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/account/", {"end": row.handle})
    assert [stands(client) for client in three] == [True, True, True]


@pytest.mark.parametrize("act", ["others", "password", "reset", "vacate"])
def test_what_ends_sessions_takes_them_off_the_list(three, people, act):
    here = three[0]
    if act == "others":
        here.post("/account/", {})
    elif act == "password":
        new = "Chayuan-2027-qiu"
        here.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    elif act == "reset":
        services.reset_password(people.officer, password="Xin-mima-2026", now=NOW)
    else:
        services.vacate(people.officer.current_posts[0], now=NOW)
    stays = act in {"others", "password"}
    assert [stands(client) for client in three] == [stays, False, False]
    assert Session.objects.filter(user=people.officer).count() == stays


def test_what_is_over_is_forgotten_and_nothing_else(three, people):
    Session.objects.filter(address="10.0.0.3").update(expire_date=NOW - timedelta(seconds=1))
    Session.objects.exclude(address="10.0.0.3").update(expire_date=timezone.now() + timedelta(hours=1))
    for days in (189, 191):
        log = AccessLog.objects.create(username="officer", ip_address="10.0.0.1", user_agent="x")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=NOW - timedelta(days=days))
    assert services.tidy(now=NOW) == {"sessions": 1, "attempts": 0, "sign_ins": 1}
    assert [stands(client) for client in three[:2]] == [True, True]
