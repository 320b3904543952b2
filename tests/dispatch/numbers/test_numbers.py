"""The register of issued papers: numbers one after the other, left out, filled, made void; blanks on a draft."""

from __future__ import annotations

from datetime import date

import pytest

from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.models import PaperNumber
from dispatch.numbers import rules
from dispatch.numbers import services as numbers
from dispatch.numbers.register import holes_of, next_of
from dispatch.numbers.sending import Sending
from organization.profiles.loader import digest, read
from organization.profiles.models import CountyProfile
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db
WORD, ON = "项目办通", date(2026, 6, 10)

# The numbers used, those that a paper bears, and what follows: the next one, and those that are free.
SERIES: tuple[tuple[list[int], list[int], int, list[int]], ...] = (
    ([], [], 1, []),
    ([1, 2, 3], [1, 2, 3], 4, []),
    ([1, 4], [1, 4], 5, [2, 3]),
    ([37], [37], 38, list(range(1, 37))),  # an office that begins in the middle of a year
    ([1, 2, 3], [1, 3], 4, [2]),  # the second is void
    ([1, 2], [1], 3, [2]),  # the last one is void: its number was used all the same
)


@pytest.mark.parametrize(("used", "standing", "following", "free"), SERIES)
def test_numbers_count_on_and_left_out_ones_are_free(used, standing, following, free):
    assert (rules.next_number(used), rules.holes(used, standing)) == (following, free)


def enter(county, people, number, *, by=None, **more):
    said = {"word": WORD, "title": f"第{number}件", "on": ON, "by": by or people.office, "now": NOW} | more
    return numbers.enter_paper(county, number=number, **said)


def test_a_paper_entered_by_hand_takes_the_next_number_and_one_before_it_says_why(county, people):
    first, third = (
        enter(county, people, 1),
        enter(county, people, 3, copies=20, disclosure="public", joint="县发展和改革局"),
    )
    assert (first.text, first.state, third.total) == ("项目办通〔2026〕1号", "given", 2)
    assert (next_of(county, WORD, 2026), holes_of(county, WORD, 2026)) == (4, [2])
    assert next_of(county, WORD, 2027) == next_of(county, "新字", 2026) == 1, "each year, each word counts its own"
    for wrong, refused in (
        ({"number": 3}, Wrong), ({"number": 0}, Wrong), ({"number": 2}, NeedsReason),
        ({"number": 4, "on": date(2027, 1, 4)}, Wrong), ({"number": 4, "by": people.leader}, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(refused):
            enter(county, people, **wrong)
    second = enter(county, people, 2, reason="原空号补用")
    assert (second.state, second.reason, holes_of(county, WORD, 2026)) == ("filled", "原空号补用", [])


def test_a_void_number_stays_and_another_paper_can_fill_it(county, people):
    row = enter(county, people, 1)
    enter(county, people, 2)
    for by, reason, version, refused in (
        (people.leader, "作废", 1, NotAllowed),
        (people.office, " ", 1, NeedsReason),
        (people.office, "作废", 0, Stale),
    ):  # fmt: skip
        with pytest.raises(refused):
            numbers.void_number(row, by=by, now=NOW, reason=reason, version=version)
    row = numbers.void_number(row, by=people.office, now=NOW, reason="印错未发", version=1)
    assert (row.state, row.reason) == ("void", "印错未发")
    with pytest.raises(NotAllowed):
        numbers.void_number(row, by=people.office, now=NOW, reason="再来", version=2)
    enter(county, people, 1, reason="作废号补用")
    kept = list(PaperNumber.objects.filter(number=1).order_by("pk").values_list("state", "title"))
    assert kept == [("void", "第1件"), ("filled", "第1件")]
    assert (next_of(county, WORD, 2026), holes_of(county, WORD, 2026)) == (3, [])


def test_a_bulletin_takes_its_number_out_of_the_register_when_it_is_signed(ready, county, people, now):
    enter(county, people, 8)
    draft = bulletin_files.document(ready)
    assert (draft.number, draft.date, draft.imprint.printed) == (
        "项目办通〔2026〕\u3000号", "2026年\u3000月\u3000日", "2026年\u3000月\u3000日",
    )  # fmt: skip
    assert (draft.mark, draft.made, draft.annotation) == ("送审稿", ready.drafted_at, "此件依申请公开")
    sending = Sending(disclosure="public", copies=60, joint=("县发展和改革局",))
    sent = bulletins.submit_bulletin(ready, by=people.office, now=now, version=ready.version, sending=sending)
    assert bulletin_files.document(sent).mark == "送审稿"
    signed = bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)
    paper, entry = bulletin_files.document(signed), signed.entry
    assert (paper.number, paper.date, paper.mark, paper.made) == ("项目办通〔2026〕9号", "2026年6月10日", "", now)
    assert (paper.annotation, paper.joint) == ("此件公开发布", ("县发展和改革局",))
    assert (entry.text, entry.number, entry.title, entry.day) == (paper.number, 9, signed.title, ON)
    assert (entry.disclosure, entry.copies, entry.joint, entry.outside) == ("public", 60, "县发展和改革局", False)
    with pytest.raises(NotAllowed):
        numbers.void_number(entry, by=people.office, now=NOW, reason="作废", version=1)


def test_a_bulletin_fills_a_left_out_number_only_with_a_reason_and_while_it_is_free(ready, county, people, now):
    enter(county, people, 3)

    def sent(row, **more):
        row = bulletins.submit_bulletin(row, by=people.office, now=now, version=row.version, sending=Sending(**more))
        return bulletins.sign_bulletin(row, by=people.leader, now=now, version=row.version)

    for more, refused in (({"fill": 2}, NeedsReason), ({"fill": 3, "fill_why": "补号"}, Stale)):
        with pytest.raises(refused):
            sent(ready, **more)
        ready.refresh_from_db()
        ready = bulletins.recall_bulletin(ready, by=people.office, now=now, version=ready.version)
    signed = sent(ready, fill=2, fill_why="上月空号补用")
    assert (signed.number, signed.entry.state, signed.entry.reason) == (2, "filled", "上月空号补用")


def test_a_kind_of_paper_with_a_word_of_its_own_counts_its_own_issues(signing, county, people, now):
    back = bulletins.recall_bulletin(signing, by=people.office, now=now, version=signing.version)
    data = read("default")
    data["bulletin"]["monthly"] |= {"word": "简报", "number": "第{number}期（总第{total}期）"}
    profile = {"bulletin": data["bulletin"]}
    CountyProfile.objects.create(
        county=county, key="new", version=9, digest=digest(profile), data=profile, loaded_at=NOW
    )
    enter(county, people, 5)
    for year, many in ((2024, 3), (2025, 12)):
        for number in range(1, many + 1):
            enter(county, people, number, word="简报", on=date(year, 5, 1))
    back.county.refresh_from_db()
    sent = bulletins.submit_bulletin(back, by=people.office, now=now, version=back.version)
    signed = bulletins.sign_bulletin(sent, by=people.leader, now=now, version=sent.version)
    assert signed.entry.text == bulletin_files.document(signed).number == "第1期（总第16期）"


def test_the_office_keeps_the_register_by_its_pages(signed, county, people, sign_in):
    client = sign_in(people.office)
    page = client.get("/dispatch/numbers/").content.decode()
    assert signed.entry.text in page
    assert f'href="/dispatch/bulletins/{signed.pk}/"' in page
    form = {"word": WORD, "number": 5, "title": "关于召开调度会的通知", "on": "2026-06-09", "disclosure": "closed"}
    assert client.post("/dispatch/numbers/enter/", form | {"number": 1}).status_code == 422
    assert client.post("/dispatch/numbers/enter/", form).status_code == 303
    row = PaperNumber.objects.get(number=5)
    assert (row.title, row.day, row.outside) == ("关于召开调度会的通知", date(2026, 6, 9), True)
    void = f"/dispatch/numbers/{row.pk}/void/"
    assert f"{void}?version=1" in client.get("/dispatch/numbers/").content.decode()
    assert client.post(void, {"version": 1, "reason": ""}).status_code == 422
    assert client.post(void, {"version": 1, "reason": "未印发"}).status_code == 303
    assert client.get(void).status_code == 403
    assert client.get(f"/dispatch/numbers/{signed.entry_id}/void/").status_code == 403
    assert "未印发" in client.get("/dispatch/numbers/?state=void").content.decode()


def test_who_sends_it_chooses_what_becomes_of_it(ready, county, people, sign_in):
    enter(county, people, 2)
    client, address = sign_in(people.office), f"/dispatch/bulletins/{ready.pk}/submit/"
    page = client.get(f"{address}?version={ready.version}").content.decode()
    assert '<option value="asked" selected>' in page
    assert 'name="fill"' in page
    said = {"version": ready.version, "disclosure": "closed", "copies": 40, "joint": "县发展和改革局\n县财政局"}
    refused = client.post(address, said | {"fill": 1})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"why", "fill_why"}
    assert client.post(address, said | {"fill": 1, "why": "涉及企业信息", "fill_why": "补空号"}).status_code == 303
    ready.refresh_from_db()
    assert ready.status == "signing"
    assert Sending.from_json(ready.sending) == Sending(
        "closed", "涉及企业信息", 40, ("县发展和改革局", "县财政局"), 1, "补空号"
    )
    with pytest.raises(Refused):  # what was chosen stands in the form of who sends it again
        bulletins.submit_bulletin(ready, by=people.office, now=NOW, version=ready.version)
