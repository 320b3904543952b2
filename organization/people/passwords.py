"""What a password must be, beyond Django's own rules (等级保护 2.0, second level)."""

from __future__ import annotations

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher, check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organization.people.models import User

AT_ONCE = BoundedSemaphore(2)  # hashes in one process: 8 threads may not take 150 MB and both cores from the pages
KEPT = 5  # how many earlier passwords may not come back


class Argon2(Argon2PasswordHasher):
    """Argon2id with what OWASP recommends where memory is shared: 19 MiB, two rounds, one lane.

    A sixth of the processor time of PBKDF2 with a million rounds, and dearer to guess on a graphics card.
    """

    time_cost, memory_cost, parallelism = 2, 19_456, 1

    def encode(self, password: str, salt: str) -> str:
        with AT_ONCE:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with AT_ONCE:
            return bool(super().verify(password, encoded))


class LongEnoughValidator(MinimumLengthValidator):
    """Django's own; it lost its Chinese when its sentence changed in 5.2."""

    def get_error_message(self) -> str:
        return ngettext(
            "Too short: at least %(count)d character.", "Too short: at least %(count)d characters.", self.min_length
        ) % {"count": self.min_length}


class ThreeKindsValidator:
    """At least three of: capital letters, small letters, digits, other signs."""

    def validate(self, password: str, user: User | None = None) -> None:
        kinds = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
        if sum(any(kind(c) for c in password) for kind in kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("Use at least three of: capital letters, small letters, digits, other signs.")


class NotRecentValidator:
    """Not the present one nor one of the last five."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        if any(check_password(password, old) for old in [user.password, *user.recent_passwords]):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return _("Not the present password nor one of the last five.")
