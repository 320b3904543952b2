"""What people are told about their own account and posts; a password is never in it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts.figures import moment
from core.told import Fact, Told


def _account(fact: Fact) -> str:
    return reverse("account")


def _of_post(fact: Fact) -> dict[str, Any]:
    return {"post": fact.about.title, "unit": fact.about.unit}


def _reset(fact: Fact) -> str:
    said = _("Who signs in with the new password has to choose another one. You didn't ask for it? Tell the office.")
    return "\n".join(filter(None, [_("By: %(person)s") % {"person": fact.by} if fact.by else "", said]))


def _rests(fact: Fact) -> str:
    said = _(
        "Password, second factor or post were set by somebody else. If that was not agreed with the person, tell the "
        "administrator now: until then nothing can be signed in this name."
    )
    return "\n".join(filter(None, [_("By: %(person)s") % {"person": fact.by} if fact.by else "", said]))


TOLD = (
    Told(
        "account_opened",
        people=lambda fact: [fact.about],
        subject=gettext_lazy("An account was opened for you: %(account)s"),
        words=lambda fact: {"account": fact.about.username},
        link=_account,
        county=lambda fact: fact.about.county,
    ),
    Told(
        "password_reset",
        people=lambda fact: [fact.about],
        subject=gettext_lazy("Your password was reset"),
        words=lambda fact: {},
        body=_reset,
        link=_account,
        county=lambda fact: fact.about.county,
    ),
    Told(
        "sign_rests",
        people=lambda fact: fact.to,
        subject=gettext_lazy("The right to sign of %(person)s rests until %(until)s"),
        words=lambda fact: {"person": fact.about.name, "until": moment(fact.about.sign_rests_until)},
        body=_rests,
        link=_account,
        county=lambda fact: fact.about.county,
        urgent=True,
    ),
    Told(
        "post_given",
        people=lambda fact: fact.to,
        subject=gettext_lazy("You hold this post now: %(unit)s, %(post)s"),
        words=_of_post,
        link=_account,
        county=lambda fact: fact.about.unit.county,
    ),
    Told(
        "post_taken",
        people=lambda fact: fact.to,
        subject=gettext_lazy("You don't hold this post any more: %(unit)s, %(post)s"),
        words=_of_post,
        link=_account,
        county=lambda fact: fact.about.unit.county,
    ),
)
