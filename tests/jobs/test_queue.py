"""The queue in a folder keeps messages whole."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from unittest import mock

import pytest
from kombu.entity import Exchange, Queue

from jobs import queue as folder_queue
from jobs import waiting
from jobs.celery import app
from tests.support.factories import NOW


def queue_of(name: str) -> Queue:
    """A name for each test: a process remembers which queues it has bound."""
    return Queue(name, Exchange(name, type="direct"), routing_key=name)


@pytest.fixture
def connect(tmp_path: Path):
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    messages = str(tmp_path / "messages")
    options = {"data_folder_in": messages, "data_folder_out": messages, "control_folder": tmp_path / "control"}
    return lambda: app.connection_for_write("filesystem://", transport_options=options)


def test_filesystem_means_our_own(connect):
    with connect() as connection:
        assert isinstance(connection.channel(), folder_queue.Channel)


@pytest.mark.slow
def test_a_reader_never_takes_half_a_message(connect):
    own, total = queue_of("many"), 1500
    got: list[int] = []

    def write():
        with connect() as connection:
            producer = connection.Producer()
            for n in range(total):
                producer.publish({"n": n}, exchange=own.exchange, routing_key="many", declare=[own])

    with connect() as connection:
        reader = own(connection.channel())
        reader.declare()
        writer = threading.Thread(target=write)
        writer.start()
        while writer.is_alive() or len(got) < total:
            if message := reader.get(no_ack=True):
                got.append(message.payload["n"])
        writer.join()
    assert sorted(got) == list(range(total))


def test_a_table_of_queues_that_was_half_written_is_made_anew(connect, tmp_path: Path):
    own = queue_of("torn")
    (tmp_path / "control" / "torn.exchange").write_bytes(b'[["wo')
    with connect() as connection:
        connection.Producer().publish({"n": 1}, exchange=own.exchange, routing_key="torn", declare=[own])
        assert own(connection.channel()).get(no_ack=True).payload == {"n": 1}


NO_MESSAGES = {
    "empty": b"",
    "zeros": b"\0" * 40,
    "cut": b'{"body": "W1tdLCB7fSwge',
    "no text": b"\xff\xfe\x00",
    "a list": b"[1, 2]",
    "no properties": b'{"body": ""}',
    "no base64": b'{"body": "abcde", "properties": {"body_encoding": "base64", "delivery_tag": "1"}}',
    "deep": b"[" * 100_000,
}


def test_what_is_no_message_is_put_aside_and_the_next_one_taken(connect, tmp_path: Path, settings):
    own = queue_of("aside")
    for n, content in enumerate(NO_MESSAGES.values()):
        (tmp_path / "messages" / f"{n}_x.aside.msg").write_bytes(content)
    with connect() as connection:
        connection.Producer().publish({"n": 1}, exchange=own.exchange, routing_key="aside", declare=[own])
        assert own(connection.channel()).get(no_ack=True).payload == {"n": 1}
        assert own(connection.channel()).get(no_ack=True) is None
    settings.QUEUE_FOLDER = tmp_path
    assert len(folder_queue.broken()) == len(NO_MESSAGES)
    assert list((tmp_path / "messages").iterdir()) == []
    assert [line.title for kind in waiting.WAITS for line in kind.lines(None, NOW)] == ["已隔离8条损坏的任务消息"]


def test_a_message_is_on_the_disk_before_it_has_its_name(connect):
    own, done = queue_of("synced"), list[str]()
    sync, rename = os.fsync, Path.rename

    def synced(handle: int) -> None:
        done.append("sync")
        sync(handle)

    def renamed(path: Path, to: Path) -> Path:
        done.append("rename")
        return rename(path, to)

    with connect() as connection, mock.patch("os.fsync", synced), mock.patch.object(Path, "rename", renamed):
        connection.Producer().publish({"n": 1}, exchange=own.exchange, routing_key="synced", declare=[own])
    assert done == ["sync", "rename", "sync"]
