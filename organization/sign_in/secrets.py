"""Secrets in rows: under a key of their own, which a change of SECRET_KEY leaves as it is."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings


def sealed(text: str) -> str:
    return Fernet(settings.SECRETS_KEY).encrypt(text.encode()).decode()


def opened(token: str) -> str:
    """What `sealed` made *token* of. InvalidToken if it was another key."""
    return Fernet(settings.SECRETS_KEY).decrypt(token.encode()).decode()


def hashed(slip: str) -> str:
    """Of a slip, which is long enough to need no slow hash; without the key nobody can try them either."""
    return hmac.new(settings.SECRETS_KEY.encode(), slip.encode(), hashlib.sha256).hexdigest()
