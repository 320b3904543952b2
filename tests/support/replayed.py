"""A quarter of a small county, replayed: every published figure, row order and text, as lines.

`DATABASE_URL=… python -m tests.support.replayed` migrates an empty database and writes the lines; what they have
to be stands in `tests/data/replayed_quarter.txt`, made anew by the same command when the change is meant.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

START, END = date(2026, 1, 1), date(2026, 3, 31)
PROJECTS, SEED = 8, 3


def replayed() -> list[str]:
    """Plays the quarter in an empty database and says what it published. Row numbers of the database are left out."""
    from django.test.utils import override_settings
    from django.utils import translation

    from organization.profiles.services import load_profile
    from simulation.world import moment
    from simulation.year import replay

    random.seed(SEED)
    mail = override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
    with translation.override("zh-hans"), mail:
        county = load_profile("huinan", now=moment(START, 8)).county
        for _month in replay(county, start=START, end=END, count=PROJECTS, seed=SEED):
            pass
        return [line for text in _said(county) for line in text.split("\n")]


def _said(county: Any) -> Iterator[str]:
    from core.days.periods import Period
    from dispatch.models import Bulletin, Problem, RankingSnapshot
    from dispatch.problems.rules import ProblemRules
    from dispatch.standings.ranking import survey_of_leaders
    from dispatch.standings.services import frozen
    from organization.people.models import Post
    from organization.profiles.rules import rules_of
    from organization.units.models import Unit
    from projects.models import Project
    from simulation.world import moment

    for snapshot in RankingSnapshot.objects.filter(county=county):
        yield from _ranking(snapshot.period, snapshot.data)
    yield from _ranking("now", frozen(county, Period.month(2026, 3), moment(END, 20))[0])
    for bulletin in Bulletin.objects.filter(county=county):
        yield f"{bulletin.period} {bulletin.title} {bulletin.status}"
        for block in bulletin.content:
            yield f"{block['key']} {block.get('heading', '')}{block.get('title', '')}"
            for runs in block.get("paragraphs", ()):
                yield "".join(run["text"] for run in runs)
            yield "|".join(column["label"] for column in block.get("columns", ()))
            for row in block.get("rows", ()):
                yield "|".join(cell["text"] for cell in row)
    for problem in Problem.objects.filter(county=county):
        yield f"{problem.due_on} {problem.title} {problem.category} {problem.level} {problem.status}"
    yield " ".join(rules_of(county)[ProblemRules].labels)
    leaders = survey_of_leaders(county, Period.month(2026, 3))
    yield " ".join(member.name for member in leaders.members)
    for model in (Unit, Post, Project):
        yield " ".join(str(one) for one in model.objects.all())


def _ranking(period: str, data: dict[str, Any]) -> Iterator[str]:
    yield f"{period} {' '.join(column['key'] for column in data['columns'])}"
    yield json.dumps(data["totals"], sort_keys=True)
    for group in data["groups"]:
        for row in group["rows"]:
            rates = " ".join(f"{row[c['key']]['numerator']}/{row[c['key']]['denominator']}" for c in data["columns"])
            yield f"{group['key']} {row['rank']} {row['name']} {row['projects']} {rates} {row['movement']}"
    for key in sorted(data["lists"]):
        for item in data["lists"][key]:
            yield f"{key} {item['name']} {item['unit']} {item['plan']} {item['done']} {item['reason']}"
    yield " ".join(row["name"] for row in data["inputs"])


if __name__ == "__main__":
    import os
    import sys

    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write("".join(f"{line}\n" for line in replayed()))
