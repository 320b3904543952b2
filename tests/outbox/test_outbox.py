"""A notice is a row before it is a message, and each is delivered once."""

from __future__ import annotations

import email
import uuid
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection

from outbox import digest
from outbox.digest import deliver, send_again
from outbox.file_backend import FileBackend
from outbox.models import Delivery, Notice
from outbox.services import Draft, notify, notify_all
from outbox.states import ATTEMPTS
from tests.support.times import at

pytestmark = pytest.mark.requirement("D04")
FRIDAY = at("2026-06-05 07:00")


@pytest.fixture
def box(settings, tmp_path: Path):
    settings.EMAIL_BACKEND = "outbox.file_backend.FileBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return lambda: [
        email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(tmp_path.glob("*.eml"))
    ]


def tell(person, key: str, now=FRIDAY, **more):
    return notify(
        person, kind="test", key=key, subject=f"事由{key}", body=f"正文{key}", link=f"/x/{key}/", now=now, **more
    )


def test_a_notice_is_written_once(people):
    assert tell(people.officer, "a")
    assert not tell(people.officer, "a")
    assert Notice.objects.count() == Delivery.objects.count() == 1


def test_many_are_written_in_batches_with_few_queries(people, django_assert_max_num_queries):
    drafts = [Draft(people.officer, "test", f"k{n}", "事由") for n in range(1200)]
    with django_assert_max_num_queries(40):
        assert notify_all(drafts, now=FRIDAY, days={}) == 1200
    assert Delivery.objects.count() == 1200


def test_one_mail_in_the_morning_holds_all_that_one_person_is_to_know(people, box):
    for key in ("a", "b", "c"):
        tell(people.officer, key)
    tell(people.unit_head, "d")
    deliver(now=at("2026-06-05 07:59"))
    assert box() == []
    done = deliver(now=at("2026-06-05 08:00"))
    assert (done.mails, done.notices) == (2, 4)
    mail = next(m for m in box() if m["To"] == people.officer.email)
    for key in ("a", "b", "c"):
        assert mail.get_content().count(f"事由{key}") == 1
        assert f"http://localhost:8000/x/{key}/" in mail.get_content()
    assert deliver(now=at("2026-06-05 09:00")).mails == 0
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def test_those_who_had_their_mail_keep_nobody_else_waiting(people, box, monkeypatch):
    monkeypatch.setattr(digest, "CLAIM", 1)
    first, last = sorted((people.officer, people.unit_head), key=lambda person: person.pk)
    tell(first, "a")
    assert deliver(now=at("2026-06-05 08:00")).mails == 1
    tell(last, "b")
    assert deliver(now=at("2026-06-05 09:00")).mails == 1


def test_nothing_goes_at_night_or_on_rest_days_unless_it_is_urgent(people, box):
    tell(people.officer, "a", now=at("2026-06-05 21:00"))
    tell(people.unit_head, "b", now=at("2026-06-05 21:00"), urgent=True)
    deliver(now=at("2026-06-05 21:05"))
    assert [mail["To"] for mail in box()] == [people.unit_head.email]
    deliver(now=at("2026-06-07 12:00"))
    assert len(box()) == 1, "Sunday"
    deliver(now=at("2026-06-08 08:00"))
    assert len(box()) == 2


def test_what_was_due_in_the_morning_waits_for_the_next_if_the_power_comes_back_at_night(people, box):
    tell(people.officer, "a")
    deliver(now=at("2026-06-05 22:00"))
    assert box() == []
    deliver(now=at("2026-06-08 08:00"))
    assert len(box()) == 1


def test_people_without_a_mail_address_read_it_in_the_application(people):
    people.officer.email = ""
    people.officer.save()
    tell(people.officer, "a")
    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == 0


def test_two_workers_that_ask_at_once_never_send_the_same(people, box, monkeypatch):
    """The other one claims between this one's question and its claim."""
    tell(people.officer, "a")
    number = uuid.uuid4
    asked: list[bool] = []

    def interrupted():
        if not asked:
            asked.append(True)
            deliver(now=at("2026-06-05 08:00"))
        return number()

    monkeypatch.setattr("outbox.digest.uuid.uuid4", interrupted)
    deliver(now=at("2026-06-05 08:00"))
    assert len(box()) == 1
    assert Delivery.objects.get().status == "sent"


class Died(BaseException):
    """As if the process had been killed there."""


def test_who_dies_between_sending_and_writing_it_down_sends_the_same_mail_again(people, box, monkeypatch, settings):
    tell(people.officer, "a")
    tell(people.officer, "b")
    send = FileBackend.send_messages

    def send_and_die(self, messages):
        send(self, messages)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(FileBackend, "send_messages", send_and_die)
        with pytest.raises(Died):
            deliver(now=at("2026-06-05 08:00"))
    assert len(box()) == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sending"}
    tell(people.officer, "c", now=at("2026-06-05 08:05"), urgent=True)
    deliver(now=at("2026-06-05 08:05"))
    assert len(box()) == 2, "what came later is another mail"
    assert Delivery.objects.filter(status="sending").count() == 2, "the claim still stands"
    deliver(now=at("2026-06-05 08:00") + timedelta(seconds=settings.OUTBOX_LEASE + 1))
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert len(box()) == 2, "the same mail is the same file"
    text = "".join(mail.get_content() for mail in box())
    assert [text.count(f"事由{key}") for key in "abc"] == [1, 1, 1]


def test_who_dies_before_sending_loses_nothing(people, box, monkeypatch, settings):
    tell(people.officer, "a")

    def die(self, messages):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(FileBackend, "send_messages", die)
        with pytest.raises(Died):
            deliver(now=at("2026-06-05 08:00"))
    deliver(now=at("2026-06-05 08:00") + timedelta(seconds=settings.OUTBOX_LEASE + 1))
    assert len(box()) == 1


def test_a_mail_that_fails_is_tried_again_later_as_the_same_mail_and_given_up_in_the_end(people, box, monkeypatch):
    tell(people.officer, "a")
    seen = []

    def refuse(self, messages):
        seen.append(messages[0].extra_headers["Message-ID"])
        raise OSError("450 try later")

    monkeypatch.setattr(FileBackend, "send_messages", refuse)
    moment = at("2026-06-05 08:00")
    assert deliver(now=moment).failed == 1
    assert deliver(now=moment + timedelta(minutes=5)).failed == 0, "not at once"
    for later in ("06-05 11:00", "06-05 15:00", "06-08 09:00", "06-08 15:00", "06-09 09:00", "06-09 15:00"):
        deliver(now=at(f"2026-{later}"))
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error) == ("failed", "450 try later")
    assert len(seen) == ATTEMPTS
    assert len(set(seen)) == 1


def test_what_failed_or_was_sent_can_be_sent_again(people, box):
    tell(people.officer, "a")
    deliver(now=at("2026-06-05 08:00"))
    send_again(Delivery.objects.get(), by=people.office, now=at("2026-06-05 09:00"))
    deliver(now=at("2026-06-05 09:05"))
    assert len(box()) == 2
    assert len({mail["Message-ID"] for mail in box()}) == 2, "on purpose it is another mail"


def test_the_file_of_a_message_follows_from_its_id(tmp_path):
    backend = get_connection("outbox.file_backend.FileBackend", file_path=str(tmp_path))
    message = EmailMessage("主题", "正文", to=["a@county.example"], headers={"Message-ID": "<x/../1@here>"})
    backend.send_messages([message])
    backend.send_messages([message])
    assert [path.name for path in tmp_path.iterdir()] == ["x..1@here.eml"]
