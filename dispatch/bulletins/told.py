"""What people are told about a bulletin: that it is drafted, waits for them, came back, is out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.told import Fact, Told
from dispatch.bulletins.editor.progress import about_of
from dispatch.bulletins.letter import kinds_of, sending_of
from dispatch.bulletins.permissions import can_sign_bulletin
from dispatch.numbers.distribution import people_of
from dispatch.rounds import services as rounds
from organization.absences.models import absence_on
from organization.absences.words import away_words
from organization.people import recipients
from organization.people.models import User
from organization.units.models import Unit


def _signer(fact: Fact) -> list[User]:
    """Who was chosen to sign, and nobody else who could."""
    holder = fact.about.signer.holder if fact.about.signer else None
    return [holder] if holder else []


def _deputy(fact: Fact) -> list[User]:
    """Who signs in its place while the signer is away, if that one may."""
    day, signer = timezone.localdate(fact.now), fact.about.signer
    away = absence_on(signer, day) if signer else None
    holder = away.deputy.holder if away else None
    return [holder] if holder and can_sign_bulletin(holder, fact.about, on=day) else []


def _away(fact: Fact) -> str:
    day = timezone.localdate(fact.now)
    away = absence_on(fact.about.signer, day)
    return away_words(away, day) if away else ""


def _sender(fact: Fact) -> list[User]:
    return [fact.about.submitted_by] if fact.about.submitted_by else []


def _readers(fact: Fact) -> list[User]:
    """The distribution list, who sent it to be signed, and in whose place it was signed."""
    post = fact.about.signed_for
    holder = [post.holder] if post and post.holder else []
    people = [*people_of(fact.about.county, sending_of(fact.about).to), *_sender(fact), *holder]
    return [person for person in dict.fromkeys(people) if person != fact.by]


def _everybody(fact: Fact) -> list[User]:
    """Who reads what is published: everybody who works in the county, since they may have acted on it."""
    people = recipients.holders(fact.about.county, *recipients.WORKING)
    return [person for person in people if person != fact.by]


def _office(fact: Fact) -> list[User]:
    return list(recipients.office(fact.about.county))


def _asked_of(fact: Fact) -> Unit:
    return Unit.objects.get(pk=about_of(fact.about)[0])


def _undrafted(fact: Fact) -> dict[str, Any]:
    _county, kind, period, _serial = about_of(fact.about)
    return {"kind": dict(kinds_of(_asked_of(fact))).get(kind, kind), "period": figures.month(period)}


def _told(key: str, people: Callable[[Fact], Iterable[User]], subject: Any, **more: Any) -> Told:
    """Each version of a bulletin is told once."""
    return Told(
        key,
        people,
        subject,
        words=lambda fact: {"title": fact.about.title, "post": fact.about.signer or ""},
        link=lambda fact: reverse("dispatch:bulletin", kwargs={"pk": fact.about.pk}),
        county=lambda fact: fact.about.county,
        once=lambda fact: f"{key}:{fact.about.pk}:{fact.about.version}",
        **more,
    )


TOLD = (
    Told(  # of the month's round: there is one draft of it
        "bulletin_drafted",
        people=lambda fact: recipients.office(fact.about.county),
        subject=gettext_lazy("The bulletin is drafted: %(report)s"),
        words=lambda fact: {"report": rounds.title(fact.about)},
        link=lambda fact: reverse("dispatch:bulletins"),
        county=lambda fact: fact.about.county,
        once=lambda fact: f"bulletin:{fact.about.pk}",
    ),
    _told("bulletin_kind_drafted", _office, gettext_lazy("Drafted: %(title)s")),
    Told(
        "bulletin_undrafted",
        people=lambda fact: recipients.office(_asked_of(fact)),
        subject=gettext_lazy("%(kind)s of %(period)s could not be drafted"),
        words=_undrafted,
        link=lambda fact: reverse("dispatch:bulletins"),
        county=_asked_of,
        once=lambda fact: f"undrafted:{fact.about.pk}",
    ),
    _told("bulletin_signing", _signer, gettext_lazy("For your sign-off: %(title)s")),
    _told("bulletin_deputy", _deputy, gettext_lazy("To sign in the place of %(post)s: %(title)s"), body=_away),
    _told("bulletin_returned", _sender, gettext_lazy("Given back: %(title)s")),
    _told("bulletin_published", _readers, gettext_lazy("Published: %(title)s")),
    _told("bulletin_withdrawn", _everybody, gettext_lazy("Withdrawn: %(title)s")),
)
