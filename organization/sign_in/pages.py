"""What the page for setting up a second factor shows."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import segno
from django.utils.safestring import SafeString, mark_safe

from organization.people.models import User
from organization.profiles.rules import AccountRules, rules_of


def needs_second_factor(user: User) -> bool:
    """Whether the county of one of the posts asks for it."""
    return any(post.role in rules_of(post.unit.county)[AccountRules].second_factor for post in user.current_posts)


def in_fours(secret: str) -> str:
    """The secret as one types it where no camera is at hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def qr(secret: str, *, account: str, issuer: str) -> SafeString:
    """A drawing for the camera of a phone: one path, no style, nothing from elsewhere."""
    label = quote(f"{issuer}:{account}")
    uri = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
    return mark_safe(segno.make(uri, error="m").svg_inline(scale=5, light="#fff", svgclass="qr", lineclass=None))  # noqa: S308  made of our own
