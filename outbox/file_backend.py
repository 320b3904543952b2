"""Mail into files, one file a message under a name that follows from its Message-ID.

The same message twice is one file: a sender that died between sending and writing down that it had sent may simply
send again. Any mail reader opens the files; a test counts them.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

UNSAFE = re.compile(r"[^A-Za-z0-9.@_-]+")


class FileBackend(BaseEmailBackend):
    """Writes to `EMAIL_FILE_PATH`; a message is there whole or not at all."""

    def __init__(self, *args: Any, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)
        self.folder.mkdir(parents=True, exist_ok=True)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, email: EmailMessage) -> None:
        message = email.message()
        final = self.folder / f"{UNSAFE.sub('', message['Message-ID'].strip('<>'))}.eml"
        if final.exists():
            return
        part = self.folder / f".{uuid.uuid4().hex}.part"
        with part.open("wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        part.replace(final)
