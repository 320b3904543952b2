"""A file under a key: what is written can only be read, and only whole, by who has the key.

Pieces of a mebibyte are sealed by AES-256-GCM one after the other. The number of a piece and whether it is the last
one are part of its nonce (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár, 2015), so that none can be
changed, moved, left out or cut off without its being noticed. A file begins with MAGIC and seven bytes of chance.
"""

from __future__ import annotations

import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"county-backup-1\n"
CHANCE = 7
PIECE = 2**20
SEAL = 16  # bytes that a sealed piece is longer
KEY = 32


class Unreadable(Exception):
    """It isn't one of ours, was changed, or belongs to another key."""


def _nonce(chance: bytes, number: int, last: bool) -> bytes:
    return chance + number.to_bytes(4, "big") + bytes([last])


class Sealing(io.RawIOBase):
    """What is written here goes sealed into *file*; `close` writes the last piece and leaves *file* open."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self.file, self.cipher, self.chance = file, AESGCM(key), os.urandom(CHANCE)
        self.number, self.held = 0, bytearray()
        file.write(MAGIC + self.chance)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.held += data
        while len(self.held) > PIECE:  # the last piece, full or not, waits for `close`
            self._seal(bytes(self.held[:PIECE]), last=False)
            del self.held[:PIECE]
        return len(data)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self.file.write(self.cipher.encrypt(_nonce(self.chance, self.number, last), piece, MAGIC))
        self.number += 1

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self.held), last=True)
        super().close()


class Opening(io.RawIOBase):
    """Reads what `Sealing` wrote into *file*. Raises Unreadable; nothing of a piece comes out before it is proved."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        head = file.read(len(MAGIC) + CHANCE)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + CHANCE:
            raise Unreadable
        self.file, self.cipher, self.chance = file, AESGCM(key), head[len(MAGIC) :]
        self.number, self.held, self.ahead = 0, b"", file.read(PIECE + SEAL)
        if not self.ahead:  # even nothing is sealed
            raise Unreadable

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.held and self.ahead:
            piece, self.ahead = self.ahead, self.file.read(PIECE + SEAL)
            try:
                self.held = self.cipher.decrypt(_nonce(self.chance, self.number, not self.ahead), piece, MAGIC)
            except InvalidTag as error:
                raise Unreadable from error
            self.number += 1
        n = min(len(buffer), len(self.held))
        buffer[:n], self.held = self.held[:n], self.held[n:]
        return n
