"""The signboard of a site: what it says, that long names fit, and the code that leads to the project."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pdfplumber
import pypdfium2
import pytest
import segno
from django.conf import settings as house
from PIL import Image

from organization.people.models import User
from paper.fonts import find_fonts
from paper.pdf import pdf_available
from paper.setting.board import BLEED, MARKS, SIZES, board_html, fitted, write_board
from projects.models import Signboard
from projects.signboards import pages, papers
from projects.signboards.models import Shape
from projects.sponsorship.models import Part
from projects.sponsorship.services import appoint
from tests.support.factories import NOW, make_project
from tests.support.qr import read_code

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P08")]
ON = NOW.date()
BOXES = ("TrimBox", "BleedBox")
SITE = "https://xm.example.gov.cn"
LONG = "年产三十万吨天然矿泉水及配套冷链物流园区基础设施（一期）扩建暨智能化改造升级建设项目"


@pytest.fixture
def project(county: Any, people: Any, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, SITE
    made = make_project(
        county, name=LONG, stage="started", sponsor="县领导01", owner="某饮品公司", site="青山村", scope="车间" * 80,
        planned_completion=date(2027, 10, 1),
    )  # fmt: skip
    User.objects.filter(pk=people.leader.pk).update(phone="0435-8220001")
    told = {"by": people.officer, "on": date(2026, 3, 1), "now": NOW}
    appoint(made, part=Part.BUILDER, title="项目经理", telephone="13800000000", **told)
    appoint(made, part=Part.INSPECTOR, title="县纪委监委第三监督检查室主任", **told)
    appoint(made, part=Part.SECRETARY, post=people.officer.current_posts[0], **told)
    return made


def test_what_stands_on_it_and_what_is_missing(people, project, settings) -> None:
    said = pages.said(project, ON)
    assert [(one.part, one.phone) for one in said.board.people] == [
        ("包联领导", "0435-8220001"),
        ("责任单位责任人", ""),
        ("建设单位责任人", "13800000000"),
        ("派驻纪检监察员", ""),
        ("项目秘书", ""),
    ]
    assert {fact.label: fact.text for fact in said.board.facts}["开竣工时间"] == (
        "2026年3月10日开工，2027年10月1日计划竣工"
    )
    assert set(said.missing) == {"办公室电话", "监督举报电话"}
    assert said.board.code == f"{SITE}/projects/{project.pk}/"
    for site in ("", "http://localhost:8000"):
        settings.SITE_URL = site
        assert pages.said(project, ON).board.code == ""
    fonts = find_fonts(house.DOC_FONT_DIR)
    assert "<svg" not in board_html(pages.said(project, ON).board, "a3", fonts)


@pytest.mark.parametrize("shape", list(Shape))
def test_made_once_read_back_and_made_anew_when_it_says_something_else(people, project, shape) -> None:
    if not pdf_available(house.DOC_FONT_DIR)[0]:
        pytest.skip("no fonts or no library for PDF on this machine")
    board = pages.said(project, ON).board
    run = papers.request_board(project, shape, board, now=NOW)
    assert papers.request_board(project, shape, board, now=NOW) == run
    papers.make_board(run.pk, now=NOW)
    assert papers.state_of(project, shape, board, now=NOW).kind == "ready"
    file = papers.board_of(project, shape, board)
    with pdfplumber.open(BytesIO(file.content.read())) as pdf:
        [only] = pdf.pages
        text = only.extract_text().replace("\n", "").replace(" ", "")
        size = (round(only.width * 25.4 / 72), round(only.height * 25.4 / 72))
        outside = [char for char in only.chars if not (char["x0"] >= 0 and char["x1"] <= only.width)]
        millimetres = {name: [float(at) / 72 * 25.4 for at in only.page_obj.attrs[name]] for name in BOXES}
        beyond = MARKS if shape.press else 0
        lefts = [box["x0"] / 72 * 25.4 for box in only.rects]
    assert size == tuple(round(side + 2 * beyond) for side in SIZES[shape.size])
    assert not outside
    if shape.press:  # the printing shop cuts at the trim box: colour goes on beyond it
        left, low, right, high = millimetres["TrimBox"]
        assert (right - left, high - low) == pytest.approx(SIZES[shape.size], abs=0.2)
        assert left - millimetres["BleedBox"][0] >= BLEED
        assert any(at == pytest.approx(left - BLEED, abs=0.1) for at in lefts)
    for words in ("项目公示牌", "县领导01", "项目经理", "13800000000", "青山村"):
        assert words in text, words
    assert set(LONG + "县纪委监委第三监督检查室主任") <= set(text)
    appoint(project, part=Part.BUILDER, title="总经理", by=people.officer, on=ON, now=NOW)
    assert papers.state_of(project, shape, pages.said(project, ON).board, now=NOW).kind == "none"
    assert Signboard.objects.count() == 1


def test_type_is_as_large_as_its_place_allows() -> None:
    fonts = find_fonts(house.DOC_FONT_DIR)
    told: dict[str, Any] = {"width": 100.0, "height": 20.0, "most": 10.0}
    assert fitted(fonts, "供水", "hei", **told) == (10.0, ["供水"])
    size, lines = fitted(fonts, "供" * 18, "hei", **told)
    assert (len(lines), size < 10) == (2, True)
    assert fitted(fonts, "供" * 13, "hei", **told)[1] == ["供" * 13]  # one line a little smaller
    size, lines = fitted(fonts, "供" * 500, "hei", **told)
    assert lines[-1].endswith("…")
    assert len(lines) * size <= 20
    broken = fitted(fonts, "（一期）" * 9, "hei", **told)[1]
    assert [line for line in broken if line[0] == "）" or line[-1] == "（"] == []


def test_only_who_works_on_it_has_one_made(people, project, sign_in) -> None:
    where = f"/projects/{project.pk}/signboard/"
    shown = sign_in(people.officer).get(where).content.decode()
    assert "县领导01" in shown
    assert f'action="{where}a3/"' in shown
    assert sign_in(people.leader).get(where).status_code == 403
    assert f'href="{where}"' not in sign_in(people.leader).get(f"/projects/{project.pk}/").content.decode()


@pytest.mark.parametrize(("size", "press"), [("a3", False), ("board", False), ("a3", True)])
def test_the_code_on_the_paper_leads_to_the_project(people, project, size, press) -> None:
    """Drawn as a printer draws it, and read back from the picture."""
    if not pdf_available(house.DOC_FONT_DIR)[0]:
        pytest.skip("no fonts or no library for PDF on this machine")
    document = pypdfium2.PdfDocument(write_board(pages.said(project, ON).board, size, house.DOC_FONT_DIR, press=press))
    picture = document[0].render(scale=2 if size == "a3" else 0.8).to_pil()
    assert read_code(picture) == f"{SITE}/projects/{project.pk}/"


@pytest.mark.parametrize("said", ["a", "https://xm.example.gov.cn/projects/1/", "x" * 60, "项目" * 12])
@pytest.mark.parametrize("level", "LMQH")
def test_what_reads_codes_reads_any_of_ours(said: str, level: str) -> None:
    room = BytesIO()
    made = segno.make(said, error=level, mode="byte", boost_error=False, micro=False)
    made.save(room, kind="png", scale=4)
    if int(made.version) <= 6:
        assert read_code(Image.open(room)) == said
