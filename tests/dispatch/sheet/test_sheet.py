"""The signing sheet says who drafted, checked and signed a paper, and what becomes of it outside."""

from __future__ import annotations

import pytest

from dispatch.bulletins import services as bulletins
from dispatch.numbers.sending import Sending
from dispatch.sheet.pages import sheet
from tests.support.bulletin_steps import edit, said

pytestmark = pytest.mark.django_db


def test_each_hand_stands_there_with_its_moment(ready, people, now):
    row = edit(ready, "overview", said(ready, "overview") + "另行通知。", people, now)
    draft = sheet(row)
    assert ([hand.who for hand in draft.drafted], draft.checked.who, draft.signed.who) == (["综合岗"], "", "")
    assert draft.paper.number == "项目办通〔2026〕\u3000号"
    sending = Sending(disclosure="closed", why="涉企", copies=30, joint=("县发展和改革局",))
    sent = bulletins.submit_bulletin(row, by=people.office, now=now, version=row.version, sending=sending)
    waits = sheet(sent)
    assert (waits.checked.who, waits.checked.at) == ("综合岗", now)
    assert (waits.to_sign.startswith("县领导01"), waits.signed.who) == (True, "")
    signed = bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)
    done = sheet(signed)
    assert (done.signed.who, done.signed.at, done.to_sign) == (str(people.leader), now, "")
    assert (done.paper.number, done.sending.copies, done.sending.why) == ("项目办通〔2026〕1号", 30, "涉企")


def test_the_page_is_the_offices_and_of_those_who_sign(signed, people, sign_in):
    page = sign_in(people.office).get(f"/dispatch/bulletins/{signed.pk}/sheet/").content.decode()
    for told in (signed.entry.text, signed.title, "各乡镇人民政府", str(people.leader)):
        assert told in page
    assert sign_in(people.leader).get(f"/dispatch/bulletins/{signed.pk}/sheet/").status_code == 200
    assert sign_in(people.officer).get(f"/dispatch/bulletins/{signed.pk}/sheet/").status_code == 403
