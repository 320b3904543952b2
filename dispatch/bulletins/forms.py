"""Who is asked to sign: chosen when a bulletin is sent, or while it waits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.web.forms import ReasonForm
from dispatch.bulletins.letter import letter, sending_of
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import away_from, signer_name, signers, usual_signer
from dispatch.numbers.distribution import units_of
from dispatch.numbers.models import Disclosure
from dispatch.numbers.register import holes_of
from dispatch.numbers.rules import FURTHEST, IssuingRules
from dispatch.numbers.sending import Sending
from organization.people.models import Post, User
from organization.profiles.rules import rules_of


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


class SendForm(SignerForm):
    """Who signs, and what becomes of the paper outside: what the county's profile says is chosen already. Where
    numbers were left out it can take one of them, with a reason."""

    disclosure = forms.ChoiceField(label=_("Disclosure"), choices=Disclosure.choices, required=False)
    why = forms.CharField(
        label=_("Why it is not made public"), max_length=200, required=False, help_text=_("Needed where it isn't.")
    )
    copies = forms.IntegerField(label=_("Copies printed"), min_value=1, max_value=FURTHEST, required=False)
    joint = forms.CharField(
        label=_("Issued with"),
        max_length=300,
        required=False,
        help_text=_("Other offices that issue it, one a line."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    to = forms.MultipleChoiceField(
        label=_("Distributed to"),
        required=False,
        help_text=_("Who of them has read it is seen there; none chosen: all units."),
        widget=forms.CheckboxSelectMultiple,
    )
    fill = forms.ChoiceField(label=_("Document number"), required=False)
    fill_why = forms.CharField(
        label=_("Why a left-out number is filled"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("signer", "unfinished", "disclosure", "why", "copies", "joint", "to", "fill", "fill_why")

    def __init__(self, data: Any, *, bulletin: Bulletin, on: date, **more: Any) -> None:
        super().__init__(data, bulletin=bulletin, on=on, **more)
        self.sent = sending_of(bulletin)
        self.initial.update(self.sent.as_json() | {"joint": "\n".join(self.sent.joint), "fill": ""})
        left_out = holes_of(bulletin.county, letter(bulletin).word, on.year)
        if left_out:
            field: Any = self.fields["fill"]
            field.choices = [("", gettext("The next one")), *((number, number) for number in left_out)]
        else:
            del self.fields["fill"], self.fields["fill_why"]
        field = self.fields["to"]
        field.choices = units_of(bulletin.county)
        field = self.fields["joint"]
        field.widget.attrs["placeholder"] = "\n".join(rules_of(bulletin.county)[IssuingRules].joint)

    def clean(self) -> dict[str, Any]:
        """Who signs, why before the month is finished, and what was chosen as `sending`."""
        super().clean()
        said = self.cleaned_data
        sending = Sending(
            disclosure=said.get("disclosure") or self.sent.disclosure,
            why=said.get("why", ""),
            copies=said.get("copies"),
            joint=tuple(line.strip() for line in said.get("joint", "").splitlines() if line.strip()),
            to=tuple(said.get("to", ())),
            fill=int(said["fill"]) if said.get("fill") else None,
            fill_why=said.get("fill_why", ""),
        )
        if sending.disclosure == Disclosure.CLOSED and not sending.why:
            self.add_error("why", gettext("Write why it is not made public"))
        if sending.fill and not sending.fill_why:
            self.add_error("fill_why", gettext("Write why a number that was left out is filled"))
        return {name: said[name] for name in ("signer", "unfinished") if name in said} | {"sending": sending}


class RedirectForm(SignerForm, ReasonForm):
    """Who signs instead, and why."""

    field_order = ("signer", "reason")

    def __init__(self, data: Any, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["signer"].required = True
