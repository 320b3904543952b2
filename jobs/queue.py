"""The queue in a folder, made safe: a message is there whole or not at all.

Kombu's own filesystem transport opens the file under its final name and writes afterwards. A reader that comes in
between takes an empty message and the whole worker ends with a JSON error; a writer killed in between leaves a broken
table of queues behind, with which no worker starts any more. Both were seen when workers were killed in tests. A file
that is no message is put aside, into `broken` beside the messages, and the next one is taken.
"""

from __future__ import annotations

import logging
import os
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)
BROKEN = "broken"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]  # called by place
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        part = folder / f".{name}.part"  # no reader asks for this name
        with part.open("w") as file:
            file.write(dumps(payload))
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / name)
        _sync(folder)

    def _get(self, queue: str, timeout: Any = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".{name}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:  # another worker was faster
                continue
            try:
                message = loads(taken.read_text())
                self.Message(message, channel=self)
            except Exception as error:  # whatever it holds, others don't wait behind it
                aside = folder.parent / BROKEN
                aside.mkdir(exist_ok=True)
                taken.rename(aside / name)
                log.error("put aside, no message: %s: %s", name, error)
                continue
            taken.unlink()
            return message
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        try:
            table: list[Any] = super().get_table(exchange)
        except ValueError:  # half written; binding a queue writes it anew
            return []
        return table

    def _queue_bind(self, exchange: str, *args: Any) -> None:
        try:
            super()._queue_bind(exchange, *args)
        except ValueError:
            self._exchange_file(exchange).unlink(missing_ok=True)
            super()._queue_bind(exchange, *args)


class Transport(filesystem.Transport):
    Channel = Channel


def _sync(folder: Path) -> None:
    """Let a new name in *folder* outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def broken() -> list[Path]:
    """The files that were put aside; none where the queue isn't a folder."""
    from django.conf import settings

    folder = settings.QUEUE_FOLDER
    return sorted((folder / BROKEN).glob("*.msg")) if folder else []


def use() -> None:
    """Let `filesystem://` mean this one."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
