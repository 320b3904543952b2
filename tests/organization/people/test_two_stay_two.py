"""Whoever is given a password, or a post, by which something is signed waits a day, and others know of it."""

from datetime import timedelta

import pytest

from core.refusals import NotAllowed
from dispatch.standings.services import publish_ranking
from organization.people import services
from organization.people.models import Post, User
from organization.permissions import can_sign
from outbox.models import Notice
from tests.support.factories import NOW

DAY = timedelta(hours=24)


def told():
    return set(Notice.objects.filter(subject__contains="签发权").values_list("person__username", flat=True))


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("who", ["leader", "office", "office_head"])
def test_a_reset_by_the_office_lets_the_right_to_sign_rest_a_day(people, who):
    person = getattr(people, who)
    services.reset_password(person, password="Xin-mima-2026", by=people.office, now=NOW)
    assert not can_sign(fresh(person), now=NOW)
    assert not can_sign(fresh(person), now=NOW + DAY - timedelta(seconds=1))
    assert can_sign(fresh(person), now=NOW + DAY)
    assert told() == {"leader", "other_leader", who} - ({"office"} - {who})


def test_who_does_not_sign_is_reset_without_more_ado(people):
    services.reset_password(people.officer, password="Xin-mima-2026", by=people.office, now=NOW)
    assert fresh(people.officer).sign_rests_until is None
    assert told() == set()


def test_a_post_that_signs_given_to_somebody_rests_too(people):
    post = Post.objects.create(unit=people.leader.unit, title="县领导03", role="leader")
    services.appoint(people.officer, post, by=people.office, now=NOW)
    assert not can_sign(fresh(people.officer), now=NOW)
    assert told() == {"leader", "other_leader", "officer"}
    post = Post.objects.create(unit=people.leader.unit, title="县领导04", role="leader")
    new = services.open_account(post, username="new", password="Xin-mima-2026", by=people.office, now=NOW)
    assert not can_sign(fresh(new), now=NOW)


def test_who_signs_already_and_gets_another_post_goes_on(people):
    post = Post.objects.create(unit=people.leader.unit, title="县领导03", role="leader")
    services.appoint(people.leader, post, by=people.office, now=NOW)
    services.appoint(people.officer, Post.objects.create(unit=people.officer.unit, title="x", role="officer"), now=NOW)
    assert can_sign(fresh(people.leader), now=NOW)
    assert can_sign(fresh(people.officer), now=NOW)


def test_what_is_published_waits_with_the_sentence_that_says_until_when(people, county):
    from core.days.periods import Period

    services.reset_password(people.office_head, password="Xin-mima-2026", by=people.office, now=NOW)
    with pytest.raises(NotAllowed, match="签发权"):
        publish_ranking(county, Period.parse("2026-05"), by=fresh(people.office_head), now=NOW, version=0)
