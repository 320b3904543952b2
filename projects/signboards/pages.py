"""What the signboard of a project says. Reads; in the county's language, whoever looks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.amounts import figures
from organization.people.models import Role
from organization.people.recipients import holders
from organization.profiles.rules import CountyRules, rules_of
from paper.setting.board import Board, Fact, Person
from projects.registry.models import Project
from projects.signboards.rules import SignboardRules
from projects.sponsorship.models import Member, Part
from projects.sponsorship.pages import heads_of

LABELS = {
    Part.UNIT: "责任单位责任人",
    Part.BUILDER: "建设单位责任人",
    Part.COOPERATING: "配合单位责任人",
    Part.INSPECTOR: "派驻纪检监察员",
    Part.SECRETARY: "项目秘书",
}


@dataclass(frozen=True)
class Said:
    """The board, and what is not on file for it in words."""

    board: Board
    missing: tuple[str, ...]


def address(project: Project) -> str:
    """Where the QR code leads; "" as long as nobody has told the site its own address."""
    site = settings.SITE_URL.rstrip("/")
    return "" if not site or "localhost" in site else f"{site}{reverse('projects:page', args=[project.pk])}"


def said(project: Project, on: date) -> Said:
    """What the board says on the day *on*."""
    with translation.override(settings.LANGUAGE_CODE):
        return _said(project, on)


def _said(project: Project, on: date) -> Said:
    rules = rules_of(project.county)
    words = rules[SignboardRules]
    facts = _facts(project, words)
    people, missing = _people(project, on)
    missing += [fact.label for fact in facts if not fact.text]
    telephone = words.telephone or _office_phone(project)
    office = rules[CountyRules].office
    foot = [f"{office}　{telephone}"] if telephone else []
    foot += [f"监督举报电话　{words.complaints}"] if words.complaints else []
    if not telephone:
        missing.append("办公室电话")
    if not words.complaints:
        missing.append("监督举报电话")
    board = Board(
        place=words.over.replace("{county}", project.county.name),
        title=words.title,
        name=project.name,
        facts=tuple(Fact(fact.label, fact.text or "—", fact.weight) for fact in facts),
        people=tuple(people),
        responsible="责任人",
        foot=tuple(foot),
        code=address(project),
        scan="扫码查看项目进展",
        tone=words.tone,
    )
    return Said(board, tuple(missing))


def _facts(project: Project, words: SignboardRules) -> list[Fact]:
    place = "".join(filter(None, (project.location.name if project.location else "", project.site)))
    scope = " ".join(project.scope.split())
    if len(scope) > words.longest:
        scope = f"{scope[: words.longest - 1]}…"
    begun = project.started_on or project.planned_start
    start = f"{_day(begun)}{'开工' if project.started_on else '计划开工'}" if begun else ""
    ended = project.completed_on or project.planned_completion
    end = f"{_day(ended)}{'竣工' if project.completed_on else '计划竣工'}" if ended else ""
    total = figures.yi(project.total_investment) if project.total_investment else ""
    return [
        Fact("建设单位", project.owner),
        Fact("责任单位", project.lead_unit.name),
        Fact("建设地点", place),
        Fact("建设内容", scope, 2.0),
        Fact("总 投 资", total),
        Fact("开竣工时间", "，".join(filter(None, (start, end)))),
    ]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _people(project: Project, on: date) -> tuple[list[Person], list[str]]:
    """The leader and those of the team, each part once: posts and telephones. What nobody has is missing."""
    missing: list[str] = []
    people: list[Person] = []
    sponsor = project.sponsors.select_related("post__unit", "post__holder").first()
    if sponsor is None:
        missing.append("包联领导")
    else:
        people.append(Person("包联领导", str(sponsor.post), sponsor.post.holder.phone if sponsor.post.holder else ""))
    found: dict[str, Member] = {}
    for member in project.members.on(on).select_related("post__unit", "post__holder"):
        found.setdefault(member.part, member)
    head = next(iter(heads_of([project.lead_unit_id]).get(project.lead_unit_id, [])), None)
    for part, label in LABELS.items():
        if (own := found.get(part)) is not None:
            people.append(Person(label, str(own), own.phone))
        elif part == Part.UNIT and head is not None:
            people.append(Person(label, head.in_full, head.holder.phone if head.holder else ""))
        elif part == Part.UNIT and project.responsible:
            people.append(Person(label, project.responsible))
        elif part != Part.COOPERATING or project.cooperating_units.exists():
            missing.append(label)
    return people, missing


def _office_phone(project: Project) -> str:
    """That of the first account of the command office that has one."""
    return next((person.phone for person in holders(project.county, Role.OFFICE) if person.phone), "")


def stamp(board: Board) -> str:
    return hashlib.sha256(json.dumps(asdict(board), sort_keys=True, default=str).encode()).hexdigest()


def title(project: Project, shape: Any) -> str:
    return _("Signboard %(project)s %(shape)s") % {"project": project.name, "shape": shape.label}
