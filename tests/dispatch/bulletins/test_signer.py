"""Who signs a bulletin: chosen when it is sent, changed while it waits, taken back until it is signed."""

from __future__ import annotations

from typing import Any

import pytest

from core.due import due_items
from core.refusals import NeedsReason, NotAllowed, Stale, Wrong
from core.told import tell
from dispatch.bulletins import services as bulletins
from dispatch.bulletins.permissions import signers, usual_signer
from dispatch.models import Bulletin, BulletinEdit
from organization.people.models import Post, Role
from organization.people.services import vacate
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from outbox.models import Notice
from outbox.settling import settle
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db


def told(**of):
    """Who was told to sign, and is still to."""
    settle(Notice.objects.filter(kind="bulletin_signing", **of))
    waiting = Notice.objects.filter(kind="bulletin_signing", **of).unread()
    return set(waiting.values_list("person__username", flat=True))


def waits(person, now):
    kinds = ("bulletin_sign", "bulletin_redirect")
    return [item.kind for item in due_items(person.county, now, person=person) if item.kind in kinds]


def acts(bulletin):
    return list(bulletin.edits.filter(block__in=BulletinEdit.Deed.values).order_by("pk"))


# The profile's section, and the title of the post that stands in the form.
USUAL = {
    "the first leader, where nothing is said": ({}, "县领导01"),
    "the post that is named": ({"post": "县领导02"}, "县领导02"),
    "the head of the office": ({"role": "office"}, "办公室主任"),
    "a post that nobody has": ({"post": "县长"}, "县领导01"),
}


@pytest.mark.parametrize("case", USUAL)
def test_the_county_says_who_usually_signs(county, people, case):
    said, title = USUAL[case]
    data = {"signing": said}
    CountyProfile.objects.create(county=county, key="test", data=data, digest=digest(data), loaded_at=NOW)
    usual = usual_signer(county, signers(county, but=[people.office]))
    assert usual.title == title


def test_the_form_offers_those_who_may_sign_and_not_who_sends(ready, people, sign_in):
    page = sign_in(people.office).get(f"/dispatch/bulletins/{ready.pk}/submit/?version={ready.version}").text
    offered = page.split('name="signer"')[1].split("</select>")[0]
    assert all(title in offered for title in ("县领导01", "县领导02", "办公室主任"))
    assert "综合岗" not in offered
    assert "项目专员" not in offered


def test_it_goes_to_who_was_chosen_and_only_that_one_signs(ready, people, now, sign_in):
    post = people.other_leader.main_post
    client = sign_in(people.office)
    client.post(f"/dispatch/bulletins/{ready.pk}/submit/", {"version": ready.version, "signer": post.pk})
    page = client.get(f"/dispatch/bulletins/{ready.pk}/")
    sent = Bulletin.objects.get()
    assert (sent.status, sent.signer) == ("signing", post)
    assert "县领导02" in page.text.split('class="say')[1]
    assert told() == {"other_leader"}
    assert (waits(people.other_leader, now), waits(people.leader, now)) == (["bulletin_sign"], [])
    for other in (people.leader, people.office_head, people.office):
        with pytest.raises(NotAllowed):
            bulletins.sign_bulletin(sent, by=other, now=now, version=sent.version)
    signed = bulletins.sign_bulletin(sent, by=people.other_leader, now=now, version=sent.version)
    assert [edit.block for edit in acts(signed)] == ["submitted", "signed"]


@pytest.mark.parametrize("who", ["office", "officer", "squad"])
def test_neither_the_sender_nor_who_does_not_sign_is_chosen(ready, people, now, who):
    with pytest.raises(Wrong):
        bulletins.submit_bulletin(
            ready, by=people.office, now=now, version=ready.version, signer=getattr(people, who).main_post
        )
    assert Bulletin.objects.get().status == "draft"


def test_who_takes_over_the_post_signs(signing, people, now):
    post = signing.signer
    vacate(post, now=now, by=people.admin)
    assert waits(people.office, now) == ["bulletin_redirect"], "nobody holds it: the office chooses another"
    post.refresh_from_db()
    post.holder = people.unit_head
    post.save()
    after = type(people.unit_head).objects.get(pk=people.unit_head.pk)
    assert waits(after, now) == ["bulletin_sign"]
    assert bulletins.sign_bulletin(signing, by=after, now=now, version=signing.version).number == 1


# while it waits ------------------------------------------------------------------------------------------------------


def redirect(bulletin, people, now, to=None, reason="县领导01外出", **more):
    post = (to or people.other_leader).main_post
    told = {"by": people.office, "now": now, "version": bulletin.version, "signer": post, "reason": reason} | more
    return bulletins.redirect_bulletin(bulletin, **told)


def test_the_office_has_somebody_else_sign_and_the_first_hears_no_more_of_it(signing, people, now):
    people.leader.email = "leader@example.com"
    people.leader.save()
    tell("bulletin_signing", signing, by=people.office, now=now)
    again = redirect(signing, people, now)
    assert told() == {"other_leader"}
    first = Notice.objects.get(kind="bulletin_signing", person=people.leader)
    assert people.other_leader.name in first.settled, "its mail isn't sent any more, and it says whose it is"
    assert (waits(people.other_leader, now), waits(people.leader, now)) == (["bulletin_sign"], [])
    [_sent, turned] = acts(again)
    assert ("县领导01" in turned.old, "县领导02" in turned.new, turned.reason) == (True, True, "县领导01外出")
    with pytest.raises(NotAllowed):
        bulletins.sign_bulletin(again, by=people.leader, now=now, version=again.version)
    assert bulletins.sign_bulletin(again, by=people.other_leader, now=now, version=again.version).signed_by


REFUSED: dict[str, tuple[type[Exception], dict[str, Any]]] = {
    "without a reason": (NeedsReason, {"reason": " "}),
    "by a leader": (NotAllowed, {"by": "leader"}),
    "to the one it waits for": (Wrong, {"to": "leader"}),
    "to who sent it": (Wrong, {"to": "office", "by": "office_head"}),
    "to oneself": (Wrong, {"to": "office_head", "by": "office_head"}),
    "of another version": (Stale, {"version": 1}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_not_sent_elsewhere(signing, people, now, case):
    refusal, more = REFUSED[case]
    more = {key: getattr(people, who) if key in ("by", "to") else who for key, who in more.items()}
    with pytest.raises(refusal):
        redirect(signing, people, now, **more)
    assert Bulletin.objects.get().signer == signing.signer
    assert told() == {"leader"}


def test_what_was_typed_comes_back_with_what_is_wrong(signing, people, sign_in):
    url = f"/dispatch/bulletins/{signing.pk}/redirect/"
    client = sign_in(people.office)
    assert "县领导01" in client.get(url, {"version": signing.version}).text
    typed = {"version": signing.version, "signer": signing.signer_id, "reason": "外出学习一周"}
    back = client.post(url, typed)
    assert back.status_code == 422
    assert "外出学习一周" in back.text
    assert client.post(url, typed | {"signer": people.other_leader.main_post.pk}).status_code == 303
    assert "县领导02" in client.get(f"/dispatch/bulletins/{signing.pk}/").text
    history = client.get(f"/dispatch/bulletins/{signing.pk}/changes/").text
    assert "外出学习一周" in history


def test_what_waits_is_taken_back_and_nobody_is_to_sign_it(signing, people, now, sign_in):
    assert 'action="/undo/' not in sign_in(people.leader).get(f"/dispatch/bulletins/{signing.pk}/").text
    sign_in(people.office).post(f"/dispatch/bulletins/{signing.pk}/recall/", {"version": signing.version})
    back = Bulletin.objects.get()
    assert (back.status, back.signer, back.submitted_by, back.letter) == ("draft", None, None, {})
    assert (told(), waits(people.leader, now)) == (set(), [])
    assert acts(back)[-1].deed == str(BulletinEdit.Deed.RECALLED.label)
    again = bulletins.submit_bulletin(back, by=people.office, now=now, version=back.version)
    assert told() == {"leader"}, "sent once more, told once more"
    with pytest.raises(Stale):
        bulletins.sign_bulletin(signing, by=people.leader, now=now, version=signing.version)
    assert bulletins.sign_bulletin(again, by=people.leader, now=now, version=again.version).number == 1


def test_what_is_signed_is_not_taken_back_and_a_leader_takes_nothing_back(signing, signed, people, now):
    with pytest.raises(NotAllowed):
        bulletins.recall_bulletin(signed, by=people.office, now=now, version=signed.version)
    with pytest.raises(Stale):
        bulletins.recall_bulletin(signed, by=people.office, now=now, version=signing.version)
    with pytest.raises(NotAllowed):
        bulletins.recall_bulletin(signed, by=people.leader, now=now, version=signed.version)


def test_why_it_was_given_back_stands_there_again_when_it_is_taken_back(signing, people, now):
    back = bulletins.give_back(signing, version=signing.version, by=people.leader, now=now, reason="写到人")
    sent = bulletins.submit_bulletin(back, by=people.office, now=now, version=back.version)
    again = bulletins.recall_bulletin(sent, by=people.office, now=now, version=sent.version)
    assert again.return_reason == "写到人"


def test_a_bulletin_sent_before_a_signer_was_chosen_is_signed_by_each_who_signs(signing, people, now):
    Bulletin.objects.update(signer=None)
    row = Bulletin.objects.get()
    assert waits(people.other_leader, now) == ["bulletin_sign"]
    assert bulletins.sign_bulletin(row, by=people.office_head, now=now, version=row.version).number == 1


def test_a_post_that_is_to_sign_says_so_before_it_is_closed(signing, now):
    from core.affected import affected

    assert any(one.number == 1 for one in affected(Post.objects.get(pk=signing.signer_id), now))
    other = Post.objects.filter(role=Role.LEADER).exclude(pk=signing.signer_id).first()
    assert not any("签" in str(one.label) for one in affected(other, now))
