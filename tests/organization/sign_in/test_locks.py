"""What is counted together, and when it is too much."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from organization.people import passwords
from organization.sign_in import locks
from organization.sign_in.locks import OF_A_NAME, OF_AN_ADDRESS, counted_address
from tests.support.forms import send
from tests.support.people import PASSWORD


@pytest.fixture(autouse=True)
def _guarded(settings):
    settings.AXES_ENABLED = True


def enter(username, password=PASSWORD, address="203.0.113.9"):
    return send(
        Client(REMOTE_ADDR=address), reverse("login"), {"username": username, "password": password}
    ).status_code


def test_however_a_name_is_written_it_is_one_name(people):
    for name in ["officer", "OFFICER", " Officer ", "ｏｆｆｉｃｅｒ", "Ｏfficer"]:
        enter(name, "wrong")
    assert enter("officer") == 429
    assert list(AccessAttempt.objects.values_list("username", flat=True).distinct()) == ["officer"]
    assert enter("OFFICER", address="203.0.113.10") == 302, "at another address it isn't locked yet"


@pytest.mark.parametrize("name", ["OFFICER", "ｏｆｆｉｃｅｒ", " officer"])
def test_the_account_is_found_as_its_name_is_counted(people, name):
    assert enter(name) == 302


def test_a_name_is_locked_everywhere_after_tries_from_several_addresses(people):
    for n in range(OF_A_NAME):
        assert enter("officer", "wrong", address=f"203.0.113.{n // 4}") != 302
    assert enter("officer", address="198.51.100.7") == 429
    assert enter("unit_head", address="198.51.100.7") == 302


def test_who_goes_on_trying_locks_only_their_own_address(people):
    for _try in range(OF_A_NAME + 5):
        enter("officer", "wrong")
    assert enter("officer", address="198.51.100.7") == 302


def test_one_address_that_tries_name_after_name_is_locked_and_nobody_elsewhere(people):
    assert [enter(f"name{n}", "wrong") for n in range(OF_AN_ADDRESS - 1)] == [200] * (OF_AN_ADDRESS - 1)
    assert enter("officer") == 302, "a county behind one address may mistype that often"
    assert enter("one-more", "wrong") == 429
    page = send(Client(REMOTE_ADDR="203.0.113.9"), reverse("login"), {"username": "officer", "password": PASSWORD})
    assert page.status_code == 429
    assert "你的账号没有被锁定" in page.content.decode()
    assert enter("officer", address="198.51.100.7") == 302


def test_getting_in_forgives_the_own_tries_and_no_others(people):
    for n in range(OF_AN_ADDRESS - 4):
        enter(f"name{n}", "wrong")
    for _try in range(4):
        enter("officer", "wrong", address="203.0.113.9")
    assert enter("officer") == 429
    assert AccessAttempt.objects.filter(ip_address="203.0.113.9").count() == OF_AN_ADDRESS - 3


def test_of_ipv6_a_whole_network_is_one_address(rf):
    same = {counted_address(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{n}")) for n in (1, 2, "ffff")}
    assert same == {"2001:db8:1:2::"}
    assert counted_address(rf.get("/", REMOTE_ADDR="::ffff:203.0.113.9")) == "203.0.113.9"


@pytest.mark.parametrize("text", ["x" * 61, "x" * 300, "x" * 10_000, "县" * 300])
def test_a_name_longer_than_any_account_is_refused_without_a_hash(people, text, monkeypatch):
    monkeypatch.setattr(locks.Locks, "user_login_failed", lambda *_a, **_k: pytest.fail("counted"))
    assert enter(text, "wrong") == 200


def test_the_present_password_is_guessed_five_times_only(people, sign_in, monkeypatch):
    client = sign_in(people.officer)
    new = {"new_password1": "Chayuan-2027-qiu", "new_password2": "Chayuan-2027-qiu"}
    monkeypatch.setattr(passwords.NotRecentValidator, "validate", lambda *_a: pytest.fail("hashed for a guesser"))
    tries = [
        client.post(reverse("password_change"), {"old_password": f"guess{n}", **new}).status_code for n in range(5)
    ]
    assert tries == [200, 200, 200, 200, 429]
    assert client.post(reverse("password_change"), {"old_password": PASSWORD, **new}).status_code == 429
    people.officer.refresh_from_db()
    assert people.officer.check_password(PASSWORD)


@pytest.fixture
def hashes(settings, monkeypatch):
    """Each hash with the hasher of a real site, counted."""
    settings.PASSWORD_HASHERS = ["organization.people.passwords.Argon2"]
    made = []
    inner = passwords.Argon2.encode, passwords.Argon2.verify
    for name, real in zip(("encode", "verify"), inner, strict=True):
        monkeypatch.setattr(passwords.Argon2, name, lambda *a, r=real, n=name: made.append(n) or r(*a))
    return made


def test_a_name_that_nobody_has_costs_the_same_as_one_that_is_known(people, hashes, settings):
    people.officer.password = make_password(PASSWORD)
    people.officer.save()
    people.unit_head.set_unusable_password()
    people.unit_head.save()
    people.reader.password, people.reader.is_active = make_password(PASSWORD), False
    people.reader.save()
    cost = {}
    for name in ("officer", "unit_head", "reader", "nobody"):
        hashes.clear()
        enter(name, "wrong")
        cost[name] = len(hashes)
    assert cost == dict.fromkeys(cost, 1)
    hashes.clear()
    assert enter("officer") == 302
    assert hashes == ["verify"]
