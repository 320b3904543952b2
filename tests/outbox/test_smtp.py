"""Mail over SMTP to a server of this machine: content, the same mail after a refusal or a time-out."""

from __future__ import annotations

import email
from datetime import timedelta
from email import policy

import pytest

from outbox.digest import deliver
from outbox.models import Delivery
from outbox.services import notify
from tests.support.sinks import SmtpSink, running
from tests.support.times import at

pytestmark = pytest.mark.requirement("D04")
MORNING = at("2026-06-05 08:00")


@pytest.fixture
def smtp(settings):
    with running(SmtpSink()) as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.server_address[1]
        settings.EMAIL_TIMEOUT = 0.5
        yield sink


def test_a_digest_goes_over_smtp_and_is_the_same_mail_until_it_is_taken(county, people, smtp):
    for n in (1, 2):
        notify(people.officer, kind="x", key=f"k{n}", subject=f"事由{n}", link=f"/x/{n}/", county=county,
               now=at("2026-06-05 07:00"))  # fmt: skip
    smtp.answers[:] = ["450 4.2.0 later", "hang"]
    assert deliver(now=MORNING).failed == 1
    row = Delivery.objects.first()
    assert "450" in row.error
    again = row.claimed_at + timedelta(seconds=600)
    assert timedelta(minutes=10) <= again - MORNING < timedelta(minutes=11)
    assert deliver(now=again + timedelta(seconds=1)).failed == 1, "no answer within the time"
    assert deliver(now=again + timedelta(minutes=15)).failed == 0, "the pause has grown"
    assert smtp.got == []
    assert deliver(now=again + timedelta(minutes=25)).mails == 1
    ((to, raw),) = smtp.got
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert to == [people.officer.email]
    text = mail.get_content()
    assert [text.count(f"事由{n}") for n in (1, 2)] == [1, 1]
    assert "http://localhost:8000/x/1/" in text
    assert row.digest in mail["Message-ID"], "the first try had the same"
    assert deliver(now=again + timedelta(days=3)).mails == 0
    assert set(Delivery.objects.values_list("status", "attempts")) == {("sent", 3)}
