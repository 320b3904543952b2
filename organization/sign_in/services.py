"""The second factor: set up, asked, and set back."""

from __future__ import annotations

from base64 import b32decode, b32encode
from datetime import datetime
from os import urandom

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from core.noted import note
from core.refusals import Refused, require
from core.told import tell
from organization.people.models import User
from organization.people.services import rest, sign_out_everywhere, signing
from organization.permissions import can_reset_second_factor
from organization.sign_in.models import SecondFactor
from organization.sign_in.secrets import hashed, opened, sealed

WINDOW = 1  # steps of 30 seconds to either side: a phone's clock may be off by as much
SLIPS = 8
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none is misread


def new_secret() -> str:
    return b32encode(urandom(20)).decode()


def step_of(secret: str, code: str, *, now: datetime, after: int = -1) -> int | None:
    """The step that *code* is of, later than *after*; None for a wrong one, or one used before."""
    totp = TOTP(b32decode(secret))
    totp.time = now.timestamp()
    if len(code) != 6 or not (code.isascii() and code.isdecimal()) or not totp.verify(int(code), WINDOW, after + 1):
        return None
    step: int = totp.t()
    return step


@transaction.atomic
def enrol(user: User, *, secret: str, code: str, now: datetime) -> list[str]:
    """*secret* is the second factor of *user* from now on; the slips, to be shown once. Refused for a wrong code, and
    where there is one already."""
    if SecondFactor.objects.filter(user=user).exists():
        raise Refused(_("A second factor is set up already."))
    if (step := step_of(secret, code, now=now)) is None:
        raise Refused(_("That code is not right. Compare the clock of your phone with the one shown here."))
    slips = [f"{get_random_string(5, LETTERS)}-{get_random_string(5, LETTERS)}" for _n in range(SLIPS)]
    SecondFactor.objects.create(
        user=user, secret=sealed(secret), last_step=step, slips=[hashed(slip) for slip in slips], made_at=now
    )
    note("second_factor_set", user, by=user, now=now, words=user.username)
    return slips


@transaction.atomic
def take_code(user: User, *, code: str, now: datetime) -> bool:
    """Whether *code* is the one of the moment, or of a slip; each is taken once."""
    row = SecondFactor.objects.select_for_update().filter(user=user).first()
    if row is None:
        return False
    code = code.strip().lower().replace(" ", "")
    if (slip := hashed(code)) in row.slips:
        row.slips = [one for one in row.slips if one != slip]
        row.save(update_fields=["slips"])
        return True
    try:
        step = step_of(opened(row.secret), code, now=now, after=row.last_step)
    except InvalidToken:  # of another SECRETS_KEY: nobody gets in by it, and nobody past it
        return False
    if step is None:
        return False
    row.last_step = step
    row.save(update_fields=["last_step"])
    return True


@transaction.atomic
def reset_second_factor(user: User, *, by: User, now: datetime) -> None:
    """*user* sets one up anew at the next sign-in; all sessions end, and what is signed rests as after any reset.
    Raises NotAllowed."""
    require(can_reset_second_factor(by, user))
    SecondFactor.objects.filter(user=user).delete()
    sign_out_everywhere(user, by=by, now=now)
    note("second_factor_reset", user, by=by, now=now, words=user.username)
    if signing(user).exists():
        rest(user, now=now, by=by)
    tell("second_factor_reset", user, by=by, now=now)
