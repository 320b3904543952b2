"""A published bulletin goes to the units of its list; who has opened it is kept, who hasn't is reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.refusals import NotAllowed, Stale
from dispatch.bulletins import services as bulletins
from dispatch.models import Reading
from dispatch.numbers.sending import Sending
from dispatch.readers.pages import readers
from dispatch.readers.services import remind_readers
from outbox.models import Notice
from outbox.settling import settle

pytestmark = pytest.mark.django_db


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def published(ready, people, now, **more):
    sent = bulletins.submit_bulletin(
        ready, by=people.office, now=now, version=ready.version, sending=Sending(disclosure="asked", **more)
    )
    return bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)


def test_all_units_are_told_and_who_signed_it_knows(ready, people, now):
    published(ready, people, now)
    everybody = told("bulletin_published")
    assert {"office", "officer", "unit_head", "other_officer", "statistics"} <= everybody
    assert everybody.isdisjoint({"leader", "admin", "auditor", "reader"})


def test_a_list_of_its_own_tells_those_units_and_who_sent_it(ready, people, now):
    row = published(ready, people, now, to=("xicheng",))
    assert told("bulletin_published") == {"officer", "unit_head", "office"}
    assert [unit.unit.code for unit in readers(row).units] == ["xicheng"]


def test_the_first_time_that_somebody_opens_it_is_kept(signed, signing, people, now):
    for minutes in (0, 10):
        bulletins.mark_read(signed, by=people.officer, now=now + timedelta(minutes=minutes))
    assert Reading.objects.get().at == now
    signed.published_at = None
    bulletins.mark_read(signed, by=people.unit_head, now=now)
    assert Reading.objects.count() == 1, "nobody has read what isn't published"


def test_who_has_read_it_stands_there_unit_by_unit_and_the_others_are_reminded(ready, people, now, sign_in):
    row = published(ready, people, now, to=("xicheng", "dongguan"))
    address = f"/dispatch/bulletins/{row.pk}/"
    assert sign_in(people.officer).get(address).status_code == 200
    found = {unit.unit.code: (len(unit.read), [str(one) for one in unit.unread]) for unit in readers(row).units}
    assert found == {"xicheng": (1, [str(people.unit_head)]), "dongguan": (0, [str(people.other_officer)])}
    client = sign_in(people.office)
    page = client.get(f"{address}readers/")
    assert (page.context["readers"].read_by_units, page.status_code) == (1, 200)
    for _twice in range(2):  # two presses of one day are one reminder
        assert client.post(f"{address}readers/remind/", {"version": row.version}).status_code == 303
    assert told("bulletin_unread") == {"unit_head", "other_officer"}
    assert Notice.objects.filter(kind="bulletin_unread").count() == 2
    sign_in(people.unit_head).get(address)
    settle(Notice.objects.filter(kind__in=("bulletin_unread", "bulletin_published")))
    waiting = Notice.objects.filter(kind="bulletin_unread").unread()
    assert set(waiting.values_list("person__username", flat=True)) == {"other_officer"}
    assert sign_in(people.officer).get(f"{address}readers/").status_code == 403


def test_only_the_office_reminds_of_what_is_in_force(signed, people, now):
    for by, version, refused in ((people.leader, signed.version, NotAllowed), (people.office, 0, Stale)):
        with pytest.raises(refused):
            remind_readers(signed, by=by, now=now, version=version)
    row = bulletins.withdraw_bulletin(signed, by=people.leader, now=now, reason="有误", version=signed.version)
    with pytest.raises(NotAllowed):
        remind_readers(row, by=people.office, now=now, version=row.version)
