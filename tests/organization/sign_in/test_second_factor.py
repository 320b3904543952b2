"""Password and code: who is asked, what is taken once, what is kept under a key."""

import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.refusals import NotAllowed, Refused
from organization.people.models import Role, User
from organization.people.services import reset_password
from organization.permissions import can_sign
from organization.profiles.rules import AccountRules
from organization.sign_in import pages, services
from organization.sign_in.models import SecondFactor
from organization.sign_in.pages import needs_second_factor, qr
from organization.sign_in.secrets import opened
from tests.support.factories import NOW
from tests.support.forms import send
from tests.support.people import PASSWORD, code_of


@pytest.fixture
def enrolled(people):
    """The leader with a second factor set up at NOW: (person, secret, slips)."""
    secret = services.new_secret()
    return people.leader, secret, services.enrol(people.leader, secret=secret, code=code_of(secret, NOW), now=NOW)


@pytest.mark.parametrize(("seconds", "taken"), [(-46, False), (-45, True), (0, True), (44, True), (45, False)])
def test_a_phone_may_be_off_by_one_step(seconds, taken):
    secret = services.new_secret()
    now = NOW.replace(second=15)
    assert (services.step_of(secret, code_of(secret, now + timedelta(seconds=seconds)), now=now) is not None) is taken


def test_a_code_is_taken_once_and_none_from_before_it(enrolled):
    person, secret, _slips = enrolled
    later = NOW + timedelta(minutes=5)
    assert not services.take_code(person, code=code_of(secret, NOW), now=NOW), "the one of setting up was used"
    code = code_of(secret, later)
    assert services.take_code(person, code=code, now=later)
    assert not services.take_code(person, code=code, now=later)
    assert not services.take_code(person, code=code_of(secret, later - timedelta(seconds=30)), now=later)
    assert services.take_code(person, code=code_of(secret, later + timedelta(seconds=30)), now=later)


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "-12345", "1e4000", "x" * 5000, "abcde-abcde", "\x00"])
def test_what_is_no_code_is_refused(enrolled, code):
    assert not services.take_code(enrolled[0], code=code, now=NOW + timedelta(minutes=5))


def test_each_slip_lets_in_once_and_no_row_shows_it(enrolled):
    person, secret, slips = enrolled
    row = SecondFactor.objects.get(user=person)
    kept = f"{row.secret} {row.slips}"
    assert len(set(slips)) == 8
    assert secret not in kept
    assert not [slip for slip in slips if slip in kept]
    assert services.take_code(person, code=slips[0].upper(), now=NOW)
    assert not services.take_code(person, code=slips[0], now=NOW)
    assert services.take_code(person, code=slips[1], now=NOW)


def test_a_new_secret_key_leaves_the_second_factors(enrolled, settings):
    person, secret, slips = enrolled
    settings.SECRET_KEY = "another"
    assert opened(SecondFactor.objects.get(user=person).secret) == secret
    assert services.take_code(person, code=slips[0], now=NOW)


def test_another_key_of_secrets_lets_nobody_in_and_breaks_no_page(client, enrolled, settings):
    person, secret, slips = enrolled
    settings.SECRETS_KEY = Fernet.generate_key().decode()
    assert not services.take_code(person, code=code_of(secret, NOW), now=NOW)
    assert not services.take_code(person, code=slips[0], now=NOW)
    half(client)
    assert send(client, reverse("sign_in_code"), {"code": code_of(secret, timezone.now())}).status_code == 200


def test_nothing_in_the_drawing_needs_more_than_the_policy_allows():
    drawn = qr(services.new_secret(), account="fumin01", issuer="示范县")
    assert drawn.startswith("<svg")
    assert "style" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def half(client, name="leader"):
    return send(client, reverse("login"), {"username": name, "password": PASSWORD, "next": "/account/"})


def test_the_password_alone_lets_nobody_in(client, enrolled):
    _person, secret, _slips = enrolled
    assert half(client)["Location"] == reverse("sign_in_code")
    assert client.get("/account/").status_code == 302
    page = client.get(reverse("sign_in_code"))
    assert re.search(r"\d\d:\d\d:\d\d", page.content.decode()), "the clock of the server"
    assert send(client, reverse("sign_in_code"), {"code": "000000"}).status_code == 200
    assert client.get("/account/").status_code == 302
    answer = send(client, reverse("sign_in_code"), {"code": code_of(secret, timezone.now())})
    assert answer["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_half_signed_in_lasts_five_minutes_and_not_past_a_new_password(client, enrolled):
    half(client)
    session = client.session
    session["half_signed_in"] = session["half_signed_in"] | {"at": timezone.now().timestamp() - 301}
    session.save()
    assert send(client, reverse("sign_in_code"), {"code": enrolled[2][0]})["Location"] == reverse("login")
    half(client)
    reset_password(enrolled[0], password="Xin-mima-2026", now=NOW)
    assert send(client, reverse("sign_in_code"), {"code": enrolled[2][0]})["Location"] == reverse("login")
    assert send(Client(), reverse("sign_in_code"), {"code": enrolled[2][0]})["Location"] == reverse("login")


def test_wrong_codes_lock_like_wrong_passwords(client, enrolled, settings):
    settings.AXES_ENABLED = True
    half(client)
    tries = [send(client, reverse("sign_in_code"), {"code": f"00000{n}"}).status_code for n in range(5)]
    assert tries == [200, 200, 200, 200, 429]
    assert send(client, reverse("sign_in_code"), {"code": enrolled[2][0]}).status_code == 429


def test_who_has_to_have_one_does_nothing_before_it_is_set_up(client, people, monkeypatch):
    rules = {AccountRules: AccountRules(second_factor=(Role.LEADER, Role.ADMIN))}
    monkeypatch.setattr(pages, "rules_of", lambda county: rules)
    assert not needs_second_factor(people.officer)
    half(client)
    assert client.get("/account/")["Location"] == reverse("second_factor")
    page = client.get(reverse("second_factor")).content.decode()
    secret = re.search(r'<b class="num" translate="no">([A-Z2-7 ]+)</b>', page)[1].replace(" ", "")
    assert client.post(reverse("second_factor"), {"code": "000000"}).status_code == 422
    page = client.post(reverse("second_factor"), {"code": code_of(secret, timezone.now())}).content.decode()
    assert len(re.findall(r'<li><b class="num" translate="no">[a-z0-9]{5}-[a-z0-9]{5}</b>', page)) == 8
    assert client.get("/account/").status_code == 200
    assert client.get(reverse("second_factor"))["Location"] == reverse("account")
    with pytest.raises(Refused):
        services.enrol(people.leader, secret=secret, code="000000", now=NOW)


def test_only_an_administrator_sets_it_back_and_that_counts_as_a_reset(client, enrolled, people):
    person = enrolled[0]
    with pytest.raises(NotAllowed):
        services.reset_second_factor(person, by=people.office, now=NOW)
    client.force_login(people.admin, backend="django.contrib.auth.backends.ModelBackend")
    post = person.current_posts[0]
    assert client.post(reverse("organization:reset_second_factor", args=[post.pk])).status_code == 302
    assert not SecondFactor.objects.filter(user=person).exists()
    assert not can_sign(User.objects.get(pk=person.pk), now=timezone.now())
