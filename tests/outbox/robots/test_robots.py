"""Groups are told over a real line to a robot of this machine: content, signature, retry, time-out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from config import env
from outbox.robots.kinds import MOST, Robot, address, fitted, read
from outbox.robots.models import GroupMessage
from outbox.robots.services import deliver_groups, send_to_group_again, tell_group
from outbox.states import ATTEMPTS
from tests.support.sinks import TAKEN, HttpSink, running
from tests.support.times import at

pytestmark = pytest.mark.requirement("D04")
MORNING = at("2026-06-05 08:00")
SECRET = "SECsecret+/="


@pytest.fixture(scope="module")
def http():
    with running(HttpSink()) as sink:
        yield sink


@pytest.fixture
def sink(http, settings, caplog):
    http.got.clear()
    http.answers.clear()
    settings.ROBOT_TIMEOUT = 0.4
    settings.ROBOTS = {
        "towns": Robot("towns", "wecom", http.url),
        "works": Robot("works", "dingtalk", http.url, SECRET),
        "deaf": Robot("deaf", "wecom", "http://127.0.0.1:9/robot/send?key=SECRETKEY"),
    }
    caplog.set_level(logging.DEBUG)
    yield http
    said = caplog.text + "".join(GroupMessage.objects.values_list("error", flat=True))
    assert "SECRETKEY" not in said, "the address stands nowhere"
    assert SECRET not in said
    assert "SECRETKEY" not in repr(settings.ROBOTS)
    assert SECRET not in repr(settings.ROBOTS)


def written(
    county, group: str = "towns", lines=("1. 西城镇：填报5月月报", "2. 东关乡：办结问题“用地”"), now=MORNING
) -> GroupMessage:
    tell_group(
        county, group, subject="6月5日：2件事到期或逾期", lines=lines, of=[group, *lines], not_before=now, now=now
    )
    return GroupMessage.objects.latest("pk")


def test_both_kinds_get_the_words_and_dingtalk_a_signature_that_can_be_checked(county, sink):
    written(county)
    written(county, "works")
    assert deliver_groups(now=MORNING) == (2, 0)
    (plain, wecom), (query, ding) = sink.got
    for body in (wecom, ding):
        assert body["msgtype"] == "text"
        lines = body["text"]["content"].split("\n")
        assert lines[0] == "【示范县】6月5日：2件事到期或逾期"
        assert lines[1:3] == ["1. 西城镇：填报5月月报", "2. 东关乡：办结问题“用地”"]
    assert plain == {"key": "SECRETKEY"}
    told = f"{query['timestamp']}\n{SECRET}".encode()
    expected = base64.b64encode(hmac.new(SECRET.encode(), told, hashlib.sha256).digest()).decode()
    assert query["sign"] == expected, "decoded once it is the signature"
    assert abs(int(query["timestamp"]) - MORNING.timestamp() * 1000) < 60_000
    assert deliver_groups(now=MORNING + timedelta(days=3)) == (0, 0), "what was taken is never sent again"
    assert len(sink.got) == 2


def test_a_signature_stands_in_an_address_as_it_is():
    """Base64 has +, / and =, which an address would read otherwise: of a hundred moments some have each."""
    for millis in range(1_780_617_600_000, 1_780_617_600_100):
        raw = hmac.new(SECRET.encode(), f"{millis}\n{SECRET}".encode(), hashlib.sha256).digest()
        query = parse_qsl(address(Robot("a", "dingtalk", "https://a.example/?t=1", SECRET), millis).partition("?")[2])
        assert query == [("t", "1"), ("timestamp", f"{millis}"), ("sign", base64.b64encode(raw).decode())]


REFUSALS = [
    ((200, b'{"errcode":93000,"errmsg":"invalid webhook url, hint"}'), "93000"),
    ((200, b'{"errcode":310000,"errmsg":"sign not match"}'), "310000"),
    ((200, b'{"errcode":7,"errmsg":"?"}'), "7"),
    ((200, b"<html>portal</html>"), "不是群机器人"),
    ((200, b'["errcode"]'), "不是群机器人"),
    ((200, b'{"errcode":true}'), "不是群机器人"),
    ((502, b"bad gateway"), "502"),
    ("away", "302"),
    ("cut", "连不上"),
    ("hang", "0.4"),
    ("drip", "0.4"),
]


def test_what_a_robot_doesnt_take_is_said_in_words_and_tried_again(county, sink):
    """All ways in which it can go wrong; the last one hangs for longer than a socket's time-out would notice."""
    for answer, words in REFUSALS:
        sink.answers[:] = [answer]
        one = written(county, lines=[words + str(answer)])
        assert deliver_groups(now=MORNING) == (0, 1), answer
        one.refresh_from_db()
        assert (one.status, one.attempts) == ("waiting", 1), answer
        assert timedelta(minutes=10) <= one.not_before - MORNING < timedelta(minutes=11), answer
        assert words in one.error, answer
        assert "；" not in one.error[:2]
        one.delete()


def test_pauses_grow_until_it_is_given_up_and_the_office_sends_it_anew(county, people, sink):
    one, moment, pauses = written(county, "deaf"), MORNING, []
    for _n in range(ATTEMPTS - 1):
        assert deliver_groups(now=moment) == (0, 1)
        one.refresh_from_db()
        pauses.append((one.not_before - moment) // timedelta(minutes=1))
        assert deliver_groups(now=one.not_before - timedelta(seconds=1)) == (0, 0), "not before its time"
        moment = one.not_before
    assert pauses == [10, 20, 40, 80]
    deliver_groups(now=moment)
    one.refresh_from_db()
    assert (one.status, one.attempts) == ("failed", ATTEMPTS)
    assert "连不上" in one.error
    GroupMessage.objects.update(group="towns")
    send_to_group_again(one, by=people.office, now=moment)
    assert deliver_groups(now=moment) == (1, 0)


def test_a_group_without_an_address_is_a_sentence_and_nothing_is_lost(county, sink):
    one = written(county, "nobody")
    assert deliver_groups(now=MORNING) == (0, 1)
    one.refresh_from_db()
    assert one.status == "failed"
    assert "nobody" in one.error


def test_it_is_quiet_at_night_and_a_robot_that_hangs_keeps_nobody_waiting(county, sink):
    written(county, now=at("2026-06-05 21:00"))
    assert deliver_groups(now=at("2026-06-05 21:00")) == (0, 0), "night"
    assert deliver_groups(now=at("2026-06-06 10:00")) == (0, 0), "Saturday"
    written(county, "works", now=at("2026-06-05 21:00"))
    sink.answers[:] = ["hang", TAKEN]
    assert deliver_groups(now=at("2026-06-08 08:00")) == (1, 1)


def test_two_workers_send_it_once_and_who_died_is_made_up_for(county, sink, monkeypatch, settings):
    one = written(county)
    asked: list[float] = []

    def meanwhile() -> float:
        asked.append(0.0)
        if len(asked) == 2:  # the row is known, and not claimed yet
            assert deliver_groups(now=MORNING) == (1, 0)
        return 0.0

    monkeypatch.setattr("outbox.robots.services.time", SimpleNamespace(monotonic=meanwhile))
    assert deliver_groups(now=MORNING) == (0, 0)
    assert len(sink.got) == 1
    GroupMessage.objects.update(status="sending", claimed_at=MORNING, sent_at=None)
    assert deliver_groups(now=MORNING + timedelta(seconds=settings.OUTBOX_LEASE)) == (0, 0), "the claim stands"
    assert deliver_groups(now=MORNING + timedelta(seconds=settings.OUTBOX_LEASE + 1)) == (1, 0)
    one.refresh_from_db()
    assert one.status == "sent"


def test_a_long_message_ends_where_wecom_would_cut_it():
    lines = [f"{n}. 西城镇：填报2026年5月月报（12个项目），逾期3个工作日" for n in range(1, 200)]
    text = fitted("头", lines, "还有%(n)s件", "尾", "wecom")
    kept = text.split("\n")[1:-2]
    assert (
        len(text.encode())
        <= MOST["wecom"]
        < len("\n".join(["头", *lines[: len(kept) + 1], "还有100件", "尾"]).encode())
    )
    assert text.endswith(f"还有{199 - len(kept)}件\n尾")
    assert fitted("头", lines[:2], "还有%(n)s件", "尾", "wecom") == "\n".join(["头", *lines[:2], "尾"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("towns wecom", 1),
        ("# 群\ntowns feishu https://a.example/SECRETKEY", 2),
        ("towns wecom ftp://a.example/SECRETKEY", 1),
        ("a wecom https://a.example/1; a wecom https://a.example/SECRETKEY", 2),
    ],
)
def test_wrong_settings_are_said_by_their_line_without_the_address(monkeypatch, text, line):
    monkeypatch.setenv("ROBOTS", text)
    with pytest.raises(ImproperlyConfigured) as error:
        env.robots("ROBOTS")
    assert f"ROBOTS, line {line}:" in str(error.value)
    assert "SECRETKEY" not in str(error.value)


def test_robots_are_read_one_a_line_and_tried_by_a_command(db, sink):
    assert read("a wecom https://a.example/x # 群\n\nb dingtalk https://b.example/?t=1 SEC") == {
        "a": Robot("a", "wecom", "https://a.example/x"),
        "b": Robot("b", "dingtalk", "https://b.example/?t=1", "SEC"),
    }
    out = StringIO()
    call_command("robots", stdout=out)
    assert "works: dingtalk, 127.0.0.1, signed" in out.getvalue()
    call_command("robots", name="towns", stdout=out)
    assert "towns" in sink.got[0][1]["text"]["content"]
    sink.answers[:] = [(200, json.dumps({"errcode": 45009}).encode())]
    with pytest.raises(CommandError, match="45009"):
        call_command("robots", name="towns", stdout=out)
    with pytest.raises(CommandError):
        call_command("robots", name="nobody", stdout=out)
    assert "SECRETKEY" not in out.getvalue()


def test_the_office_sees_state_and_next_try_and_sends_again(county, people, sink, sign_in):
    written(county, "deaf")
    deliver_groups(now=MORNING)
    client = sign_in(people.office)
    page = client.get("/outbox/groups/").content.decode()
    assert "连不上" in page
    assert "已试1次" in page
    assert "08:10" in page
    GroupMessage.objects.update(status="failed")
    assert "SECRETKEY" not in page
    pk = GroupMessage.objects.get().pk
    client.post(f"/outbox/groups/{pk}/again/")
    assert GroupMessage.objects.get().status == "waiting"
    assert sign_in(people.officer).post(f"/outbox/groups/{pk}/again/").status_code == 403
