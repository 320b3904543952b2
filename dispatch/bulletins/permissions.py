"""Who may do what with a bulletin, and who can be asked to sign it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.refusals import Wrong
from dispatch.bulletins.models import Bulletin, BulletinEdit
from dispatch.bulletins.rules import SigningRules
from dispatch.standings.permissions import has_left
from organization.absences.checks import can_stand_in
from organization.absences.models import Absence, absence_on
from organization.absences.words import until
from organization.people.models import SIGNS, Post, Role, User
from organization.permissions import YES, Answer
from organization.profiles.rules import rules_of
from organization.units.models import Unit


def can_draft_bulletin(user: User, county: Unit | None) -> Answer:
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office drafts bulletins."))


def can_edit_bulletin(user: User, bulletin: Bulletin) -> Answer:
    if bulletin.status == Bulletin.Status.SIGNING:
        return Answer(False, _("It is waiting for sign-off: nothing changes until it is signed or given back."))
    if bulletin.is_deleted:
        return Answer(False, _("It was deleted as a draft."))
    if bulletin.status == Bulletin.Status.WITHDRAWN:
        return Answer(False, _("It was published and withdrawn; it stays as it was."))
    if bulletin.status == Bulletin.Status.PUBLISHED:
        return Answer(False, _("It is published and frozen. A mistake is put right by a correction."))
    return can_draft_bulletin(user, bulletin.county)


def can_refresh_bulletin(user: User, bulletin: Bulletin) -> Answer:
    if bulletin.corrects_id is not None:
        return Answer(False, _("A correction has no figures of its own."))
    return can_edit_bulletin(user, bulletin)


def signs_bulletins(user: User, county: Unit) -> Answer:
    """Whether one is of those who sign, whatever waits for it."""
    if not user.holds(*SIGNS, at=county):
        return Answer(False, _("Only a leader or the head of the command office signs bulletins."))
    return YES


def can_sign_bulletin(user: User, bulletin: Bulletin, *, on: date) -> Answer:
    """Sign it off or give it back on the day *on*: who holds the post that it was sent to, while that one is away its
    deputy too, and nobody else; never who sent it. Of one that was sent before a signer was chosen: each who signs."""
    if not (answer := signs_bulletins(user, bulletin.county)):
        return answer
    if bulletin.status != Bulletin.Status.SIGNING:
        return Answer(False, _("It has not been sent for sign-off."))
    if bulletin.submitted_by_id == user.pk:
        return Answer(False, _("You sent it for sign-off yourself; somebody else signs it."))
    if bulletin.signer is None or bulletin.signer in user.current_posts:
        return YES
    if (away := absence_on(bulletin.signer, on)) and away.deputy in user.current_posts:
        return _can_sign_in_place(user, bulletin, away, on)
    said = _("It waits for %(who)s; the office can have somebody else sign it.")
    return Answer(False, said % {"who": signer_name(bulletin.signer)})


def _can_sign_in_place(user: User, bulletin: Bulletin, away: Absence, on: date) -> Answer:
    """The deputy: neither who recorded the absence of another nor who had the bulletin sent to that post."""
    sent = bulletin.submitted_at or bulletin.drafted_at
    if bulletin.edits.filter(block=BulletinEdit.Deed.REDIRECTED, by=user, at__gte=sent).exists():
        return Answer(False, _("You had it sent to %(post)s yourself; somebody else signs it.") % {"post": away.post})
    return can_stand_in(user, away, on=on)


def signs_in_place_of(user: User, bulletin: Bulletin) -> Post | None:
    """The post for which *user*, who may sign *bulletin*, does so as its deputy; None for the own one."""
    signer = bulletin.signer
    return None if signer is None or signer in user.current_posts else signer


def can_recall_bulletin(user: User, bulletin: Bulletin) -> Answer:
    """While it waits for its signature: take it back, or have somebody else sign it."""
    if not (answer := can_draft_bulletin(user, bulletin.county)):
        return answer
    if bulletin.status != Bulletin.Status.SIGNING:
        return Answer(False, _("It does not wait for a signature."))
    return YES


def can_correct_bulletin(user: User, bulletin: Bulletin) -> Answer:
    if not (answer := can_draft_bulletin(user, bulletin.county)):
        return answer
    if bulletin.status != Bulletin.Status.PUBLISHED:
        return Answer(False, _("It is not published: change the text itself."))
    if bulletin.corrects_id is not None:
        return Answer(False, _("It is a correction itself: correct the bulletin once more."))
    return YES


def can_withdraw_bulletin(user: User, bulletin: Bulletin) -> Answer:
    """Withdraw what was published: who signed it, or in whose place; of those who sign, another one where who signed
    it has left."""
    if bulletin.status != Bulletin.Status.PUBLISHED:
        return Answer(False, _("Only what is published is withdrawn."))
    who = bulletin.signed_by
    left = has_left(who, bulletin.county_id)
    if signs_bulletins(user, bulletin.county) if left else user == who:
        return YES
    if bulletin.signed_for is not None and bulletin.signed_for in user.current_posts:
        return YES  # it was signed in this one's place
    return Answer(False, _("Only who signed it withdraws it: %(who)s.") % {"who": who})


def can_bring_back(user: User, bulletin: Bulletin) -> Answer:
    """Make a draft of a deleted one again."""
    if not bulletin.is_deleted:
        return Answer(False, _("It is no deleted draft."))
    return can_draft_bulletin(user, bulletin.county)


def can_see_drafts(user: User, county: Unit | None) -> bool:
    """Drafts are the office's and those of who signs; published ones are everybody's in the county."""
    return user.holds(Role.OFFICE, Role.LEADER, at=county)


def signers(county: Unit, *, but: Iterable[User | None]) -> list[Post]:
    """The posts of those who sign, leaders first, that somebody holds; without those of people *but*."""
    posts = Post.objects.filter(unit__county=county, active=True, role__in=SIGNS, holder__is_active=True)
    found = posts.exclude(holder__in=[user for user in but if user]).select_related("unit", "holder")
    return sorted(found, key=lambda post: (post.role != Role.LEADER, post.unit.position, post.position, post.pk))


def usual_signer(county: Unit, posts: Sequence[Post]) -> Post | None:
    """Which of *posts* the county's profile names: by its title, else the first of the role; else the first there
    is."""
    rules = rules_of(county)[SigningRules]
    named = [post for post in posts if rules.post and post.called(rules.post)]
    return next(iter([*named, *(post for post in posts if post.role == rules.role), *posts]), None)


class Away(NamedTuple):
    """A signer who is away: until when and who deputises, in words; the deputy, if that one may sign."""

    words: str
    deputy: Post | None


def away_from(posts: Iterable[Post], *, but: Iterable[User | None], on: date) -> dict[Post | None, Away]:
    """Which of *posts* are away on the day *on*; none of *but* signs in another's place."""
    found: dict[Post | None, Away] = {}
    senders = [user for user in but if user]
    for one in Absence.objects.on(on).filter(post__in=posts).whole():
        said = {"until": until(one, on), "deputy": one.deputy}
        able = one.deputy.holder is not None and one.deputy.holder not in senders
        words = _("away %(until)s, %(deputy)s deputises") if able else _("away %(until)s, no deputy who can sign this")
        found[one.post] = Away(words % said, one.deputy if able else None)
    return found


def signer_away(bulletin: Bulletin, *, on: date) -> list[str]:
    """Whether the one that it waits for is away on the day *on*: a sentence, or none."""
    waits = bulletin.status == Bulletin.Status.SIGNING and bulletin.signer is not None
    away = away_from([bulletin.signer], but=[bulletin.submitted_by], on=on) if waits and bulletin.signer else {}
    return [_("%(post)s is %(away)s") % {"post": post, "away": one.words} for post, one in away.items()]


def signer_name(post: Post) -> str:
    """The post and who holds it."""
    if post.holder is None:
        return _("%(post)s (vacant)") % {"post": post}
    return str(post) if post.holder.name == str(post) else _("%(post)s (%(who)s)") % {"post": post, "who": post.holder}


def signer_for(row: Bulletin, wanted: Post | None, *people: User | None) -> Post:
    """The post that *row* goes to: *wanted*, else the usual one; none that one of *people* holds, who send it. Raises
    Wrong."""
    posts = signers(row.county, but=people)
    found = usual_signer(row.county, posts) if wanted is None else next((p for p in posts if p == wanted), None)
    if found is None:
        raise Wrong({"signer": _("Choose who is to sign it: somebody who may sign, and not who sends it.")})
    return found
