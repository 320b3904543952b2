"""Who is away, from when to when, and which post does its work: recorded, refused in words, ended, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from core.affected import affected, hand_on
from core.habits import Day, Scene
from core.refusals import NotAllowed, Stale, Wrong
from organization.absences import services
from organization.absences.checks import can_stand_in, holds
from organization.absences.habits import HABITS
from organization.absences.models import Absence, absence_on
from organization.audit.models import AuditEntry
from organization.audit.services import append
from organization.people.models import Post, Role, User
from organization.people.services import appoint, vacate
from outbox.models import Notice
from tests.support.factories import NOW, unit_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # 10 June


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def away(people: Any, *, post: str = "leader", deputy: str = "other_leader", **more: Any) -> Absence:
    told: dict[str, Any] = {"since": TODAY, "until": day(4), "reason": "赴省开会", "by": people.leader, "now": NOW}
    posts = (getattr(people, name).main_post if isinstance(name, str) else name for name in (post, deputy))
    return services.be_away(next(posts), **{"deputy": next(posts), **told, **more})


# By day: from the first to the last day away, both included, while the same person has the post.
HOLDS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "from day to day": ({}, [0, 4]),
    "one day": ({"until": TODAY}, [0, 0]),
    "to come": ({"since": day(2)}, [2, 4]),
    "since a week ago": ({"since": day(-7)}, [-7, 4]),
    "until nobody knows when": ({"until": None}, [0, 9_999]),
}


@pytest.mark.parametrize("case", HOLDS)
def test_it_holds_from_the_first_to_the_last_day(people, case):
    told, (first, last) = HOLDS[case]
    row = away(people, **told)
    for number in (first - 1, first, last, *([last + 1] if last < 9_999 else [])):
        expected = first <= number <= last
        assert holds(row, day(number)) == expected, number
        assert (absence_on(row.post, day(number)) == row) == expected, number


# How it ended, and on which days it held then.
ENDS: dict[str, tuple[int, list[int]]] = {
    "back on the third day": (2, [0, 1]),
    "back on the first day: it never held": (0, []),
    "taken back before": (-3, []),
}


@pytest.mark.parametrize("case", ENDS)
def test_who_is_back_is_not_away(people, case):
    on, held = ENDS[case]
    row = services.come_back(away(people), on=day(on), by=people.leader, now=NOW)
    assert [n for n in range(-1, 6) if absence_on(row.post, day(n))] == held
    assert [n for n in range(-1, 6) if holds(row, day(n))] == held
    with pytest.raises(Stale):
        services.come_back(row, on=day(1), by=people.leader, now=NOW)
    again = services.away_again(row, by=people.leader, now=NOW)
    assert [n for n in range(-1, 6) if absence_on(again.post, day(n))] == [0, 1, 2, 3, 4]


def test_days_recorded_meanwhile_are_not_taken_twice(people):
    row = services.come_back(away(people), on=TODAY, by=people.leader, now=NOW)
    away(people, since=day(3), until=None)
    with pytest.raises(Wrong):
        services.away_again(row, by=people.leader, now=NOW)


def test_who_takes_the_post_over_is_not_away(people):
    row = away(people)
    vacate(row.post, now=NOW, by=people.admin)
    appoint(people.reader, Post.objects.get(pk=row.post_id), now=NOW, by=people.admin)
    assert absence_on(row.post, TODAY) is None
    assert not holds(Absence.objects.get(), TODAY)


# What is wrong with it: the field beside which the sentence stands.
def _vacant(people: Any) -> Post:
    return Post.objects.create(unit=unit_of(people.leader.county, "lingdao"), title="县领导09", role=Role.LEADER)


def _of_the_same(people: Any) -> Post:
    post = _vacant(people)
    post.holder = people.leader
    post.save()
    return post


WRONG: dict[str, tuple[str, Any]] = {
    "the end before the begin": ("until", {"until": day(-1)}),
    "days that are over": ("until", {"since": day(-5), "until": day(-1)}),
    "no reason": ("reason", {"reason": " "}),
    "a post as its own deputy": ("deputy", {"deputy": "leader"}),
    "a deputy whom nobody holds": ("deputy", lambda people: {"deputy": _vacant(people)}),
    "another post of the same person": ("deputy", lambda people: {"deputy": _of_the_same(people)}),
    "a deputy who signs nothing": ("deputy", {"deputy": "unit_head"}),
    "oneself, for somebody else": ("deputy", {"deputy": "office_head", "by": "office_head"}),
    "a post that nobody holds": ("", lambda people: {"post": _vacant(people), "by": people.office}),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_said_beside_the_field(people, case):
    field, more = WRONG[case]
    more = more(people) if callable(more) else dict(more)
    if isinstance(more.get("by"), str):
        more["by"] = getattr(people, more["by"])
    with pytest.raises(Wrong) as refusal:
        away(people, **more)
    assert list(refusal.value.fields) == [field]
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("since", "until", "free"), [(4, 6, False), (-3, 0, False), (1, 2, False), (0, None, False),
                                                      (5, 9, True), (-3, -1, True)])  # fmt: skip
def test_days_do_not_overlap(people, since, until, free):
    away(people, since=day(0), until=day(4))
    more: dict[str, Any] = {
        "since": day(since),
        "until": None if until is None else day(until),
        "deputy": "office_head",
    }
    if free and until > 0:
        assert away(people, **more).pk
    else:
        with pytest.raises(Wrong) as refusal:
            away(people, **more)
        assert list(refusal.value.fields) == ["until" if free else "since"]


def test_a_deputy_who_is_away_as_well_is_none_and_a_deputys_deputy_neither(people):
    away(people)
    with pytest.raises(Wrong) as refusal:
        away(people, post="office_head", deputy="leader", by=people.office)
    assert list(refusal.value.fields) == ["deputy"]
    assert "县领导01" in refusal.value.fields["deputy"]
    away(people, post="other_leader", deputy="office_head", by=people.other_leader)
    told = Notice.objects.filter(kind="absence_recorded", person=people.office_head).latest("pk")
    assert "县领导01" in told.body, "whoever has to know reads that nobody deputises for the first any more"
    row = absence_on(people.leader.main_post, TODAY)
    assert row is not None
    assert not can_stand_in(people.office_head, row, on=TODAY)


# Who records it for the leader, and for the officer of a township.
MAY = {
    "leader": {"leader"},
    "officer": {"officer"},
}
ALWAYS = {"office", "office_head", "admin"}


@pytest.mark.parametrize("post", MAY)
def test_who_says_that_somebody_is_away(people, post):
    able = set()
    deputy = {"leader": "other_leader", "officer": "unit_head"}[post]
    for name, user in people.all().items():
        try:
            row = away(people, post=post, deputy=deputy, by=user)
        except NotAllowed:
            continue
        able.add(name)
        row.delete()
    assert able == MAY[post] | ALWAYS | {"security"}


def test_who_stands_in_is_the_deputy_on_these_days_and_not_who_recorded_it(people):
    row = away(people, by=people.office)
    able = {
        (name, n) for name, user in people.all().items() for n in (-1, 0, 4, 5) if can_stand_in(user, row, on=day(n))
    }
    assert able == {("other_leader", 0), ("other_leader", 4)}
    Absence.objects.update(recorded_by=people.other_leader)
    assert not can_stand_in(people.other_leader, Absence.objects.whole().get(), on=TODAY)


def test_it_is_told_logged_and_in_the_history(people):
    row = away(people)
    told = Notice.objects.filter(kind="absence_recorded")
    assert {one.person.username for one in told} == {"other_leader", "office", "office_head"}
    services.come_back(row, on=TODAY, by=people.office, now=NOW)
    ended = Notice.objects.filter(kind="absence_ended")
    assert {one.person.username for one in ended} == {"leader", "other_leader", "office_head"}
    append()
    kinds = list(AuditEntry.objects.filter(kind__startswith="absence").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["absence_recorded", "absence_ended"]
    assert [one.history_user for one in row.history.order_by("history_id")] == [people.leader, people.office]


def test_the_work_of_a_deputy_that_goes_is_handed_on(people):
    row = away(people)
    post, to = row.deputy, people.office_head.main_post
    assert [one.number for one in affected(post, NOW)] == [1]
    hand_on(post, to, by=people.admin, now=NOW, reason="撤并")
    row.refresh_from_db()
    assert (row.deputy, affected(post, NOW)) == (to, [])


def test_at_the_end_of_the_replayed_year_one_leader_is_away_with_a_deputy(county, people):
    [habit] = HABITS
    scene = Scene(county, day(-30), day(2), (), {}, people.office)
    kept = habit.begin(scene, Random(1))
    for number in (-9, -2, -1, 0, 1, 2):
        habit.live(kept, scene, Day(day(number), day(number - 1), NOW + timedelta(days=number)), Random(1))
    [row] = Absence.objects.on(scene.end)
    assert (row.since, row.post.role, row.deputy.role) == (day(-2), Role.LEADER, Role.LEADER)
    assert row.recorded_by == row.person


# the pages -----------------------------------------------------------------------------------------------------------


def form_of(people: Any, **more: Any) -> dict[str, Any]:
    told = {"since": TODAY, "until": "2099-06-14", "deputy": people.other_leader.main_post.pk, "reason": "赴省开会"}
    return told | more


def url_of(user: User) -> str:
    post = user.main_post
    assert post is not None
    return f"/organization/people/{post.pk}/away/"


TYPED: dict[str, tuple[dict[str, Any], str]] = {
    "a day of no year": ({"since": "1800-01-01"}, "since"),
    "no day at all": ({"until": "下周"}, "until"),
    "the end before the begin": ({"since": "2099-06-20"}, "until"),
    "the post itself": ({"deputy": "own"}, "deputy"),
    "a post of no county": ({"deputy": "99999999"}, "deputy"),
    "no deputy": ({"deputy": ""}, "deputy"),
}


@pytest.mark.parametrize("case", TYPED)
def test_what_was_typed_comes_back_with_a_sentence_at_the_field(people, sign_in, case):
    more, field = TYPED[case]
    own = {"own": people.leader.main_post.pk}
    typed = form_of(people, **{name: own.get(value, value) for name, value in more.items()})
    back = sign_in(people.leader).post(url_of(people.leader), typed)
    assert back.status_code == 422
    assert f'id="id_{field}_error"' in back.text
    assert "赴省开会" in back.text
    assert not Absence.objects.exists()


def test_it_is_recorded_shown_and_taken_back_on_the_pages(people, sign_in):
    client = sign_in(people.leader)
    assert url_of(people.leader) in client.get("/account/").text
    assert client.post(url_of(people.leader), form_of(people)).status_code == 302
    row = Absence.objects.get()
    assert (row.person, row.recorded_by, row.deputy) == (people.leader, people.leader, people.other_leader.main_post)
    assert f"/organization/people/away/{row.pk}/end/" in client.get(url_of(people.leader)).text
    assert "县领导02" in client.get("/account/").text.split("<table")[2]
    deputys = sign_in(people.other_leader).get("/account/").text.split("<table")[2]
    assert "县领导01" in deputys, "the deputy reads it too"
    office = sign_in(people.office)
    assert "赴省开会" in office.get(f"/organization/people/{row.post_id}/").text
    assert office.post(f"/organization/people/away/{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.back_on is not None
    assert sign_in(people.other_leader).post(f"/organization/people/away/{row.pk}/end/").status_code == 403
    assert sign_in(people.other_leader).get(url_of(people.leader)).status_code == 403
