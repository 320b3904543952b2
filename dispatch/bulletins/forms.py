"""Who is asked to sign: chosen when a bulletin is sent, or while it waits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import ReasonForm
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import away_from, signer_name, signers, usual_signer
from organization.people.models import Post, User


class SignerForm(forms.Form):
    """Who signs: what the county's profile says is chosen already. Of a month that isn't finished it asks why."""

    signer = forms.ChoiceField(
        label=_("Who signs"),
        help_text=_("Only this one is told and signs it; while this one is away, the deputy too."),
        required=False,  # a page from before one could choose says nothing: then it goes to the usual one
        error_messages={
            "required": _("Choose who signs"),
            "invalid_choice": _("This one can't sign it: choose another"),
        },
    )
    unfinished = forms.CharField(
        label=_("Why it goes out all the same"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, *, bulletin: Bulletin, by: User, on: date, ready: bool = True, **more: Any) -> None:
        super().__init__(data, **more)
        self.posts = {str(post.pk): post for post in signers(bulletin.county, but=(bulletin.submitted_by, by))}
        field: Any = self.fields["signer"]
        others = [post for post in self.posts.values() if post != bulletin.signer]
        away = away_from(others, but=(bulletin.submitted_by, by), on=on)
        field.choices = [
            (str(post.pk), f"{signer_name(post)} · {away[post].words}" if post in away else signer_name(post))
            for post in others
        ]
        usual = usual_signer(bulletin.county, [post for post in others if post not in away or away[post].deputy])
        self.initial.setdefault("signer", str(usual.pk) if usual else "")
        if found := away.get(usual):
            said = _("%(post)s is %(away)s: both are told, and either of them signs. You can choose somebody else.")
            field.help_text = said % {"post": usual, "away": found.words}
        if ready:
            del self.fields["unfinished"]

    def clean_signer(self) -> Post | None:
        return self.posts.get(self.cleaned_data["signer"])


class RedirectForm(SignerForm, ReasonForm):
    """Who signs instead, and why."""

    field_order = ("signer", "reason")

    def __init__(self, data: Any, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["signer"].required = True
