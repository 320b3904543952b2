"""Who signs a bulletin while the one that it waits for is away: the deputy, told and asked, and only on these days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.due import due_items
from core.refusals import NotAllowed
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.permissions import can_sign_bulletin, can_withdraw_bulletin
from dispatch.bulletins.tick import STEPS
from dispatch.models import Bulletin, BulletinEdit
from organization.absences import services as absences
from organization.absences.models import Absence
from organization.audit.models import AuditEntry
from organization.audit.services import append
from outbox.models import Notice
from outbox.settling import settle
from tests.support.factories import NOW
from tests.support.people import People

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def away(
    people: People, first: int = 0, last: int | None = 4, *, deputy: str = "other_leader", by: str = "leader"
) -> Absence:
    """县领导01 is away from so many days after today to so many."""
    post, other = people.leader.main_post, getattr(people, deputy).main_post
    until = None if last is None else TODAY + timedelta(days=last)
    days: dict[str, date | None] = {"since": TODAY + timedelta(days=first), "until": until}
    return absences.be_away(post, deputy=other, reason="赴省开会", by=getattr(people, by), now=NOW, **days)


def tick(county: Any, now: Any) -> None:
    """The step of the heartbeat, twice: whoever was told isn't told again."""
    for _again in range(2):
        next(step for step in STEPS if step.key == "deputies").run(county, now, {}, {})


def told(kind: str = "bulletin_deputy") -> list[str]:
    settle(Notice.objects.filter(kind=kind))
    return sorted(Notice.objects.filter(kind=kind).unread().values_list("person__username", flat=True))


def asked(people: People, now: Any) -> list[str]:
    """Who has it on the list of what is to be done."""
    names = ("office", "office_head", "leader", "other_leader", "unit_head")
    found = {name: due_items(people.office.county, now, person=getattr(people, name)) for name in names}
    return sorted(name for name, items in found.items() if any(item.kind == "bulletin_sign" for item in items))


# 县领导01 is away, the usual signer, from one day to another; a day; who may sign, is asked and has been told by then.
BOTH, ALONE = ["leader", "other_leader"], ["leader"]
DAYS: dict[str, tuple[dict[str, Any], int, list[str], list[str]]] = {
    "the first day": ({}, 0, BOTH, ["other_leader"]),
    "the last day": ({}, 4, BOTH, ["other_leader"]),
    "the day after": ({}, 5, ALONE, ["other_leader"]),
    "before": ({"first": 2}, 1, ALONE, []),
    "it begins while it waits": ({"first": 2}, 2, BOTH, ["other_leader"]),
    "nobody knows how long": ({"last": None}, 300, BOTH, ["other_leader"]),
    "the deputy is who sent it": ({"deputy": "office_head"}, 0, ALONE, []),
}


@pytest.mark.parametrize("case", DAYS)
def test_who_signs_on_which_day(ready, county, people, now, case):
    days, number, may, noticed = DAYS[case]
    sender = getattr(people, days.get("deputy", "office"))
    away(people, **days)
    sent = bulletins.submit_bulletin(ready, version=ready.version, by=sender, now=now)
    then = now + timedelta(days=number)
    tick(county, then)
    everybody = people.all()
    able = [name for name, user in everybody.items() if can_sign_bulletin(user, sent, on=then.date())]
    assert (able, asked(people, then), told(), told("bulletin_signing")) == (may, may, noticed, ["leader"])
    for name in sorted(set(everybody) - set(may)):
        with pytest.raises(NotAllowed):
            bulletins.sign_bulletin(sent, by=everybody[name], now=then, version=sent.version)
        with pytest.raises(NotAllowed):
            bulletins.give_back(sent, by=everybody[name], now=then, version=sent.version, reason="改")


def test_who_becomes_away_while_it_waits(signing, county, people, now):
    tick(county, now)
    assert (told(), asked(people, now)) == ([], ["leader"])
    row = away(people)
    tick(county, now)
    assert (told(), asked(people, now)) == (["other_leader"], BOTH)
    absences.come_back(row, on=TODAY, by=people.leader, now=now)
    assert (told(), asked(people, now)) == ([], ["leader"])
    with pytest.raises(NotAllowed):
        bulletins.sign_bulletin(signing, by=people.other_leader, now=now, version=signing.version)


def test_the_record_says_who_signed_for_whom(signing, county, people, now, sign_in):
    away(people, last=None)
    tick(county, now)
    page = sign_in(people.other_leader).get(f"/dispatch/bulletins/{signing.pk}/").text
    assert "县领导01" in page.split('id="sign"')[1].split("</dialog>")[0], "who signs reads in whose place"
    client = sign_in(people.other_leader)
    client.post(f"/dispatch/bulletins/{signing.pk}/sign/", {"version": signing.version})
    signed = Bulletin.objects.get()
    assert (signed.signed_by, signed.signed_for) == (people.other_leader, people.leader.main_post)
    edit = signed.edits.get(block=BulletinEdit.Deed.SIGNED_FOR)
    assert (edit.by, edit.new) == (people.other_leader, "县领导01")
    append()
    assert AuditEntry.objects.get(kind="bulletin_signed").detail["for"] == "县领导01"
    out = Notice.objects.filter(kind="bulletin_published")
    assert {one.person for one in out} >= {people.office, people.leader, people.officer}
    assert all("县领导02" in one.body and "县领导01" in one.body for one in out)
    client = sign_in(people.office)
    head = client.get(f"/dispatch/bulletins/{signing.pk}/").text.split('class="ed"')[0]
    assert "县领导02" in head
    assert "县领导01" in head
    assert told() == []
    settled = Notice.objects.get(kind="bulletin_deputy").settled
    assert "县领导02" in settled
    assert "县领导01" in settled
    assert can_withdraw_bulletin(people.leader, signed), "in whose place it was signed takes it back too"


@pytest.mark.parametrize("who", ["leader", "other_leader"])
def test_who_is_away_may_sign_from_afar_and_then_nobody_signed_for_another(signing, people, now, who):
    away(people)
    signed = bulletins.sign_bulletin(signing, by=getattr(people, who), now=now, version=signing.version)
    assert (signed.signed_for is None) == (who == "leader")


def test_the_deputy_gives_it_back_too(signing, people, now):
    away(people)
    back = bulletins.give_back(signing, by=people.other_leader, now=now, version=signing.version, reason="写到人")
    assert back.status == Bulletin.Status.DRAFT


def test_four_eyes_stay(ready, people, now):
    """Nobody makes of himself the deputy who signs: neither by sending, nor by recording, nor by turning it there."""
    away(people, deputy="office_head", by="office")
    sent = bulletins.submit_bulletin(
        ready, version=ready.version, by=people.office, now=now, signer=people.other_leader.main_post
    )
    turned = bulletins.redirect_bulletin(
        sent, signer=people.leader.main_post, by=people.office_head, now=now, version=sent.version, reason="改签"
    )
    for user in (people.office, people.office_head):
        with pytest.raises(NotAllowed):
            bulletins.sign_bulletin(turned, by=user, now=now, version=turned.version)
    assert told() == []


def test_the_form_says_who_is_away_and_who_deputises_and_takes_another_choice(ready, people, sign_in):
    away(people, last=None)
    url = f"/dispatch/bulletins/{ready.pk}/submit/"
    client = sign_in(people.office)
    page = client.get(url, {"version": ready.version}).text
    first = page.split('name="signer"')[1].split("</select>")[0].split("<option")[1]
    assert " selected" in first
    assert "县领导02" in first, "the one who usually signs stands there with the deputy"
    hint = page.split('id="id_signer_helptext"')[1].split("</div>")[0]
    assert all(title in hint for title in ("县领导01", "县领导02"))
    client.post(url, {"version": ready.version, "signer": people.leader.main_post.pk})
    page = client.get(f"/dispatch/bulletins/{ready.pk}/").text
    assert "县领导02" in page.split('class="say amber')[1].split("</section>")[0]
    assert told() == ["other_leader"]


def test_where_the_deputy_cannot_sign_either_somebody_who_is_there_is_proposed(ready, people, sign_in):
    away(people, deputy="office_head", last=None)
    page = sign_in(people.office_head).get(f"/dispatch/bulletins/{ready.pk}/submit/", {"version": ready.version}).text
    options = page.split('name="signer"')[1].split("</select>")[0].split("<option")[1:]
    [chosen] = [one for one in options if " selected" in one]
    assert "县领导02" in chosen
