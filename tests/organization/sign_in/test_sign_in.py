import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from organization.people import services
from organization.people.models import Post, Session, User
from tests.support.factories import NOW
from tests.support.forms import send
from tests.support.people import PASSWORD


@pytest.fixture
def guarded(settings):
    settings.AXES_ENABLED = True
    return settings


def enter(client, username, password=PASSWORD, **extra):
    return send(client, reverse("login"), {"username": username, "password": password}, **extra)


def test_a_person_signs_in_and_comes_home(client, people):
    answer = enter(client, "officer")
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_the_account_is_found_whatever_the_case(client, people):
    assert enter(client, "Officer").status_code == 302


def test_a_stranger_is_sent_to_the_sign_in_page(client, db):
    answer = client.get("/account/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_five_wrong_passwords_lock_the_account_and_the_page_counts_down(client, people, guarded):
    first = enter(client, "officer", "wrong")
    assert "再错 4 次" in first.content.decode()
    for _try in range(3):
        enter(client, "officer", "wrong")
    assert enter(client, "officer", "wrong").status_code == 429
    assert enter(client, "officer").status_code == 429, "the right password doesn't open a locked account"


def test_a_new_first_password_unlocks_a_locked_account(client, people, guarded):
    for _try in range(5):
        enter(client, "officer", "wrong")
    services.reset_password(people.officer, password="Xin-mima-2026", now=NOW)
    assert enter(client, "officer", "Xin-mima-2026").status_code == 302


def test_the_first_password_must_be_changed_before_anything_else(client, people):
    services.reset_password(people.officer, password="Xin-mima-2026", now=NOW)
    enter(client, "officer", "Xin-mima-2026")
    assert client.get("/account/")["Location"] == reverse("password_change")
    new = "Chayuan-2027-qiu"
    client.post(
        reverse("password_change"),
        {"old_password": "Xin-mima-2026", "new_password1": new, "new_password2": new},
    )
    assert client.get("/account/").status_code == 200
    people.officer.refresh_from_db()
    assert not people.officer.must_change_password


@pytest.mark.parametrize(
    ("password", "why"),
    [("short-1A", "太短"), ("onlysmallletters", "三"), (PASSWORD, "最近"), ("", "还没有填")],
)
def test_a_weak_or_used_password_is_refused_with_the_reason(client, people, password, why):
    client.force_login(people.officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(
        reverse("password_change"),
        {"old_password": PASSWORD, "new_password1": password, "new_password2": password},
    )
    assert answer.status_code == 200
    assert 'class="err"' in answer.content.decode()
    assert why in answer.content.decode()


def test_a_password_of_the_last_five_does_not_come_back(client, people):
    client.force_login(people.officer, backend="django.contrib.auth.backends.ModelBackend")
    old = PASSWORD
    for new in ["Chayuan-2027-qiu", PASSWORD]:
        answer = client.post(
            reverse("password_change"), {"old_password": old, "new_password1": new, "new_password2": new}
        )
        old = new
    assert answer.status_code == 200, "going back to the earlier password is refused"


def test_an_old_password_has_to_be_changed(client, people, settings, now):
    settings.PASSWORD_DAYS = 90
    people.officer.password_changed_at = now.replace(year=2020)
    people.officer.save()
    enter(client, "officer")
    assert client.get("/account/")["Location"] == reverse("password_change")


OLD = {  # minutes since the last page, since the sign-in; whether it is over
    "an hour without work": (61, 61, True),
    "half a day at work": (1, 12 * 60 + 1, True),
    "a morning at work": (1, 11 * 60, False),
}


@pytest.mark.parametrize("what", OLD)
def test_an_old_session_ends_and_leads_back_to_the_same_page(client, people, settings, what):
    client.force_login(people.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/account/").status_code == 200
    idle, since, over = OLD[what]
    Session.objects.update(
        seen_at=F("seen_at") - timedelta(minutes=idle), begun_at=F("begun_at") - timedelta(minutes=since)
    )
    settings.IDLE_MINUTES = 60
    answer = client.get("/account/")
    assert (answer.status_code == 302) == over
    assert not over or answer["Location"].endswith("?next=/account/")


def test_looking_on_does_not_keep_a_session_alive(client, people):
    client.force_login(people.officer, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/account/")
    Session.objects.update(seen_at=F("seen_at") - timedelta(minutes=2))
    before = Session.objects.get().seen_at
    client.get("/account/", headers={"X-Background": "1"})
    assert Session.objects.get().seen_at == before
    client.get("/account/")
    assert Session.objects.get().seen_at > before


def test_signing_out_everywhere_ends_the_other_sessions_and_keeps_this_one(client, people):
    from django.test import Client

    phone = Client()
    for device in (client, phone):
        enter(device, "officer")
    assert phone.get("/account/").status_code == 200
    client.post("/account/")
    assert client.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302


def test_an_administrator_opens_an_account_whose_password_is_shown_once(client, county, people):
    post = Post.objects.create(unit=people.officer.unit, title="副镇长", role="unit_head")
    client.force_login(people.admin, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("organization:open_account", args=[post.pk]), {"username": "Xicheng-02"})
    password = re.search(r'<b class="num">([^<]+)</b>', answer.content.decode())[1]
    client.logout()
    assert enter(client, "xicheng-02", password).status_code == 302
    assert User.objects.get(username="xicheng-02").must_change_password


def test_an_officer_opens_no_accounts_and_is_told_who_does(client, people):
    client.force_login(people.officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("organization:people"))
    assert answer.status_code == 403
    assert "指挥部办公室" in answer.content.decode()


def test_who_gives_up_the_last_post_cannot_sign_in(client, people):
    services.vacate(people.officer.current_posts[0], now=NOW)
    assert enter(client, "officer").status_code == 200
