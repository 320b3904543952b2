"""The slips as a paper, which a worker makes and which lies under the key of its slips."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.exports import Export, Sheet
from core.web.asked import key
from organization.accounts.models import AccountSlips
from organization.accounts.paper import pdf_of
from organization.accounts.services import slips_of
from organization.people.models import User


def open_slips(user: User, query: QueryDict, now: datetime) -> Sheet:
    """The slips that *user* opened within the hour. Raises PermissionDenied."""
    row = AccountSlips.objects.filter(pk=key(query.get("slips")) or 0).first()
    slips = slips_of(row, by=user, now=now) if row else None
    if row is None or slips is None:
        raise PermissionDenied(_("First passwords are kept for an hour, for who opened the accounts: these are gone."))
    return Sheet(
        export=SLIPS.key,
        query=f"slips={row.pk}",
        name=_("Account slips %(day)s.pdf") % {"day": f"{row.at:%Y-%m-%d}"},
        page=reverse("organization:account_slips", args=[row.pk]),
        rows=lambda: len(slips.slips),
        content=lambda: BytesIO(pdf_of(slips)),
        key=slips.key,
        until=slips.until,
    )


SLIPS = Export("account_slips", open_slips)
EXPORTS = (SLIPS,)
