"""Whoever is given a password, or a post, by which something is signed waits a day, and others know of it."""

from datetime import timedelta

import pytest
import time_machine

from core.days.periods import Period
from core.refusals import NotAllowed
from dispatch.bulletins import services as bulletins
from dispatch.models import Bulletin
from dispatch.standings.services import correct_ranking, publish_ranking, ranking_version, withdraw_ranking
from organization.people import services
from organization.people.models import Post, User
from organization.permissions import can_sign
from outbox.models import Notice
from tests.support.factories import NOW

DAY = timedelta(hours=24)
MAY = Period.parse("2026-05")


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


def _ranking(county, by, now):
    return publish_ranking(county, MAY, by=by, now=now, version=ranking_version(county, MAY), unfinished="试排")


def _to_sign(county, by, now):
    row = bulletins.draft_bulletin(county, "monthly", MAY, now=now, unfinished="试发")
    Bulletin.objects.filter(pk=row.pk).update(status="signing", submitted_by=by)
    return Bulletin.objects.get()


def _signed(county, people):
    row = _to_sign(county, people.office, NOW)
    return bulletins.sign_bulletin(row, by=people.leader, now=NOW, version=row.version, unfinished="试发")


SIGNED = {
    "a bulletin is signed": (
        "leader",
        lambda county, people: _to_sign(county, people.office, NOW),
        lambda row, told: bulletins.sign_bulletin(row, version=row.version, unfinished="试发", **told),
    ),
    "a bulletin is given back": (
        "leader",
        lambda county, people: _to_sign(county, people.office, NOW),
        lambda row, told: bulletins.give_back(row, version=row.version, reason="太长", **told),
    ),
    "a bulletin is withdrawn": (
        "leader",
        _signed,
        lambda row, told: bulletins.withdraw_bulletin(row, version=row.version, reason="有误", **told),
    ),
    "a ranking is published": (
        "office_head",
        lambda county, people: county,
        lambda county, told: _ranking(county, **told),
    ),
    "a ranking is corrected": (
        "office_head",
        lambda county, people: _ranking(county, people.office_head, NOW),
        lambda row, told: correct_ranking(row, version=row.version, note="更正", **told),
    ),
    "a ranking is withdrawn": (
        "office_head",
        lambda county, people: _ranking(county, people.office_head, NOW),
        lambda row, told: withdraw_ranking(row, version=row.version, reason="有误", **told),
    ),
}


@pytest.mark.parametrize("act", SIGNED)
def test_while_the_right_rests_nothing_is_signed_and_the_day_after_it_is(county, people, act):
    who, make, do = SIGNED[act]
    made = make(county, people)
    services.reset_password(getattr(people, who), password="Xin-mima-2026", by=people.office, now=NOW)
    person = fresh(getattr(people, who))
    with pytest.raises(NotAllowed, match="签发权"):
        do(made, {"by": person, "now": NOW})
    do(made, {"by": person, "now": NOW + DAY})


@pytest.mark.parametrize("act", ["a bulletin is signed", "a ranking is published"])
def test_meanwhile_the_page_says_until_when_instead_of_showing_the_button(county, people, sign_in, act):
    who, make, _do = SIGNED[act]
    made = make(county, people)
    page = "/dispatch/rankings/2026-05/" if made == county else f"/dispatch/bulletins/{made.pk}/"
    button = "publish/" if made == county else "sign/"
    with time_machine.travel(NOW, tick=False):
        assert button in sign_in(getattr(people, who)).get(page).content.decode()
        services.reset_password(getattr(people, who), password="Xin-mima-2026", by=people.office, now=NOW)
        User.objects.update(must_change_password=False)
        shown = sign_in(fresh(getattr(people, who))).get(page).content.decode()
    assert button not in shown
    assert "签发权" in shown
