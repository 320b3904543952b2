"""The queue in a folder keeps messages whole."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from kombu.entity import Exchange, Queue

from jobs import queue as folder_queue
from jobs.celery import app


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
