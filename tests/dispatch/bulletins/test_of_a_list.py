"""A bulletin about a list of the year: the same projects in its sentences, tables and links as under the list's own
filter; frozen with those of the day. And a section that speaks of each list in turn."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from core.lists.listing import Listing
from core.refusals import Refused
from dispatch.bulletins import services as bulletins
from dispatch.models import RankingSnapshot
from organization.profiles.loader import ProfileError, digest, read
from organization.profiles.models import CountyProfile
from projects.list.lists import PROJECTS
from projects.models import Project, Roster
from projects.rosters import services as rosters
from tests.support.bulletin_steps import MAY, block
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.months import finish_month

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P03")]
LISTS = {"key": "", "large": "size=100m", "red": "light=behind", "both": "list=key&list=red", "none": "level=province"}
SAYS = "{list}项目{projects}个[，计划{plan}][，完成{done}][，落后{behind}个][，应报{reports_due}份][，问题{open}个]。"


def profile(county: Any, **kinds: Any) -> None:
    data = {"bulletin": kinds, "list": [{"code": code, "label": code, "rule": rule} for code, rule in LISTS.items()]}
    row = {"key": "own", "data": data, "digest": digest(data), "loaded_at": NOW}
    CountyProfile.objects.update_or_create(county=county, defaults=row)


def words(code: str) -> dict[str, Any]:
    return {
        "like": "monthly", "label": "清单通报", "list": code, "title": "{county}关于{list}的通报",
        "section": [{"key": "whole", "heading": "总体", "table": True, "text": [SAYS]}],
    }  # fmt: skip


@pytest.fixture
def ledger(county: Any, people: Any) -> list[Project]:
    """Four projects of two units: by hand, by size, by light, and on none; April's stay isn't May's."""
    facts = (("堤防加固", "xicheng", 5_000, 10), ("污水厂", "dongguan", 20_000, 400), ("学校", "dongguan", 3_000, 400),
             ("大桥", "xicheng", 30_000, 20))  # fmt: skip
    made = []
    for name, unit, total, works in facts:
        project = make_project(county, name=name, lead_unit=unit, total_investment=total * WAN, plan=1_000 * WAN)
        Project.objects.filter(pk=project.pk).update(stage="entered", started_on=date(2026, 1, 5))
        make_report(project, "2026-05", works=works * WAN)
        made.append(project)
    for at, (code, rule) in enumerate(LISTS.items()):
        Roster.objects.create(county=county, year=2026, code=code, name=f"“{code}”清单", rule=rule, position=at)
    put(county, made[0], people.office)
    finish_month(county, "2026-05")
    return made


def put(county: Any, project: Any, by: Any) -> None:
    told: dict[str, Any] = {"version": rosters.stamps([project.pk]), "by": by, "now": NOW, "reason": "列入"}
    rosters.put_on(county, roster=Roster.objects.get(code="key"), on=date(2026, 5, 6), **told)


def under(people: Any, code: str) -> set[str]:
    """The names under the list's own filter."""
    found = Listing(PROJECTS, people.office, QueryDict(f"list={code}&period=2026-05&counted=yes"), now=NOW)
    return set(Project.objects.filter(pk__in=found.keys()).values_list("name", flat=True))


def figures_of(bulletin: Any) -> dict[str, dict[str, Any]]:
    return {run["key"]: run for runs in block(bulletin, "whole")["paragraphs"] for run in runs if "key" in run}


@pytest.mark.parametrize("code", [code for code in LISTS if code != "none"])
def test_its_numbers_are_those_of_the_lists_own_filter(
    county: Any, people: Any, ledger: Any, sign_in: Any, code: str
) -> None:
    profile(county, listed=words(code))
    made = bulletins.draft_bulletin(county, "listed", MAY, now=NOW)
    names = under(people, code)
    assert {row["name"] for row in made.figures["inputs"]} == names
    assert made.title == f"示范县关于“{code}”清单的通报"
    said = figures_of(made)
    assert said["projects"]["value"] == len(names)
    assert said["plan"]["value"] == len(names) * 1_000 * WAN
    tables = [one for one in made.content if one["key"].startswith("ranking.")]
    assert sum(len(one["rows"]) - len(one["strong"]) for one in tables) == len(
        {Project.objects.get(name=name).lead_unit_id for name in names}
    )
    assert not {"reports_due", "open"} & said.keys(), "rounds and problems are the county's"
    client = sign_in(people.office)
    for href in {run["href"] for run in said.values() if not run["href"].startswith("#")}:
        page = html.unescape(re.sub(r"<[^>]+>", " ", client.get(href).text))
        assert (found := re.search(r"合计\s*([\d,]+)\s*项", page)), href
        assert int(found[1]) == len(names), href


def test_what_is_signed_keeps_who_was_on_the_list_and_publishes_no_ranking(
    county: Any, people: Any, ledger: Any
) -> None:
    profile(county, listed=words("key"))
    made = bulletins.draft_bulletin(county, "listed", MAY, now=NOW)
    put(county, ledger[1], people.office)
    with pytest.raises(Refused):  # the list is another one since it was drafted
        bulletins.submit_bulletin(made, version=made.version, by=people.office, now=NOW)
    made = bulletins.refresh_bulletin(made, by=people.office, now=NOW, version=made.version)
    sent = bulletins.submit_bulletin(made, version=made.version, by=people.office, now=NOW)
    signed = bulletins.sign_bulletin(sent, version=sent.version, by=people.leader, now=NOW)
    assert (signed.ranking, RankingSnapshot.objects.count()) == (None, 0)
    put(county, ledger[2], people.office)
    signed.refresh_from_db()
    assert {row["name"] for row in signed.figures["inputs"]} == {"堤防加固", "污水厂"}
    assert figures_of(signed)["projects"]["value"] == 2


def test_a_section_speaks_of_each_list_with_the_projects_of_its_filter(county: Any, people: Any, ledger: Any) -> None:
    parts = [{"source": "classes", "by": "list", "only": ["key", "red"], "text": ["{label}{projects}个。"]}]
    profile(county, monthly={"more": [{"key": "lists", "heading": "清单", "tables": ["list"], "part": parts}],
                             "order": ["lists"]})  # fmt: skip
    made = bulletins.draft_bulletin(county, "monthly", MAY, now=NOW)
    (table,) = [one for one in made.content if one["key"] == "classes.list"]
    at = {column["key"]: n for n, column in enumerate(table["columns"])}
    counts = {row[at["name"]]["text"]: int(row[at["projects"]]["value"]) for row in table["rows"]}
    wanted = {f"“{code}”清单": len(under(people, code)) for code in LISTS if code != "none"}
    assert {name: number for name, number in counts.items() if name.startswith("“")} == wanted
    assert sum(wanted.values()) > 4, "a project can be on several"
    assert list(counts.values())[-1] == 4, "the sum is the county's"
    for row in table["rows"]:
        if (name := row[at["name"]])["text"].startswith("“"):
            assert f"list={name['text'].strip('“”清单')}" in name["href"]
    said = [run for runs in block(made, "lists")["paragraphs"] for run in runs if "key" in run]
    assert [run["value"] for run in said] == [len(under(people, code)) for code in ("key", "red")]


def test_a_list_that_there_isnt_is_said(county: Any, people: Any, ledger: Any, tmp_path: Any) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[bulletin.listed]\nlike = "monthly"\nlist = "nowhere"\n', encoding="utf-8")
    with pytest.raises(ProfileError, match="nowhere"):
        read(str(file))
    profile(county, listed=words("key"))
    Roster.objects.all().delete()
    with pytest.raises(Refused, match="key"):
        bulletins.draft_bulletin(county, "listed", MAY, now=NOW)
