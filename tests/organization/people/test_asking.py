"""A post is vacated and given back by the same account; a password and a second factor are reset once it is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.refusals import NotAllowed, Refused
from organization.people import services as accounts
from organization.people.models import Holding, User
from tests.support.factories import NOW
from tests.support.people import People

pytestmark = pytest.mark.django_db


def test_the_page_says_who_can_no_longer_sign_in_by_it(people: People, sign_in: Any) -> None:
    post = people.officer.current_posts[0]
    page = sign_in(people.office).get(f"/organization/people/{post.pk}/vacate/").content.decode()
    assert f"项目专员（账号 {people.officer.username}）当天起没有这个岗位的权限" in page
    assert "不能再登录" in page


def test_the_same_account_is_given_back(people: People, sign_in: Any) -> None:
    post, user = people.officer.current_posts[0], people.officer
    known = User.objects.count()
    accounts.vacate(post, by=people.office, now=NOW)
    user.refresh_from_db()
    assert not user.is_active
    page = sign_in(people.office).get(f"/organization/people/{post.pk}/account/").content.decode()
    assert f"账号 {user.username}" in page
    sign_in(people.office).post(f"/organization/people/{post.pk}/account/", {"back": "1"})
    user.refresh_from_db()
    post.refresh_from_db()
    assert (user.is_active, post.holder, User.objects.count()) == (True, user, known)
    assert Holding.objects.filter(post=post, user=user).count() == 2, "that it was vacant in between stays on file"
    assert sign_in(user).get("/").status_code == 200


def test_who_holds_it_by_now_keeps_it(people: People) -> None:
    post = people.officer.current_posts[0]
    accounts.vacate(post, by=people.office, now=NOW)
    accounts.appoint(people.reader, post, by=people.office, now=NOW + timedelta(hours=1))
    with pytest.raises(Refused):
        accounts.give_back(post, by=people.office, now=NOW + timedelta(hours=2))
    with pytest.raises(NotAllowed):
        accounts.give_back(post, by=people.unit_head, now=NOW + timedelta(hours=2))


@pytest.mark.parametrize("what", ["password", "second-factor"])
def test_nothing_is_reset_before_it_is_asked(people: People, sign_in: Any, what: str) -> None:
    post, user = people.officer.current_posts[0], people.officer
    client = sign_in(people.admin)
    before = User.objects.values().get(pk=user.pk)
    page = client.get(f"/organization/people/{post.pk}/{what}/").content.decode()
    for said in (user.name, user.username, "台设备在登录"):
        assert said in page
    assert User.objects.values().get(pk=user.pk) == before
    client.post(f"/organization/people/{post.pk}/{what}/")
    assert User.objects.values().get(pk=user.pk) != before
