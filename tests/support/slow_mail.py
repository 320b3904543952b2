"""Mail as slow as a mail server's, so that there is a middle in which to kill the sender."""

import time

from outbox.file_backend import FileBackend

PAUSE = 0.02


class SlowFiles(FileBackend):
    def send_messages(self, email_messages):
        time.sleep(PAUSE)
        done = super().send_messages(email_messages)
        time.sleep(PAUSE)  # sent, and not yet written down
        return done
