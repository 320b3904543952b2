from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.due import Due, DueItem
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_recall_bulletin, can_sign_bulletin, signs_in_place_of
from organization.people.models import Role, User
from organization.units.models import Unit


def _bulletins(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One item for each bulletin that waits for sign-off, for who may sign it today, deputies of the absent
    too; for the office, where nobody holds the post that it was sent to."""
    if person is not None and not person.holds(Role.OFFICE, Role.LEADER, at=county):
        return
    today = timezone.localdate(now)
    waiting = Bulletin.objects.filter(county=county, status=Bulletin.Status.SIGNING).listed()
    for bulletin in waiting.select_related("county", "signer__holder"):
        if person is None or can_sign_bulletin(person, bulletin, on=today):
            place = signs_in_place_of(person, bulletin) if person else None
            said = _("Sign off in the place of %(post)s, or give back") if place else _("Sign off or give back")
            yield DueItem(
                kind="bulletin_sign",
                key=f"bulletin:{bulletin.pk}",
                unit_id=county.pk,
                title=said % {"post": place} if place else said,
                about=bulletin.title,
                link=reverse("dispatch:bulletin", args=[bulletin.pk]),
                action=_("Look"),
            )
        elif bulletin.signer and bulletin.signer.holder is None and can_recall_bulletin(person, bulletin):
            yield DueItem(
                kind="bulletin_redirect",
                key=f"bulletin_redirect:{bulletin.pk}",
                unit_id=county.pk,
                title=_("Nobody holds the post that is to sign: choose somebody else"),
                about=bulletin.title,
                link=reverse("dispatch:bulletin_redirect", args=[bulletin.pk]) + f"?version={bulletin.version}",
                action=_("Choose"),
            )


DUE = (Due("bulletins", _bulletins),)
