"""The line of a web process: slow senders lose it."""

import socket
import time

import pytest

from config.web import BYTES_A_SECOND, Hurried


@pytest.fixture
def line():
    ours, theirs = socket.socketpair()
    hurried = Hurried(fileno=ours.detach())
    yield hurried, theirs
    hurried.close()
    theirs.close()


def test_who_sends_nothing_in_time_loses_the_line(line):
    ours, _theirs = line
    ours.until = time.monotonic() + 0.01
    with pytest.raises(ConnectionResetError):
        ours.recv(100)


def test_a_byte_now_and_then_does_not_keep_it(line):
    ours, theirs = line
    ours.until = time.monotonic() - 0.01
    theirs.send(b"a")
    with pytest.raises(ConnectionResetError):
        ours.recv(100)


def test_what_arrives_earns_time_for_more(line):
    ours, theirs = line
    ours.until = begun = time.monotonic() + 60
    theirs.send(b"a" * 4096)
    assert ours.recv(4096) == b"a" * 4096
    assert ours.until == pytest.approx(begun + 4096 / BYTES_A_SECOND)
    assert ours.gettimeout() is None, "sending waits as ever"
