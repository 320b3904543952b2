"""Where the figures of a bulletin lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from dispatch.prose.values import Link


def link_to(name: str, **about: Any) -> str:
    """Where a figure leads: to a project, to a unit's projects, to the ranking, or to the list that is an annex."""
    try:
        match name:
            case "project":
                return reverse("projects:page", kwargs={"pk": about["id"]})
            case "unit":
                ranking = reverse("dispatch:ranking", kwargs={"period": about["period"]})
                query = {"group": about["group"], "unit": about["id"], "figure": about["figure"]}
                return f"{ranking}?{urlencode(query)}"
            case "list":
                return f"#annex.{about['key']}"
            case "problems":
                return _query("dispatch:problem_list", **_problems(about["state"], about["period"]))
            case "projects":
                planned = {"plan": "with"} if about["planned"] else {}
                more = {key: value for key, value in about.items() if key not in ("period", "planned")}
                return _query("projects:list", period=about["period"], counted="yes", **planned, **more)
            case "reports":
                return _query("projects:list", period=about["period"], counted="yes")
            case "ranking":
                ranking = reverse("dispatch:ranking", kwargs={"period": about.pop("period")})
                return f"{ranking}?{urlencode(about)}" if about else ranking
    except NoReverseMatch:
        pass
    return ""


def linking() -> Link:
    """`link_to` for one paper, an annex of which has thousands of projects: their address is looked up once."""
    project = link_to("project", id=0)

    def link(name: str, **about: Any) -> str:
        return project.replace("/0/", f"/{about['id']}/") if name == "project" else link_to(name, **about)

    return link


def _problems(state: str, month: str) -> dict[str, Any]:
    """The filter of the problem list that finds what the figure counts, as of now."""
    found: dict[str, dict[str, Any]] = {
        "open": {},
        "carried": {},
        "overdue": {"late": "yes"},
        "closed": {"status": "closed", "closed": month},
        "raised": {"status": ["open", "answered", "closed"], "raised": month},
    }
    return found[state]


def _query(url: str, **query: Any) -> str:
    return f"{reverse(url)}?{urlencode(query, doseq=True)}"
