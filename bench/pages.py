"""Pages with much on them: a project with sixty reports, thirty approvals, twenty milestones, forty photos, and the
desk of a clerk with two thousand approvals to give. What they show is put in for the time of one case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from bench import data
from bench.cases import against_itself
from bench.run import Result
from core.models import StoredFile
from organization.people.models import Post, Role, User
from organization.profiles.loader import digest
from organization.profiles.models import CountyProfile
from organization.units.models import Unit
from projects.choices import ApprovalKind, Stage
from projects.models import Approval, ApprovalItem, Milestone, Photo, Project, Schedule

APPROVALS, MILESTONES, PHOTOS, ITEMS = 30, 20, 40, 2_000
MOST, MOST_OF_BOARD = 25, 10  # queries
KINDS = [*ApprovalKind.values, *(f"more{n}" for n in range(APPROVALS - len(ApprovalKind.values)))]


@contextmanager
def for_a_while() -> Iterator[None]:
    """What is put in meanwhile goes again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def project_page(rounds: int) -> list[Result]:
    """The page itself, and what it fetches as it is scrolled to: each against its own SQL, template, request."""
    with for_a_while():
        project = Project.objects.order_by("pk")[0]
        much(project)
        where = f"/projects/{project.pk}/"
        told: dict[str, Any] = {"rounds": rounds, "aim": 1.5, "most_queries": MOST}
        name = "project page, 60 reports, 30 approvals, 40 photos"
        return [
            against_itself(name, where, **told),
            against_itself("its checklist of 30 approvals", f"{where}checklist/", **told),
            against_itself("its schedule of 20 milestones", f"{where}schedule/", **told),
            against_itself("its photos, 40 of them of one month", f"{where}photos/{data.YEAR}-11/", **told),
        ]


def board(rounds: int) -> Result:
    """The desk of who gives two thousand land-use planning permits, with what is typed in place."""
    with for_a_while():
        clerk = two_thousand()
        told: dict[str, Any] = {"rounds": rounds, "aim": 1.5, "most_queries": MOST_OF_BOARD}
        return against_itself("clerk's board of 2,000 approvals", "/projects/approvals/", person=clerk, **told)


def much(project: Project) -> None:
    """Thirty approvals and their checklist, twenty milestones, forty photos of *project*, on file in bulk."""
    user, day = User.objects.get(username="office"), date(data.YEAR, 3, 2)
    Approval.objects.filter(project=project).delete()
    Approval.objects.bulk_create(
        [
            Approval(project=project, kind=kind, document_number=f"批〔{data.YEAR}〕{n}号", obtained_on=day)
            for n, kind in enumerate(KINDS)
        ]
    )
    ApprovalItem.objects.bulk_create(
        [ApprovalItem(project=project, kind=kind, track="file", needed_from=day) for kind in KINDS]
    )
    Schedule.objects.create(project=project, template="works", target_on=date(data.YEAR + 1, 6, 30))
    points = [(f"m{n}", data.NOW.date() + timedelta(days=(n - 12) * 14)) for n in range(MILESTONES)]
    Milestone.objects.bulk_create(
        [
            Milestone(
                county_id=project.county_id, project=project, code=code, label=f"第{n + 1}个节点", stage=Stage.STARTED,
                after=[points[n - 1][0]] if n else [], position=n, days=10, planned_on=planned, first_on=planned,
                done_on=planned if n < 10 else None,
            )
            for n, (code, planned) in enumerate(points)
        ]
    )  # fmt: skip
    file = StoredFile.objects.create(content="none.jpg", name="IMG.jpg", kind="image/jpeg", size=1, sha256="0" * 64,
                                     uploaded_at=data.NOW)  # fmt: skip
    Photo.objects.bulk_create(
        [
            Photo(
                county_id=project.county_id, project=project, month=f"{data.YEAR}-11", original=file, shown=file,
                thumb=file, sha256=sha256(str(n).encode()).hexdigest(), bits=n, width=4000, height=3000,
                taken_at=data.NOW, caption="主体结构", by=user, at=data.NOW,
                odd_day="outside" if n % 4 == 0 else "", flagged=n % 4 == 0,
            )
            for n in range(PHOTOS)
        ]
    )  # fmt: skip


def two_thousand() -> User:
    """Two thousand approvals of one kind, still to be given; whoever gives them."""
    county, unit = Unit.objects.get(code="bench"), Unit.objects.get(code="u12")
    clerk = User.objects.create(username="clerk", name="审批岗", password="!")
    Post.objects.create(unit=unit, title="审批岗", role=Role.APPROVER, holder=clerk)
    rules = {"approvals": {"authority": {ApprovalKind.LAND_PLANNING.value: unit.code}}}
    CountyProfile.objects.create(county=county, key="bench", data=rules, digest=digest(rules), loaded_at=data.NOW)
    day = data.NOW.date()
    ApprovalItem.objects.bulk_create(
        [
            ApprovalItem(
                project_id=pk, kind=ApprovalKind.LAND_PLANNING, track="file", needed_from=day - timedelta(days=90),
                deadline=day + timedelta(days=n % 60 - 20), handler="用地科", level="county",
            )
            for n, pk in enumerate(Project.objects.order_by("pk").values_list("pk", flat=True)[:ITEMS])
        ],
        batch_size=500,
    )  # fmt: skip
    return clerk
