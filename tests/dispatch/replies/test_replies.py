"""A bulletin asks units for something by a day: due when it is published, replied to, accepted or asked again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.affected import affected
from core.due import due_items
from core.refusals import NeedsReason, NotAllowed, Stale, Wrong
from dispatch.bulletins import services as bulletins
from dispatch.models import Reply
from dispatch.replies import services as replies
from dispatch.replies.affected import AFFECTED
from tests.support.factories import unit_of

pytestmark = pytest.mark.django_db
DUE_ON = date(2026, 6, 20)


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def ask(row, people, now, *codes, **more):
    units = [unit_of(row.county, code) for code in codes or ("xicheng",)]
    said = {"text": "报送赶工计划", "due_on": DUE_ON, "by": people.office, "now": now} | more
    return replies.ask_replies(row, units, **said)


def kinds(person, now):
    return [(item.kind, item.title) for item in due_items(person.county, now, person=person) if "reply" in item.kind]


def test_what_a_draft_asks_is_due_when_it_is_published_and_not_after_it_is_withdrawn(ready, people, now):
    ask(ready, people, now)
    assert kinds(people.officer, now) == []
    with pytest.raises(NotAllowed):
        replies.answer_reply(Reply.objects.get(), text="已报", by=people.officer, now=now, version=1)
    sent = bulletins.submit_bulletin(ready, by=people.office, now=now, version=ready.version)
    signed = bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)
    ((kind, title),) = kinds(people.officer, now)
    assert kind == "reply_answer"
    assert "报送赶工计划" in title
    assert kinds(people.other_officer, now) == []
    bulletins.withdraw_bulletin(signed, by=people.leader, now=now, reason="有误", version=signed.version)
    assert kinds(people.officer, now) == []


ASKED = (
    ({"text": " "}, Wrong), ({"due_on": date(2026, 6, 9)}, Wrong), ({"text": "长" * 301}, Wrong),
)  # fmt: skip


@pytest.mark.parametrize(("more", "refused"), ASKED)
def test_what_is_asked_is_a_line_and_a_day_to_come(signed, people, now, more, refused):
    with pytest.raises(refused):
        ask(signed, people, now, **more)
    assert not Reply.objects.exists()


def test_only_the_office_asks_and_only_the_unit_replies(signed, people, now):
    for person in (people.officer, people.leader):
        with pytest.raises(NotAllowed):
            ask(signed, people, now, by=person)
    with pytest.raises(Wrong):
        replies.ask_replies(signed, [], text="报送", due_on=DUE_ON, by=people.office, now=now)
    (row,) = ask(signed, people, now)
    for by, version, text, refused in (
        (people.other_officer, 1, "已报", NotAllowed), (people.officer, 0, "已报", Stale),
        (people.officer, 1, " ", Wrong),
    ):  # fmt: skip
        with pytest.raises(refused):
            replies.answer_reply(row, text=text, by=by, now=now, version=version)


def test_a_reply_is_accepted_or_asked_again_with_another_day(signed, people, now):
    (row,) = ask(signed, people, now)
    row = replies.answer_reply(row, text="在编", by=people.officer, now=now, version=1)
    assert [kind for kind, _title in kinds(people.office, now)] == ["reply_settle"]
    assert kinds(people.officer, now) == []
    with pytest.raises(NotAllowed):
        replies.accept_reply(row, by=people.officer, now=now, version=2)
    for text, due_on in (("", DUE_ON), ("何时", date(2026, 6, 1))):
        with pytest.raises(Wrong):
            replies.ask_again(row, text=text, due_on=due_on, by=people.office, now=now, version=2)
    later = DUE_ON + timedelta(days=5)
    row = replies.ask_again(row, text="缺时间表", due_on=later, by=people.office, now=now, version=2)
    assert (row.status, row.due_on, row.said, row.answer) == ("open", later, "缺时间表", "在编")
    row = replies.answer_reply(row, text="已报", by=people.unit_head, now=now, version=3)
    row = replies.accept_reply(row, by=people.office, now=now, version=4)
    assert (row.status, row.closed_on) == ("accepted", date(2026, 6, 10))
    assert row.history.count() == 5


def test_what_is_asked_goes_with_the_unit_or_is_taken_back(signed, people, now):
    west, east = unit_of(signed.county, "xicheng"), unit_of(signed.county, "dongguan")
    (row,) = ask(signed, people, now)
    assert any(one.number == 1 and one.label == AFFECTED[0].label for one in affected(west, now))
    assert replies.hand_on(west, east, by=people.admin, now=now, reason="撤并") == 1
    row.refresh_from_db()
    assert (row.unit, row.version) == (east, 2)
    with pytest.raises(NeedsReason):
        replies.withdraw_reply(row, text="", by=people.office, now=now, version=2)
    row = replies.withdraw_reply(row, text="另行部署", by=people.office, now=now, version=2)
    assert (row.status, kinds(people.other_officer, now)) == ("withdrawn", [])


FILES = (
    ("赶工计划.pdf", b"%PDF-1.7 x", 303), ("照片.jpg", b"\xff\xd8\xff\xe0" + bytes(20), 303),
    ("计划.pdf", b"<html><script>alert(1)</script>", 422), ("计划.exe", b"MZ" + bytes(60), 422), ("空.pdf", b"", 422),
)  # fmt: skip


@pytest.mark.parametrize(("name", "content", "status"), FILES)
def test_a_reply_brings_a_file_that_is_kept_as_it_came(signed, people, now, sign_in, name, content, status):
    (row,) = ask(signed, people, now)
    officer, reply = sign_in(people.officer), f"/dispatch/replies/{row.pk}/"
    assert 'enctype="multipart/form-data"' in officer.get(reply).content.decode()
    sent = {"version": 1, "answer-text": "见附件", "answer-file": SimpleUploadedFile(name, content)}
    answer = officer.post(f"{reply}answer/", sent)
    assert answer.status_code == status
    row.refresh_from_db()
    if status == 422:
        assert row.file is None
        assert "见附件" in answer.content.decode(), "what was typed stays"
        assert officer.get(f"{reply}file/").status_code == 404
        return
    client = sign_in(people.office)
    assert name in client.get(reply).content.decode()
    assert f"{reply}file/" in client.get(f"/dispatch/bulletins/{signed.pk}/replies/").content.decode()
    given = client.get(f"{reply}file/")
    assert b"".join(given.streaming_content) == content
    assert given["Content-Disposition"].startswith("attachment")
    assert sign_in(people.other_officer).get(f"{reply}file/").status_code == 404
    row = replies.ask_again(row, text="缺表", due_on=DUE_ON, by=people.office, now=now, version=2)
    row = replies.answer_reply(row, text="已补", by=people.officer, now=now, version=3)
    assert row.file.name == name, "what was sent stays"


def test_from_the_bulletins_page_to_the_reply_and_back(signed, people, sign_in):
    client, address = sign_in(people.office), f"/dispatch/bulletins/{signed.pk}/"
    assert f"{address}replies/" in client.get(address).content.decode()
    units = [unit_of(signed.county, code).pk for code in ("xicheng", "dongguan")]
    form = {"units": units, "text": "报送赶工计划", "due_on": "2036-06-20"}
    assert client.post(f"{address}replies/ask/", form | {"text": ""}).status_code == 422
    assert client.post(f"{address}replies/ask/", form).status_code == 303
    rows = {row.unit.code: row for row in Reply.objects.select_related("unit")}
    reply = f"/dispatch/replies/{rows['xicheng'].pk}/"
    officer = sign_in(people.officer)
    assert officer.get(f"/dispatch/replies/{rows['dongguan'].pk}/").status_code == 404, "another unit's"
    assert "报送赶工计划" in officer.get(f"{address}replies/").content.decode()
    assert officer.post(f"{reply}answer/", {"version": 0, "answer-text": "已报"}).status_code == 409
    assert officer.post(f"{reply}answer/", {"version": 1, "answer-text": "已报"}).status_code == 303
    client = sign_in(people.office)
    assert "已报" in client.get(reply).content.decode()
    assert client.post(f"{reply}accept/", {"version": 2}).status_code == 303
    assert Reply.objects.get(pk=rows["xicheng"].pk).status == "accepted"
