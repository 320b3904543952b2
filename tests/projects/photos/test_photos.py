"""Photos of a month (P09): kept as they are, what is odd is shown to who decides and refused by nobody."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from core.days.periods import Period
from core.fence.outside import Busy
from core.geo.systems import Degrees, metres
from core.pictures import reading
from core.records import pieces
from core.refusals import NeedsReason, NotAllowed, Refused
from jobs.files.models import AskedFile
from jobs.files.services import make_file
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from projects.map.services import place_project
from projects.models import Photo, Project, ReportingMonth
from projects.page.pages import whole_history
from projects.photos.exports import open_sheet
from projects.photos.pages import month_of
from projects.photos.rules import Flags, PhotoRules, flags
from projects.photos.services import add_photo, judge_touched, remove_photo, restore_photo
from projects.registry.services import edit
from tests.support.factories import NOW, make_project, make_report
from tests.support.pictures import SITE, again, pdf, photo

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P09")]
MAY, APRIL = Period.month(2026, 5), Period.month(2026, 4)
AWAY = Degrees(SITE.longitude + 0.1, SITE.latitude)


@pytest.fixture
def project(county, people) -> Project:
    return make_project(county, stage="started", longitude=SITE.longitude, latitude=SITE.latitude)


def add(project: Project, by: Any, content: bytes, period: Period = MAY, name: str = "IMG.jpg") -> Photo:
    return add_photo(project, period, content=content, name=name, by=by, now=NOW)


def odd(record: Photo, user: Any) -> list[str]:
    month = month_of(record.project, Period.parse(record.month), user=user, on=NOW.date())
    return [one.text for shown in month.photos if shown.photo == record for one in shown.odd]


NEAR = PhotoRules(far_metres=500, near_bits=3)
CASES = [
    ("nothing", 0, date(2026, 5, 1), SITE, [], Flags(None, "", 0, False)),
    ("last day", 0, date(2026, 5, 31), None, [], Flags()),
    ("says no day", 0, None, None, [], Flags()),
    ("day after", 0, date(2026, 6, 1), None, [], Flags(day="outside")),
    ("day before", 0, date(2026, 4, 30), None, [], Flags(day="outside")),
    ("no clock", 0, date(1999, 12, 31), None, [], Flags(day="clock")),
    ("at the bound", 0, None, Degrees(126.0, 42.0), [], Flags(None, "", 76_000, True)),
    ("three bits", 0b111, None, None, [(7, 0)], Flags(7)),
    ("four bits", 0b1111, None, None, [(7, 0)], Flags()),
    ("the nearest", 0b1, None, None, [(7, 0b110), (8, 0)], Flags(8)),
    ("with its sign", -1, None, None, [(7, -2)], Flags(7)),
]


@pytest.mark.parametrize(
    ("bits", "day", "place", "others", "found"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_odd(bits: int, day: date | None, place: Degrees | None, others: Any, found: Flags) -> None:
    got = flags(bits, day, place, site=SITE, period=MAY, others=others, rules=NEAR)
    assert got._replace(metres=found.metres) == found
    assert found.metres is None or got.metres == pytest.approx(found.metres, abs=3_000)
    assert bool(got) == (found.twin is not None or found.day != "" or found.far)


def test_the_way_between_two_places() -> None:
    """Beijing to Shanghai is 1,067 km; a thousandth of a degree of the meridian 111 m."""
    assert metres(Degrees(116.4074, 39.9042), Degrees(121.4737, 31.2304)) == pytest.approx(1_067_000, rel=0.005)
    assert metres(SITE, Degrees(SITE.longitude, SITE.latitude + 0.001)) == pytest.approx(111.2, abs=0.2)


def test_a_photo_is_kept_as_it_came(people, project) -> None:
    content = photo()
    made = add(project, people.officer, content, name="C:\\DCIM\\现场 1.jpg")
    assert made.original.content.read() == content
    assert made.sha256 == made.original.sha256 == hashlib.sha256(content).hexdigest()
    assert (made.taken_at, made.metres, made.flagged) == (datetime(2026, 5, 12, 1, 30, tzinfo=UTC), 0, False)
    for copy in (made.shown, made.thumb):
        assert b"Exif" not in copy.content.read()
    assert add(project, people.officer, content) == made  # a lost answer, sent again
    assert Photo.objects.count() == 1


def test_what_is_odd_is_shown_and_nothing_is_refused(county, people, project) -> None:
    other = make_project(county, name="水厂", longitude=AWAY.longitude, latitude=AWAY.latitude)
    first = add(project, people.officer, photo(), APRIL)
    assert odd(first, people.office) == ["拍摄于5月12日，不在4月"]
    small = add(project, people.officer, again(photo(), share=0.5))
    assert odd(small, people.office) == ["与4月的一张照片相似"]
    borrowed = add(other, people.officer, again(photo(), quality=40))
    assert odd(borrowed, people.office)[0].startswith("与“粮食烘干中心”")
    assert odd(borrowed, people.office)[1] == "拍摄地点离项目现场 8.2 公里"
    unset = add(project, people.officer, photo(5, taken=datetime(1980, 1, 1, tzinfo=UTC)))
    assert "1980" in odd(unset, people.office)[0]
    silent = add(project, people.officer, photo(6, taken=None))
    assert (silent.taken_at, silent.flagged) == (None, False)


def test_a_photo_is_removed_with_a_reason_and_comes_back(people, project) -> None:
    made = add(project, people.officer, photo())
    with pytest.raises(NotAllowed):
        remove_photo(made, by=people.unit_head, now=NOW, reason="模糊")  # added by somebody else
    with pytest.raises(NeedsReason):
        remove_photo(made, by=people.office, now=NOW, reason=" ")
    gone = remove_photo(made, by=people.office, now=NOW, reason="模糊")
    assert not month_of(project, MAY, user=people.office, on=NOW.date()).photos
    with pytest.raises(Refused, match="已删除"):
        remove_photo(gone, by=people.office, now=NOW, reason="模糊")
    anew = add(project, people.officer, photo())
    with pytest.raises(Refused, match="又传了一次"):
        restore_photo(gone, by=people.office, now=NOW)
    remove_photo(anew, by=people.officer, now=NOW, reason="传错")
    restore_photo(gone, by=people.office, now=NOW)
    assert [one.photo for one in month_of(project, MAY, user=people.office, on=NOW.date()).photos] == [made]
    told = [(one.text, one.why) for one in whole_history(project) if "照片" in one.text]
    assert told[:2] == [("找回5月的一张照片", ""), ("删除5月的一张照片", "传错")]
    assert ("新增5月照片 2 张", "") in told


def test_a_closed_month_and_one_to_come_keep_theirs(county, people, project) -> None:
    made = add(project, people.officer, photo())
    ReportingMonth.objects.create(county=county, month="2026-05", closed_at=NOW)
    for act in (
        lambda: add(project, people.officer, photo(2)),
        lambda: remove_photo(made, by=people.office, now=NOW, reason="模糊"),
    ):
        with pytest.raises(Refused, match="5月已关账"):
            act()
    with pytest.raises(Refused, match="还没有开始"):
        add(project, people.officer, photo(2), Period.month(2026, 7))


# pages --------------------------------------------------------------------------------------------------------------


def send(client: Any, project: Project, *files: tuple[str, bytes], json: bool = False) -> Any:
    uploads = [SimpleUploadedFile(name, content, "image/jpeg") for name, content in files]
    more = {"HTTP_ACCEPT": "application/json"} if json else {}
    address = reverse("projects:photos", args=[project.pk, MAY])
    return client.post(address, {"photo": uploads, "caption": "主体结构"}, **more)


def test_one_by_one_as_the_page_sends_them(sign_in, people, project, monkeypatch) -> None:
    client = sign_in(people.officer)
    answer = send(client, project, ("1.jpg", photo(1, place=AWAY)), json=True)
    assert (answer.status_code, answer.json()["odd"]) == (200, ["拍摄地点离项目现场 8.2 公里"])
    answer = send(client, project, ("纪要.jpg", b"text"), json=True)
    assert (answer.status_code, answer.json()) == (
        422,
        {"why": "“纪要.jpg”不是图片，不论叫什么名字。请选照片（JPEG、PNG 或 WebP）。"},
    )
    answer = send(client, project, ("p.jpg", pdf(b"/OpenAction <</S /JavaScript>>")), json=True)
    assert answer.status_code == 422
    assert "脚本" in answer.json()["why"]

    def busy(*_asked: Any) -> bytes:
        raise Busy

    monkeypatch.setattr(reading, "fenced", busy)
    answer = send(client, project, ("2.jpg", photo(2)), json=True)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert send(sign_in(people.other_officer), project, ("2.jpg", photo(2)), json=True).status_code in (403, 404)
    assert Photo.objects.count() == 1


def test_a_large_one_comes_in_pieces_and_goes_on_where_the_line_broke(
    sign_in, people, project, settings, tmp_path
) -> None:
    settings.VAR = tmp_path
    client, whole = sign_in(people.officer), photo(1) + bytes(1000)
    size, token = len(whole), "0123456789abcdef"
    address = reverse("projects:photos", args=[project.pk, MAY])

    def piece(at: Any, until: int, **more: Any) -> tuple[int, dict[str, Any]]:
        content = SimpleUploadedFile("1.jpg", whole[max(0, at) : until], "image/jpeg")
        told = {"photo": content, "piece": token, "at": at, "of": size} | more
        answer = client.post(address, told, HTTP_ACCEPT="application/json")
        return answer.status_code, answer.json()

    assert piece(0, 4000) == (200, {"have": 4000})
    assert piece(0, 4000) == (200, {"have": 4000})  # its answer was lost
    assert piece(8000, 9000) == (200, {"have": 4000})  # out of turn
    assert piece(4000, 9000) == (200, {"have": 9000})
    assert piece(9000, size, sum="0" * 64) == (200, {"have": 0})  # something else arrived: from the beginning
    assert piece(0, 9000) == (200, {"have": 9000})
    digest = hashlib.sha256(whole).hexdigest()
    status, told = piece(9000, size, sum=digest)
    assert (status, told["odd"]) == (200, [])
    assert Photo.objects.get(pk=told["photo"]).sha256 == digest
    assert piece(9000, size, sum=digest) == (200, told)  # the answer to the last one was lost: the same photo
    assert Photo.objects.count() == 1
    for wrong, why in (
        ({"piece": "../../secret_key"}, "重新选择"),
        ({"piece": "a" * 16, "of": 26 * 2**20}, "26 MB"),
    ):
        status, told = piece(0, 10, **wrong)
        assert (status, why in told["why"]) == (422, True)
    token = "f" * 20
    assert piece(0, 100) == (200, {"have": 100})
    status, told = piece(100, size, photo=SimpleUploadedFile("1.jpg", bytes(size - 100), "image/jpeg"))
    assert (status, "1.jpg" in told["why"]) == (422, True)  # and isn't kept
    token = "e" * 20
    assert piece(0, 100) == (200, {"have": 100})
    stranger = sign_in(people.other_officer)
    assert stranger.post(address, {"piece": token}, HTTP_ACCEPT="application/json").status_code in (403, 404)
    assert pieces.sweep(now=datetime.now(UTC) + timedelta(hours=11)) == 0
    assert pieces.sweep(now=datetime.now(UTC) + timedelta(hours=13)) == 2
    assert not list(pieces.folder().iterdir())


def test_without_script_those_that_can_be_kept_are_and_of_the_rest_it_says_why(sign_in, people, project) -> None:
    client = sign_in(people.officer)
    answer = send(client, project, ("1.jpg", photo(1)), ("坏.jpg", b"x"), ("2.jpg", photo(2)))
    assert answer.status_code == 422
    assert "“坏.jpg”不是图片" in answer.content.decode()
    assert {one.caption for one in Photo.objects.all()} == {"主体结构"}
    assert Photo.objects.count() == 2
    assert send(client, project, ("3.jpg", photo(3))).status_code == 303
    assert "请选择照片" in client.post(reverse("projects:photos", args=[project.pk, MAY])).content.decode()


def test_a_picture_is_served_to_who_sees_the_project_only(sign_in, people, project) -> None:
    content = photo()
    made = add(project, people.officer, content)
    address = {size: reverse("projects:photo", args=[made.pk, size]) for size in ("thumb", "shown", "original", "x")}
    client = sign_in(people.leader)
    small = client.get(address["thumb"])
    assert small["Content-Type"] == "image/jpeg"
    assert "private" in small["Cache-Control"]
    assert client.get(address["thumb"], HTTP_IF_NONE_MATCH=small["ETag"]).status_code == 304
    whole = client.get(address["original"])
    assert b"".join(whole.streaming_content) == content
    assert "attachment" in whole["Content-Disposition"]
    assert client.get(address["x"]).status_code == 404
    stranger = sign_in(people.other_officer)
    assert {stranger.get(one, HTTP_IF_NONE_MATCH=small["ETag"]).status_code for one in address.values()} == {404}


def test_the_reviewer_sees_them_with_the_report(sign_in, county, people, project) -> None:
    make_report(project, "2026-05", works=1_000_000, status="submitted")
    add(project, people.officer, photo(1, place=AWAY))
    add(project, people.officer, photo(2))
    add(project, people.officer, photo(3), APRIL)
    client = sign_in(people.office)
    for address in (
        reverse("projects:review", args=[MAY]),
        reverse("projects:report", args=[project.pk, MAY]),
        reverse("projects:grid", args=[MAY]) + f"?unit={project.lead_unit_id}",
        reverse("projects:photos", args=[project.pk, MAY]),
    ):
        page = client.get(address).content.decode()
        assert "1 张待核实" in re.sub("<[^>]+>", "", page), address
    assert page.count("<img") == 3  # last month's one beside them
    listed = client.get(reverse("projects:photo_list") + "?odd=any").content.decode()
    assert "离现场远" in listed
    assert listed.count('class="pic"') == 2


def test_the_contact_sheet_is_made_by_a_worker(sign_in, people, project, monkeypatch) -> None:
    for seed in (1, 2, 3):
        add(project, people.officer, photo(seed, place=AWAY))
    client = sign_in(people.office)
    answer = client.get(reverse("projects:photo_sheet", args=[MAY]))
    assert answer.status_code == 302
    asked = AskedFile.objects.get()
    if asked.run and not asked.content:
        make_file(asked.run_id, now=timezone.now())
    asked.refresh_from_db()
    content = asked.content.read()
    assert content.startswith(b"%PDF")
    assert content.count(b"/DCTDecode") >= 3
    alone = open_sheet(people.other_officer, QueryDict("month=2026-05"), NOW)
    assert alone.rows() == 0


def test_what_was_found_follows_the_place_and_the_rules(county, people, project) -> None:
    """A place put right, taken away, given back; a bound that the county moves: the flag is that of now."""
    made, other = add(project, people.officer, photo(1, place=AWAY)), add(project, people.officer, photo(2))
    dusk = add(project, people.officer, photo(3, place=AWAY), APRIL)
    nowhere = add(project, people.officer, photo(4, place=None))

    def found() -> list[tuple[str, bool, bool]]:
        rows = Photo.objects.order_by("pk").values_list("odd_day", "far", "flagged")
        return list(rows)

    assert found() == [("", True, True), ("", False, False), ("outside", True, True), ("", False, False)]
    day = timedelta(days=1)
    for n, (place, rules, wanted) in enumerate([
        (AWAY, {}, [("", False, False), ("", True, True), ("outside", False, True), ("", False, False)]),
        (None, {}, [("", False, False), ("", False, False), ("outside", False, True), ("", False, False)]),
        (SITE, {}, [("", True, True), ("", False, False), ("outside", True, True), ("", False, False)]),
        (SITE, {"far_metres": 50_000}, [("", False, False), ("", False, False), ("outside", False, True),
                                        ("", False, False)]),
    ], start=1):  # fmt: skip
        now = NOW + n * 2 * day
        if rules:
            kept = {"key": "test", "data": {"photos": rules}, "digest": digest(rules), "loaded_at": now}
            CountyProfile.objects.update_or_create(county=county, defaults=kept)
        told: dict[str, Any] = {
            "longitude": place and Decimal(str(place.longitude)),
            "latitude": place and Decimal(str(place.latitude)),
        }
        edit(project, by=people.office, now=now, **told)
        assert judge_touched(county, now=now + timedelta(minutes=1)) > 0
        assert judge_touched(county, now=now + timedelta(minutes=2)) == 0
        assert found() == wanted, n
    assert {one.metres for one in Photo.objects.filter(pk__in=[nowhere.pk])} == {None}
    assert Photo.history.filter(id=made.pk).count() > Photo.history.filter(id=nowhere.pk).count() == 1
    assert other.twin_id is dusk.twin_id is None


def test_a_place_picked_on_the_map_is_heeded_at_once(people, project) -> None:
    made = add(project, people.officer, photo(1, place=AWAY))
    told: dict[str, Any] = {"system": "cgcs2000", "first": Decimal("126.35"), "second": Decimal("42.68")}
    place_project(project, by=people.office, now=NOW, **told)
    made.refresh_from_db()
    assert (made.far, made.metres, made.flagged) == (False, 0, False)
    assert odd(made, people.office) == []
