"""The floors: the least that a plain Django page, a plain import, a plain mail job costs on this machine."""

from __future__ import annotations

import io
from datetime import date
from email.message import EmailMessage
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import include, path
from PIL import Image
from python_calamine import CalamineWorkbook
from simple_history.utils import bulk_create_with_history

from organization.people.models import User
from organization.units.models import Unit
from projects.models import Project

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
LIST = """<!doctype html><html><head><title>Projects</title></head><body><h1>{{ page.paginator.count }}</h1>
<table><thead><tr>{% for head in heads %}<th>{{ head }}</th>{% endfor %}</tr></thead><tbody>
{% for p in page %}<tr><td>{{ p.number }}</td><td><a href="/projects/{{ p.pk }}/">{{ p.name }}</a></td>
<td>{{ p.lead_unit.short_name }}</td><td>{{ p.get_stage_display }}</td><td>{{ p.get_state_display }}</td>
<td>{{ p.get_level_display }}</td><td>{{ p.nature }}</td><td>{{ p.total_investment|floatformat:1 }}</td>
<td>{{ p.planned_start|date:"Y-m-d" }}</td><td>{{ p.planned_completion|date:"Y-m-d" }}</td>
<td>{{ p.started_on|date:"Y-m-d" }}</td><td>{{ p.entered_on|date:"Y-m-d" }}</td></tr>{% endfor %}
</tbody></table>{% if page.has_next %}<a href="?page={{ page.next_page_number }}">next</a>{% endif %}</body></html>"""
HEADS = ["no", "name", "unit", "stage", "state", "level", "nature", "total", "start", "end", "started", "entered"]
_template = None


def bare_list(request: HttpRequest) -> HttpResponse:
    """Fifty objects of a filtered list of 10,000 with their unit, twelve columns, signed in; nothing else."""
    global _template
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    found = Project.objects.filter(lead_unit__code=request.GET["unit"])
    found = found.select_related("lead_unit").order_by("number")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    _template = _template or Engine(builtins=["django.templatetags.l10n"]).from_string(
        LIST.replace("{% load l10n %}", "")
    )
    return HttpResponse(_template.render(Context({"page": page, "heads": HEADS})))


def empty(request: HttpRequest) -> HttpResponse:
    """What every request of ours costs before it does anything: who it is, and nothing else."""
    return HttpResponse(status=200 if request.user.is_authenticated else 403)


urlpatterns = [path("bench/list/", bare_list), path("bench/empty/", empty), path("", include("config.urls"))]


def plain_photo(content: bytes) -> int:
    """The two small copies of a photo, made by Pillow here: no fence, nothing read, nothing kept."""
    picture: Any = Image.open(io.BytesIO(content))
    picture.draft("RGB", (1600, 1200))
    size = 0
    for longest in (1600, 480):
        picture.thumbnail((longest, longest))
        room = io.BytesIO()
        picture.save(room, "JPEG", quality=82)
        size += len(room.getvalue())
    return size


def plain_import(content: bytes, county: Unit, units: dict[str, Unit], user: User) -> int:
    """Read with calamine, look units up in a dict, clean the fields, bulk_create with history."""
    rows: list[list[Any]] = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    projects = []
    for row in rows[1:]:
        project = Project(
            county=county,
            number=int(row[0]),
            name=str(row[1]),
            lead_unit=units[str(row[2])],
            total_investment=int(float(row[3]) * 10_000),
            scope=str(row[5]),
            planned_start=date(2026, 3, 1),
        )
        project.clean_fields(exclude=["county", "lead_unit", "agent_unit", "location", "merged_into", "source_row"])
        projects.append(project)
    with transaction.atomic():
        bulk_create_with_history(projects, Project, batch_size=500, default_user=user)
    return len(projects)


def plain_mails(people: list[Any]) -> int:
    """2,000 mails written from a small template in twenty batches; nothing recorded, nothing sent."""
    engine = Engine()
    template = engine.from_string("{{ name }}：\n\n{% for line in lines %}- {{ line }}\n{% endfor %}\n")
    done = 0
    for start in range(0, len(people), 100):
        for person in people[start : start + 100]:
            mail = EmailMessage()
            mail["Subject"] = "6月月报明天截止"
            mail["To"] = person.email
            mail.set_content(template.render(Context({"name": person.name, "lines": ["6月月报明天截止"]})))
            done += len(mail.as_bytes()) > 0
    return done
